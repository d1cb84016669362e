/** Discord's ids: the milliseconds since 2015 in the upper bits, a counter in the lower ones. */

const EPOCH = 1_420_070_400_000;

/** @returns gives ids that grow, even if the clock stands still or goes back */
export function createSnowflakes(now: () => Date): () => string {
	let last = 0n;
	return () => {
		const ofNow = BigInt(now().getTime() - EPOCH) << 22n;
		last = ofNow > last ? ofNow : last + 1n;
		return last.toString();
	};
}

/** When an id was given. */
export function timeOf(id: string): Date {
	return new Date(Number(BigInt(id) >> 22n) + EPOCH);
}

/** Whether `a` was given before `b`. */
export function isOlder(a: string, b: string): boolean {
	return BigInt(a) < BigInt(b);
}
