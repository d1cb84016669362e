/** The queue of the distributed shape: BullMQ on Redis, in two lanes. What Redis forgets is put in again from the intake. */
import { setTimeout } from "node:timers/promises";
import { Worker as BullWorker, type Job, WaitingError } from "bullmq";
import PQueue from "p-queue";
import type { Logger } from "pino";
import { type AttemptOptions, Attempts } from "./attempt.ts";
import { type JobData, openLanes } from "./bullmq-sink.ts";
import { type Jobs, OVERDUE_AFTER_MS, retryDelay, SWEEP_EVERY_MS, TELL_AFTER, type Worker } from "./jobs.ts";
import { type JobRef, type Lane, laneOf, lanes } from "./place.ts";
import { isOfConnection, openPatientConnection, PREFIX } from "./queue-connection.ts";

/** Milliseconds. */
export interface Timing {
	/** How long a job is its worker's without a sign of life. 10 s if not given. */
	lockMs?: number;
	/** How often jobs are looked for whose worker has died. 5 s if not given. */
	stalledEveryMs?: number;
	/** 30 s if not given. */
	sweepEveryMs?: number;
	/** How long an event without an outcome is left to the queue before it is put in again. 60 s if not given. */
	overdueAfterMs?: number;
}

export interface BullQueueOptions extends AttemptOptions {
	/** `redis://` or `rediss://`, as in REDIS_URL. */
	url: string;
	/** How many events are worked on at once. A quarter of the places, and one at least, only what someone waits for gets. */
	concurrency: number;
	log: Pick<Logger, "error" | "warn" | "info">;
	timing?: Timing;
}

export interface BullJobs extends Jobs {
	/** Puts in again what is overdue; runs by itself once started. */
	sweep(): Promise<void>;
}

/** Events put in again in one go. */
const SWEPT_AT_ONCE = 500;
/** For a Redis that may be gone to note that jobs have ended. */
const CLOSE_MS = 1000;
/** Whoever asks how much waits can wait a moment. */
const ASK_MS = 5000;

class TriedAgain extends Error {
	readonly inMs: number;

	constructor(inMs: number) {
		super("tried again later");
		this.inMs = inMs;
	}
}

/**
 * Starts to connect and returns at once; with Redis gone, it works on from when it is back.
 * @example
 * const jobs = createBullQueue({ url, intake: store.intake, concurrency: 16, now: () => new Date(), log });
 * await jobs.start({ work: (event) => handle(event, services) });
 */
