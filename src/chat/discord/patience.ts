/** Waiting for several things one after the other, no longer than one person can wait for them all. */

/** It takes longer than anyone can wait. What was waited for goes on. */
export class LateError extends Error {
	override readonly name = "LateError";
}

/** Waits for one thing of several. @throws LateError once the time for all of them is over */
export type Patience = <T>(work: Promise<T>) => Promise<T>;

/** @param milliseconds from now on, for everything that is waited for */
export function patience(milliseconds: number): Patience {
	const late = new Promise<never>((_, reject) => {
		setTimeout(() => reject(new LateError(`not done within ${milliseconds} ms`)), milliseconds).unref();
	});
	// Nobody may be waiting any more.
	late.catch(() => {});
	return (work) => Promise.race([work, late]);
}
