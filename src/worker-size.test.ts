import { availableParallelism } from "node:os";
import { describe, expect, test } from "vitest";
import { parseConfig } from "./config.ts";
import { sizeWarnings, workerSize } from "./worker-size.ts";

/** What is kept of the environment, on a processor. */
const sized = (env: Record<string, string>, device: "cpu" | "cuda" = "cpu") => workerSize(parseConfig(env), device);

describe("what a worker does at once", () => {
	test("suits its device, where nothing is configured", () => {
		const common = { decodeThreads: availableParallelism(), batchWaitMs: 3, batchesAtOnce: 2 };
		expect(sized({})).toEqual({ ...common, batchSize: 8, concurrentJobs: 32 });
		expect(sized({}, "cuda")).toEqual({ ...common, batchSize: 32, concurrentJobs: 128 });
	});

	test("is what is configured, and the rest suits that", () => {
		const env = { TAGALONG_BATCH_SIZE: "16", TAGALONG_ENCODER_THREADS: "4", TAGALONG_BATCH_WAIT_MS: "0" };
		expect(sized(env)).toMatchObject({ batchSize: 16, batchesAtOnce: 4, concurrentJobs: 96, batchWaitMs: 0 });
		expect(sized({ TAGALONG_BATCH_SIZE: "256", TAGALONG_ENCODER_THREADS: "16" }).concurrentJobs).toBe(512);
		expect(sized({ TAGALONG_CONCURRENT_JOBS: "5", TAGALONG_DECODE_THREADS: "3" })).toMatchObject({
			concurrentJobs: 5,
			decodeThreads: 3,
		});
	});
});

describe("what keeps it from that", () => {
	test("nothing, as it is by default on four cores", () => {
		expect(sizeWarnings(sized({ TAGALONG_DECODE_THREADS: "4" }), undefined)).toEqual([]);
		expect(sizeWarnings(sized({ TAGALONG_DECODE_THREADS: "4" }, "cuda"), undefined)).toEqual([]);
	});

	test("too few jobs for a batch to fill is said in one line", () => {
		const env = { TAGALONG_CONCURRENT_JOBS: "16", TAGALONG_BATCH_SIZE: "32", TAGALONG_DECODE_THREADS: "1" };
		expect(sizeWarnings(sized(env), undefined)).toEqual([
			"TAGALONG_CONCURRENT_JOBS=16 is too few for batches of 32 to fill: set it to 96 or more, or TAGALONG_BATCH_SIZE to less.",
		]);
	});

	test("so is a pool of threads that has no room for the images to be decoded", () => {
		const size = sized({ TAGALONG_DECODE_THREADS: "8" });
		expect(sizeWarnings(size, undefined)).toEqual([
			"8 images should be decoded at once, and Node's pool has 4 threads: start with UV_THREADPOOL_SIZE=12, or set TAGALONG_DECODE_THREADS to less.",
		]);
		expect(sizeWarnings(size, "8")).toEqual([]);
	});
});
