/** Lets go of what is older than the configuration allows: at the start and daily. */
import type { Logger } from "pino";
import type { Forget } from "./forget.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** @returns ends it, once what runs is done */
export function startRetention(
	forget: Forget,
	{ days, now, log }: { days: number; now: () => Date; log: Pick<Logger, "info" | "error"> },
): () => Promise<void> {
	async function sweep(): Promise<void> {
		try {
			const gone = await forget.olderThan(new Date(now().getTime() - days * DAY_MS));
			if (gone.images > 0) log.info(gone, `let go of images posted more than ${days} days ago`);
		} catch (error) {
			log.error({ err: error }, "what is too old could not be let go of; it is tried again in a day");
		}
	}
	let running = sweep();
	const timer = setInterval(() => {
		running = sweep();
	}, DAY_MS).unref();
	return async () => {
		clearInterval(timer);
		await running;
	};
}
