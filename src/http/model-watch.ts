/** Watches that the model works, and has jobs taken only while it does (design section 10). */
import type { Logger } from "pino";
import { UserError } from "../errors.ts";
import type { Jobs, Worker } from "../jobs/jobs.ts";
import { within } from "../within.ts";

export interface ModelWatchOptions {
	/** Puts a real image through the model; rejects with what is wrong with it. */
	probe: () => Promise<unknown>;
	jobs: Pick<Jobs, "start" | "pause" | "resume">;
	worker: Worker;
	log: Pick<Logger, "info" | "error">;
	timing?: Partial<typeof TIMING>;
}

export interface ModelWatch {
	/**
	 * Takes the first look, and starts the queue if the model works.
	 * @throws what `jobs.start` throws
	 */
	start(): Promise<void>;
	/** As the model was last found. @throws Error in words, if it is broken */
	check(): Promise<void>;
	/** Looks no more; what is taken or not stays so. */
	stop(): void;
}

const TIMING = {
	/** Between two looks at a model that works. */
	everyMs: 30_000,
	/** And at one that is broken. */
	brokenEveryMs: 5_000,
	/** A look that takes longer finds it broken: it waits behind a full queue of images on a slow processor. */
	answerMs: 60_000,
};

/**
 * Starts the queue once the model works; looks again regularly and after each job that failed, pauses the queue while the
 * model is broken, and resumes it when it works again.
 */
export function watchModel(options: ModelWatchOptions): ModelWatch {
	const { jobs, log } = options;
	const { everyMs, brokenEveryMs, answerMs } = { ...TIMING, ...options.timing };
	let broken: Error | undefined = new Error("the model was not tried yet");
	let queue: "new" | "taking" | "paused" = "new";
	let stopped = false;
	let timer: NodeJS.Timeout | undefined;
	let looking: Promise<void> | undefined;

	/** A broken worker would fail one job after the other until the next look, faster than sound ones take them. */
	const worker: Worker = {
		...options.worker,
		async work(event, attempt) {
			try {
				await options.worker.work(event, attempt);
			} catch (error) {
				if (!(error instanceof UserError) || error.code.startsWith("model.")) void lookAgain();
				throw error;
			}
		},
	};

	async function look(first = false): Promise<void> {
		const found = await fault(options.probe, answerMs);
		if (stopped) return;
		if (found && (first || !broken))
			log.error({ err: found }, "the model is broken; no jobs are taken until it works again");
		if (!found && broken && !first) log.info("the model works again");
		broken = found;
		if (found) {
			if (queue !== "taking") return;
			await jobs.pause();
			queue = "paused";
		} else {
			if (queue === "new") await jobs.start(worker);
			if (queue === "paused") await jobs.resume();
			queue = "taking";
		}
	}

	/** One look at a time: whoever wants another meanwhile has this one. */
	function lookAgain(): Promise<void> {
		clearTimeout(timer);
		looking ??= look()
			.catch((error) => log.error({ err: error }, "the queue could not be started or paused; it is tried again"))
			.finally(() => {
				looking = undefined;
				planNext();
			});
		return looking;
	}

	function planNext(): void {
		if (!stopped) timer = setTimeout(lookAgain, broken ? brokenEveryMs : everyMs).unref();
	}

	return {
		async start() {
			await look(true);
			planNext();
		},
		async check() {
			if (broken) throw broken;
		},
		stop() {
			stopped = true;
			clearTimeout(timer);
		},
	};
}

/** What is wrong, if something is. */
async function fault(probe: () => Promise<unknown>, answerMs: number): Promise<Error | undefined> {
	try {
		await within(answerMs, probe(), `the model gave no answer within ${answerMs / 1000} s`);
		return undefined;
	} catch (error) {
		return error instanceof Error ? error : new Error(String(error));
	}
}
