/** The queue of the all-in-one shape. It lives in memory; what survives a crash is the intake, which it is refilled from. */
import { setImmediate } from "node:timers/promises";
import PQueue from "p-queue";
import type { Logger } from "pino";
import { type ChatEvent, jobId } from "../chat/event.ts";
import { UserError } from "../errors.ts";
import type { Intake, Outcome } from "../store/intake.ts";
import { isFinal, type Jobs, MAX_ATTEMPTS, priority, retryDelay, type Worker } from "./jobs.ts";

const SWEEP_EVERY_MS = 30_000;
const OVERDUE_AFTER_MS = 60_000;
const MAY_BE_DELETED_AFTER_MS = 1_000;

export interface InProcessOptions {
	intake: Intake;
	/** How many events are worked on at once. */
	concurrency: number;
	now: () => Date;
	log?: Pick<Logger, "error" | "warn">;
	retry?: {
		/** Milliseconds before the second attempt; each further pause is twice as long. 1 s if not given. */
		base?: number;
		/** In [0, 1). */
		random?: () => number;
	};
}

export interface InProcessQueue extends Jobs {
	/** Takes up what has been owed for a minute and isn't here; runs by itself every 30 s once started. */
	sweep(): Promise<void>;
}

/**
 * @example
 * const jobs = createInProcessQueue({ intake: store.intake, concurrency: 4, now: () => new Date() });
 * await jobs.start({ work: (event) => handle(event, services) });
 */
export function createInProcessQueue(options: InProcessOptions): InProcessQueue {
	const { intake, concurrency, now, log, retry } = options;
	const queue = new PQueue({ concurrency, autoStart: false });
	/** Ids of the jobs that wait, pause or run here. */
	const here = new Set<string>();
	/** Pauses between two attempts. */
	const pauses = new Set<NodeJS.Timeout>();
	let worker: Worker | undefined;
	let stopped = false;
	let sweeper: NodeJS.Timeout | undefined;
	let refilling: Promise<void> = Promise.resolve();

	/** @param written when the event was written down, if this is the attempt that was counted with it */
	function add(event: ChatEvent, written?: Date): void {
		void queue.add(() => run(event, written), { priority: priority(event) });
	}

	/** Never rejects: what the store couldn't take is left to the sweep. */
	async function run(event: ChatEvent, written?: Date): Promise<void> {
		const id = jobId(event);
		// PGlite answers without ever giving the event loop a turn: a long backlog would starve the server beside it.
		await setImmediate();
		let retryIn: number | undefined;
		try {
			retryIn = await tryOnce(event, id, written);
		} catch (error) {
			log?.error({ err: error, id }, "the store failed; the event is taken up again later");
		}
		if (retryIn === undefined || stopped) here.delete(id);
		else pause(event, retryIn);
	}

	function pause(event: ChatEvent, milliseconds: number): void {
		const timer = setTimeout(() => {
			pauses.delete(timer);
			add(event);
		}, milliseconds).unref();
		pauses.add(timer);
	}

	/** @returns milliseconds to the next attempt; undefined if this was the last */
	async function tryOnce(event: ChatEvent, id: string, written?: Date): Promise<number | undefined> {
		const attempt = written ? 1 : await intake.attempt(id);
		if (attempt === undefined) {
			// An attempt before this one may have left something behind.
			await clearUp(event);
			return undefined;
		}
		// What has waited may have been deleted meanwhile; what begins at once is spared the question.
		const waited = written && now().getTime() - written.getTime() > MAY_BE_DELETED_AFTER_MS;
		if (waited && (await intake.isSettled(id))) return undefined;
		if (attempt > MAX_ATTEMPTS) return await abandon(event, id);
		try {
			await worker?.work(event, { attempt, last: attempt === MAX_ATTEMPTS });
		} catch (error) {
			if (isFinal(error, attempt)) {
				const refused = error instanceof UserError;
				if (!refused) log?.error({ err: error, id, attempt }, "an event failed for good");
				await settle(event, refused ? "refused" : "failed");
				return undefined;
			}
			log?.warn({ err: error, id, attempt }, "an attempt failed and is repeated");
			return retryDelay(attempt, retry?.base ?? 1000, (retry?.random ?? Math.random)());
		}
		await settle(event, "done");
		return undefined;
	}

	async function settle(event: ChatEvent, outcome: Outcome): Promise<void> {
		if (!(await intake.settle(jobId(event), outcome, now()))) await clearUp(event);
	}

	/** Of what isn't owed any more: another process may have settled it, or it was deleted. */
	async function clearUp(event: ChatEvent): Promise<void> {
		if (await intake.isGone(jobId(event))) await worker?.deleted?.(event);
	}

	async function abandon(event: ChatEvent, id: string): Promise<undefined> {
		log?.error({ id }, "an event ended the process at every attempt, and is given up");
		await intake.settle(id, "failed", now());
		try {
			await worker?.abandon?.(event);
		} catch (error) {
			log?.error({ err: error, id }, "nobody could be told that an event was given up");
		}
	}

	function take(event: ChatEvent, written?: Date): void {
		const id = jobId(event);
		if (stopped || here.has(id)) return;
		here.add(id);
		add(event, written);
	}

	/** Takes up what is owed: everything, or what was last enqueued before a moment. */
	async function refill(enqueuedBefore?: Date): Promise<void> {
		const missing = (await intake.owed(enqueuedBefore)).filter((event) => !here.has(jobId(event)));
		await intake.enqueued(missing.map(jobId), now());
		for (const event of missing) take(event);
	}

	async function sweep(): Promise<void> {
		refilling = refill(new Date(now().getTime() - OVERDUE_AFTER_MS)).catch((error) => {
			log?.error({ err: error }, "the intake could not be swept");
		});
		await refilling;
	}

	return {
		enqueue: async (event) => take(event, now()),
		sweep,

		async start(given) {
			if (worker) throw new Error("the queue was started before");
			worker = given;
			refilling = refill();
			await refilling;
			if (stopped) return;
			sweeper = setInterval(sweep, SWEEP_EVERY_MS).unref();
			queue.start();
		},

		async stop() {
			stopped = true;
			clearInterval(sweeper);
			for (const timer of pauses) clearTimeout(timer);
			pauses.clear();
			queue.clear();
			await Promise.allSettled([refilling, queue.onIdle()]);
		},

		ping: async () => {},
		pause: async () => queue.pause(),
		resume: async () => void queue.start(),
		size: async () => ({ waiting: queue.size + pauses.size, running: queue.pending }),
	};
}
