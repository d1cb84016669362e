/** The queue of the all-in-one shape. It lives in memory; what survives a crash is the intake, which it is refilled from. */
import { setImmediate } from "node:timers/promises";
import PQueue from "p-queue";
import { type AttemptOptions, Attempts } from "./attempt.ts";
import { type Jobs, OVERDUE_AFTER_MS, SWEEP_EVERY_MS, type Worker } from "./jobs.ts";
import { type JobRef, laneOf, placeInLine, refOf, workspaceOf } from "./place.ts";

export interface InProcessOptions extends AttemptOptions {
	/** How many events are worked on at once. */
	concurrency: number;
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
	const { intake, concurrency, now, log } = options;
	const attempts = new Attempts(options);
	const queue = new PQueue({ concurrency, autoStart: false });
	/** Ids of the jobs that wait, pause or run here. */
	const here = new Set<string>();
	/** How many of them are a workspace's, by lane. */
	const outstanding = new Map<string, number>();
	/** Pauses between two attempts. */
	const pauses = new Set<NodeJS.Timeout>();
	let worker: Worker | undefined;
	let paused = false;
	let stopped = false;
	let sweeper: NodeJS.Timeout | undefined;
	let refilling: Promise<void> = Promise.resolve();

	const countOf = (job: JobRef) => `${laneOf(job.kind)} ${workspaceOf(job)}`;

	function take(job: JobRef): void {
		if (stopped || here.has(job.id)) return;
		here.add(job.id);
		const before = outstanding.get(countOf(job)) ?? 0;
		outstanding.set(countOf(job), before + 1);
		add(job, before);
	}

	function letGo(job: JobRef): void {
		here.delete(job.id);
		const left = (outstanding.get(countOf(job)) ?? 0) - 1;
		if (left > 0) outstanding.set(countOf(job), left);
		else outstanding.delete(countOf(job));
	}

	function add(job: JobRef, before: number): void {
		void queue.add(() => run(job), { priority: -placeInLine(job.kind, before) });
	}

	async function run(job: JobRef): Promise<void> {
		// PGlite answers without ever giving the event loop a turn: a long backlog would starve the server beside it.
		await setImmediate();
		const ending = worker ? await attempts.make(job.id, worker) : "left";
		if (typeof ending === "string" || stopped) letGo(job);
		else pause(job, ending.retryInMs);
	}

	function pause(job: JobRef, milliseconds: number): void {
		const timer = setTimeout(() => {
			pauses.delete(timer);
			add(job, outstanding.get(countOf(job)) ?? 0);
		}, milliseconds).unref();
		pauses.add(timer);
	}

	/** Takes up what is owed and was last enqueued at or before a moment. */
	async function refill(enqueuedBefore: Date): Promise<void> {
		for (const job of await intake.claim(enqueuedBefore, now())) take(job);
	}

	async function sweep(): Promise<void> {
		refilling = refill(new Date(now().getTime() - OVERDUE_AFTER_MS)).catch((error) => {
			log?.error({ err: error }, "the intake could not be swept");
		});
		await refilling;
	}

	return {
		enqueue: async (event) => take(refOf(event)),
		sweep,

		async start(given) {
			if (worker) throw new Error("the queue was started before");
			worker = given;
			refilling = refill(now());
			await refilling;
			if (stopped) return;
			sweeper = setInterval(sweep, SWEEP_EVERY_MS).unref();
			if (!paused) queue.start();
		},

		async stop() {
			stopped = true;
			attempts.stop();
			clearInterval(sweeper);
			for (const timer of pauses) clearTimeout(timer);
			pauses.clear();
			queue.clear();
			await Promise.allSettled([refilling, queue.onIdle()]);
		},

		ping: async () => {},
		async pause() {
			paused = true;
			queue.pause();
		},
		async resume() {
			paused = false;
			if (worker) queue.start();
		},
		size: async () => ({ waiting: queue.size + pauses.size, running: queue.pending }),
	};
}