export function createBullQueue(options: BullQueueOptions): BullJobs {
	const { url, intake, concurrency, now, log, retry, timing = {} } = options;
	const { sweepEveryMs = SWEEP_EVERY_MS, overdueAfterMs = OVERDUE_AFTER_MS } = timing;
	const lanesIn = openLanes({ url, log });
	const { outstanding } = lanesIn;
	const attempts = new Attempts(options);
	const places = new PQueue({ concurrency });
	let connection: ReturnType<typeof openPatientConnection> | undefined;
	let takers: BullWorker<JobData>[] = [];
	let paused = false;
	let stopped = false;
	let sweeper: NodeJS.Timeout | undefined;
	let sweeping: Promise<void> = Promise.resolve();

	async function run(lane: Lane, job: Job<JobData>, worker: Worker): Promise<void> {
		// BullMQ may have asked for it before it was told to stop.
		const ending = paused || stopped ? "left" : await attempts.make(`${job.id}`, worker);
		if (ending === "left") {
			await job.moveToWait(job.token);
			throw new WaitingError();
		}
		if (ending !== "over") throw new TriedAgain(ending.retryInMs);
		// What isn't counted off now is put right by the sweep.
		await outstanding.remove(lane, job.data.workspace).catch(() => {});
	}

	function newTaker(lane: Lane, client: ReturnType<typeof openPatientConnection>["client"], worker: Worker) {
		const kept = Math.max(1, Math.floor(concurrency / 4));
		// Of those whose turn BullMQ says it is, what someone waits for goes first.
		const priority = lane === "asked" ? 1 : 0;
		const process = (job: Job<JobData>) => places.add(() => run(lane, job, worker), { priority });
		const taker = new BullWorker<JobData>(lane, process, {
			connection: client,
			prefix: PREFIX,
			skipVersionCheck: true,
			concurrency: lane === "asked" ? concurrency : Math.max(1, concurrency - kept),
			lockDuration: timing.lockMs ?? 10_000,
			stalledInterval: timing.stalledEveryMs ?? 5_000,
			// The intake knows what an event has done to its processes.
			maxStalledCount: Number.MAX_SAFE_INTEGER,
			runRetryDelay: 1000,
			settings: { backoffStrategy: (_made, _type, error) => delayAfter(error) },
		});
		taker.on("error", (error) => {
			// That Redis is gone, the other connection has said.
			if (!stopped && !isOfConnection(error)) log.warn({ err: error }, "the job queue reports an error");
		});
		return taker;
	}

	/** Whatever else went wrong between Redis and us is tried again too: the intake knows whether it is still owed. */
	function delayAfter(error: Error | undefined): number {
		if (error instanceof TriedAgain) return Math.ceil(error.inMs);
		return Math.ceil(retryDelay(TELL_AFTER, retry?.base ?? 1000, (retry?.random ?? Math.random)()));
	}

	async function sweepOnce(): Promise<void> {
		// To claim what can't be put in would only make it wait longer.
		if (!(await lanesIn.answers())) return;
		await outstanding.correct(await intake.outstanding());
		for (let claimed = SWEPT_AT_ONCE; claimed === SWEPT_AT_ONCE && !stopped; ) {
			const overdue = await intake.claim(new Date(now().getTime() - overdueAfterMs), now(), SWEPT_AT_ONCE);
			await Promise.all(overdue.map(putAgain));
			claimed = overdue.length;
		}
	}

	/** What waits or runs is let be. An ended job of the same id, and what a Redis that lost some keys left, would bar it. */
	async function putAgain(job: JobRef): Promise<void> {
		const queue = lanesIn.queues[laneOf(job.kind)];
		const state = await queue.getJobState(job.id);
		if (state !== "completed" && state !== "failed" && state !== "unknown") return;
		await queue.remove(job.id);
		await lanesIn.put(job, await outstanding.of(job));
	}

	async function sweep(): Promise<void> {
		sweeping = sweeping.then(sweepOnce).catch((error) => {
			log.warn({ err: error }, "the intake could not be swept");
		});
		await sweeping;
	}

	return {
		enqueue: lanesIn.enqueue,
		ping: lanesIn.ping,
		sweep,

		async start(worker) {
			if (connection) throw new Error("the queue was started before");
			connection = openPatientConnection(url);
			const { client } = connection;
			takers = lanes.map((lane) => newTaker(lane, client, worker));
			if (paused) await this.pause();
			sweeper = setInterval(sweep, sweepEveryMs).unref();
			void sweep();
		},

		async pause() {
			paused = true;
			await Promise.all(takers.map((taker) => taker.pause(true)));
		},

		async resume() {
			paused = false;
			await Promise.all(takers.map((taker) => taker.resume()));
		},

		async stop() {
			stopped = true;
			attempts.stop();
			clearInterval(sweeper);
			const closing = Promise.allSettled([sweeping, ...takers.map((taker) => taker.close())]);
			// Those that BullMQ hands over meanwhile are given back at once.
			while (places.size + places.pending > 0) await places.onIdle();
			await Promise.race([closing, setTimeout(CLOSE_MS)]);
			connection?.close();
			await lanesIn.close();
			await closing;
		},

		async size() {
			const counts = await lanesIn.connection.ask(
				() => Promise.all(lanes.map((lane) => lanesIn.queues[lane].getJobCounts("wait", "prioritized", "delayed"))),
				ASK_MS,
			);
			const waiting = counts.flatMap((count) => Object.values(count)).reduce((sum, each) => sum + each, 0);
			return { waiting: waiting + places.size, running: places.pending };
		},
	};
}
