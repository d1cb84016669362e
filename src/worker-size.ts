/** How much a process that works on images does at once: as configured, or as suits the device that encodes them. */
import { availableParallelism } from "node:os";
import type { Config } from "./config.ts";
import type { Device } from "./model/session.ts";

export type ConfiguredSize = Pick<
	Config,
	"concurrentJobs" | "decodeThreads" | "encoderThreads" | "batchSize" | "batchWaitMs"
>;

export interface WorkerSize {
	/** Jobs worked on at once. */
	concurrentJobs: number;
	/** Images decoded at once. */
	decodeThreads: number;
	/** Images in one call of the encoder, at most. */
	batchSize: number;
	/** Milliseconds that a lone image waits for company. */
	batchWaitMs: number;
	/** Batches handed to the encoder at once: while a thread works on one, the next lies ready. */
	batchesAtOnce: number;
}

/** A call costs a GPU nearly the same for 32 images as for 8; a processor gains nothing beyond 8. */
const BATCH_SIZE = { cpu: 8, cuda: 32 };
const BATCH_WAIT_MS = 3;
const LEAST_BATCHES_AT_ONCE = 2;
/** Batches' worth of jobs beside those in the encoder: one that gathers, and one that is fetched, posted, written down. */
const BATCHES_BESIDE = 2;
const MOST_JOBS = 512;

export function workerSize(configured: ConfiguredSize, device: Device): WorkerSize {
	const batchSize = configured.batchSize ?? BATCH_SIZE[device];
	const batchesAtOnce = Math.max(LEAST_BATCHES_AT_ONCE, configured.encoderThreads ?? 0);
	const jobs = Math.min(MOST_JOBS, batchSize * (batchesAtOnce + BATCHES_BESIDE));
	return {
		concurrentJobs: configured.concurrentJobs ?? jobs,
		decodeThreads: configured.decodeThreads ?? availableParallelism(),
		batchSize,
		batchWaitMs: configured.batchWaitMs ?? BATCH_WAIT_MS,
		batchesAtOnce,
	};
}

/** Threads that Node does files, names of hosts and images in, unless `UV_THREADPOOL_SIZE` says otherwise at its start. */
const DEFAULT_POOL = 4;

/**
 * What keeps a size from being used, a line each.
 * @param pool `UV_THREADPOOL_SIZE` as the process was started with it
 */
export function sizeWarnings(
	{ concurrentJobs, decodeThreads, batchSize, batchesAtOnce }: WorkerSize,
	pool: string | undefined,
): string[] {
	const lines: string[] = [];
	const needed = batchSize * (batchesAtOnce + 1);
	if (concurrentJobs < needed) {
		lines.push(
			`TAGALONG_CONCURRENT_JOBS=${concurrentJobs} is too few for batches of ${batchSize} to fill: set it to ${needed} or more, or TAGALONG_BATCH_SIZE to less.`,
		);
	}
	const threads = Number(pool) || DEFAULT_POOL;
	if (decodeThreads > threads) {
		lines.push(
			`${decodeThreads} images should be decoded at once, and Node's pool has ${threads} threads: start with UV_THREADPOOL_SIZE=${decodeThreads + 4}, or set TAGALONG_DECODE_THREADS to less.`,
		);
	}
	return lines;
}
