import { describe, expect, test, vi } from "vitest";
import { MicroBatcher } from "./micro-batcher.ts";

/** A batcher whose runs are recorded and end when they are told to. */
function controlled(options: Partial<ConstructorParameters<typeof MicroBatcher<number, number>>[0]> = {}) {
	const batches: number[][] = [];
	const ends: (() => void)[] = [];
	const batcher = new MicroBatcher<number, number>({
		maxBatch: 4,
		maxWaitMs: 5,
		maxQueue: 100,
		run: async (items) => {
			batches.push(items);
			await new Promise<void>((resolve) => ends.push(resolve));
			return items.map((item) => item * 10);
		},
		...options,
	});
	return { batcher, batches, ends };
}
const until = async (condition: () => boolean) => {
	while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
};

describe("a micro-batch", () => {
	test("a lone image is run once its wait is over, with nobody else needed", async () => {
		const { batcher, batches, ends } = controlled();
		const result = batcher.submit(1);
		await until(() => batches.length === 1);
		ends[0]?.();
		expect(await result).toBe(10);
		expect(batches).toEqual([[1]]);
	});

	test("a full batch goes at once, however long the wait", async () => {
		const { batcher, batches, ends } = controlled({ maxWaitMs: 1_000_000 });
		const results = [1, 2, 3, 4].map((item) => batcher.submit(item));
		await until(() => batches.length === 1);
		ends[0]?.();
		expect(await Promise.all(results)).toEqual([10, 20, 30, 40]);
	});

	test("what someone waits for goes before what came earlier, in its own order, and is never held back", async () => {
		const { batcher, batches, ends } = controlled({ maxBatch: 2, maxQueue: 2 });
		const results = [batcher.submit(1)];
		await until(() => batches.length === 1);
		results.push(
			...[2, 3, 4].map((item) => batcher.submit(item)),
			...[8, 9].map((item) => batcher.submit(item, "first")),
		);
		for (let call = 0; call < 4; call++) {
			await until(() => batches.length > call);
			ends[call]?.();
		}
		expect(await Promise.all(results)).toEqual([10, 20, 30, 40, 80, 90]);
		expect(batches).toEqual([[1], [8, 9], [2, 3], [4]]);
	});

	test("what comes while a batch runs goes together in the next", async () => {
		const { batcher, batches, ends } = controlled();
		const first = batcher.submit(1);
		await until(() => batches.length === 1);
		const rest = [2, 3, 4].map((item) => batcher.submit(item));
		ends[0]?.();
		await until(() => batches.length === 2);
		ends[1]?.();
		await Promise.all([first, ...rest]);
		expect(batches).toEqual([[1], [2, 3, 4]]);
	});

	test("a batch is never larger than its maximum, and results go to their own callers", async () => {
		const sizes: number[] = [];
		const batcher = new MicroBatcher<number, number>({
			maxBatch: 3,
			maxWaitMs: 1,
			maxQueue: 100,
			run: async (items) => {
				sizes.push(items.length);
				return items.map((item) => item * 10);
			},
		});
		const items = Array.from({ length: 20 }, (_, i) => i);
		expect(await Promise.all(items.map((item) => batcher.submit(item)))).toEqual(items.map((item) => item * 10));
		expect(Math.max(...sizes)).toBe(3);
	});

	test("with two calls allowed, a full batch goes before the one before it is done; a part of one waits", async () => {
		const { batcher, batches, ends } = controlled({ maxBatch: 2, maxCalls: 2 });
		const results = [1, 2, 3, 4, 5].map((item) => batcher.submit(item));
		await until(() => batches.length === 2);
		await new Promise((resolve) => setTimeout(resolve, 20));
		expect(batches).toEqual([
			[1, 2],
			[3, 4],
		]);
		ends[0]?.();
		ends[1]?.();
		await until(() => ends.length === 3);
		ends[2]?.();
		expect(await Promise.all(results)).toEqual([10, 20, 30, 40, 50]);
	});

	test("one bad item fails alone", async () => {
		const batcher = new MicroBatcher<number, number>({
			maxBatch: 4,
			maxWaitMs: 1,
			maxQueue: 100,
			run: async (items) => {
				if (items.includes(13)) throw new Error("unlucky");
				return items;
			},
		});
		const results = await Promise.allSettled([1, 13, 2].map((item) => batcher.submit(item)));
		expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
	});

	test("what has nothing to do with the items fails all of them at once", async () => {
		const run = vi.fn(() => Promise.reject(new Error("nobody is there")));
		const batcher = new MicroBatcher<number, number>({
			maxBatch: 4,
			maxWaitMs: 1,
			maxQueue: 100,
			isOfAll: (error) => error instanceof Error && error.message === "nobody is there",
			run,
		});
		const results = await Promise.allSettled([1, 2, 3].map((item) => batcher.submit(item)));
		expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
		expect(run).toHaveBeenCalledOnce();
	});

	test("a full queue holds its callers back until there is room, and loses none", async () => {
		const { batcher, batches, ends } = controlled({ maxBatch: 2, maxQueue: 3, maxWaitMs: 0 });
		const results = Array.from({ length: 9 }, (_, i) => batcher.submit(i));
		for (let run = 0; run < 5; run++) {
			await until(() => ends.length > run);
			ends[run]?.();
		}
		expect(await Promise.all(results)).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80]);
		expect(batches.flat()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
		expect(batcher.queued).toBe(0);
	});
});
