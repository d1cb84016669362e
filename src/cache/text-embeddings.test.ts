import { describe, expect, test } from "vitest";
import { createTextEmbeddingCache } from "./text-embeddings.ts";

/** A cache over an encoder that makes a vector of a text's length, and notes what it was asked. */
function observed(maxPrompts = 100) {
	const encoded: string[][] = [];
	const counts = { hits: 0, misses: 0 };
	const failNext = { value: false };
	const cache = createTextEmbeddingCache({
		maxPrompts,
		encode: async (texts) => {
			encoded.push(texts);
			await new Promise((resolve) => setTimeout(resolve, 2));
			if (failNext.value) {
				failNext.value = false;
				throw new Error("out of memory");
			}
			return texts.map((text) => Float32Array.of(text.length));
		},
		counters: {
			hit: (count) => {
				counts.hits += count;
			},
			miss: (count) => {
				counts.misses += count;
			},
		},
	});
	return { cache, encoded, counts, failNext };
}

describe("text embeddings are encoded once for everybody", () => {
	test("the second request encodes nothing and is counted as hits", async () => {
		const { cache, encoded, counts } = observed();
		const first = await cache.embeddings(["cat", "bear"]);
		expect(await cache.embeddings(["bear", "cat"])).toEqual([first[1], first[0]]);
		expect(encoded).toEqual([["cat", "bear"]]);
		expect(counts).toEqual({ hits: 2, misses: 2 });
	});

	test("only what was never seen is encoded", async () => {
		const { cache, encoded } = observed();
		await cache.embeddings(["cat"]);
		const missing: number[] = [];
		const got = await cache.embeddings(["cat", "horse", "cat", "horse"], (count) => missing.push(count));
		expect(got.map((embedding) => embedding[0])).toEqual([3, 5, 3, 5]);
		expect(encoded).toEqual([["cat"], ["horse"]]);
		expect(missing).toEqual([1]);
	});

	test("a hundred people asking at once wait for one encoding", async () => {
		const { cache, encoded } = observed();
		await Promise.all(Array.from({ length: 100 }, () => cache.embeddings(["cat", "dog"])));
		expect(encoded).toEqual([["cat", "dog"]]);
	});

	test("a failed encoding is told to all who wait, and tried again by the next", async () => {
		const { cache, encoded, failNext } = observed();
		failNext.value = true;
		const results = await Promise.allSettled([cache.embeddings(["cat"]), cache.embeddings(["cat"])]);
		expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
		expect((await cache.embeddings(["cat"]))[0]).toEqual(Float32Array.of(3));
		expect(encoded).toHaveLength(2);
	});

	test("the least recently used prompt goes first, and more prompts than fit are still answered", async () => {
		const { cache, encoded } = observed(2);
		await cache.embeddings(["a", "bb"]);
		await cache.embeddings(["a"]);
		const many = await cache.embeddings(["a", "ccc", "dddd", "eeeee"]);
		expect(many.map((embedding) => embedding[0])).toEqual([1, 3, 4, 5]);
		expect(encoded).toEqual([
			["a", "bb"],
			["ccc", "dddd", "eeeee"],
		]);
	});
});
