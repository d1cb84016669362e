import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { dot, fixturesDir, loadTestEncoder } from "../../test/support/models.ts";
import { averageEmbeddings } from "../classify/prompts.ts";
import { modelsDir } from "../package-root.ts";
import type { Encoder } from "./encoder.ts";
import { poolHash, readNegativeWords } from "./lexicon-files.ts";
import { PoolEmbeddings, type PoolEmbeddingsOptions, writePool } from "./pool-embeddings.ts";
import { createTextQueue } from "./text-queue.ts";

const words = ["spoon", "harbour", "moss", "violin"].map((word, index) => ({ word, synset: `0000000${index}` }));
const templates = ["a {}", "a photo of a {}."];
let encoder: Encoder;
let dataDir: string;
/** Texts that the model has encoded, in order. */
let encoded: string[];

beforeAll(async () => {
	encoder = await loadTestEncoder("tiny-clip");
});
afterAll(() => encoder.close());
beforeEach(async () => {
	dataDir = await mkdtemp(join(tmpdir(), "tagalong-pool-"));
	encoded = [];
});

function open(changes: Partial<PoolEmbeddingsOptions> = {}): PoolEmbeddings {
	const encodeTexts = (texts: readonly string[]) => {
		encoded.push(...texts);
		return encoder.encodeTexts(texts);
	};
	return new PoolEmbeddings({
		manifest: { ...encoder.manifest, templates },
		modelId: encoder.id,
		words,
		modelDir: join(fixturesDir, "tiny-clip"),
		dataDir,
		texts: createTextQueue({ encodeTexts }),
		...changes,
	});
}

function rowOf({ matrix }: PoolEmbeddings, row: number): Float32Array {
	if (!matrix) throw new Error("the pool has no embeddings");
	return matrix.data.slice(row * matrix.dim, (row + 1) * matrix.dim);
}

describe("a pool that was never encoded", () => {
	it("isn't there until it is encoded: a unit vector a word, averaged over the templates", async () => {
		const pool = open();
		expect(await pool.load()).toBe(false);
		expect(pool.matrix).toBeUndefined();
		const progress: [number, number][] = [];
		const matrix = await pool.encode((done, total) => progress.push([done, total]));
		expect(progress.at(-1)).toEqual([8, 8]);
		expect(pool.matrix).toBe(matrix);
		expect([matrix.rows, matrix.dim]).toEqual([4, 32]);
		for (const [row, { word }] of words.entries()) {
			const expected = averageEmbeddings(await encoder.encodeTexts([`a ${word}`, `a photo of a ${word}.`]));
			expect(dot(rowOf(pool, row), expected), word).toBeGreaterThan(0.99999);
		}
	});

	it("gives an image's cosines once it is there", async () => {
		const pool = open();
		const [image = new Float32Array()] = await encoder.encodeTexts(["anything of the joint space"]);
		expect(await pool.cosines(image)).toBeUndefined();
		await pool.encode();
		const cosines = await pool.cosines(image);
		expect(cosines).toHaveLength(words.length);
		for (const row of words.keys()) expect(cosines?.[row]).toBeCloseTo(dot(rowOf(pool, row), image), 5);
	});

	it("is encoded once, however often it is asked for", async () => {
		const pool = open();
		await Promise.all([pool.encode(), pool.encode()]);
		await pool.encode();
		expect(encoded.toSorted()).toEqual(words.flatMap(({ word }) => [`a ${word}`, `a photo of a ${word}.`]).toSorted());
	});

	it("is tried again after a failure", async () => {
		let fails = true;
		const encodeTexts = (texts: readonly string[]) =>
			fails ? Promise.reject(new Error("out of memory")) : encoder.encodeTexts(texts);
		const pool = open({ texts: createTextQueue({ encodeTexts }) });
		await expect(pool.encode()).rejects.toThrow("out of memory");
		fails = false;
		expect((await pool.encode()).rows).toBe(4);
	});

	it("waits for people's labels", async () => {
		const order: string[] = [];
		const encodeTexts = (texts: readonly string[]) => {
			order.push(texts[0] ?? "");
			return encoder.encodeTexts(texts);
		};
		const texts = createTextQueue({ encodeTexts });
		const many = Array.from({ length: 40 }, (_, index) => ({ word: `word ${index}`, synset: `${index}` }));
		const pool = open({ texts, words: many }).encode();
		await texts.encode(["cat"], "person");
		await pool;
		expect(order[1], "behind the batch that had begun").toBe("cat");
		expect(order.length).toBeGreaterThan(3);
	});
});

describe("an encoded pool", () => {
	it("is kept in the data folder, by model and words, and not encoded again", async () => {
		const first = open();
		await first.encode();
		expect(await readdir(join(dataDir, "negatives"))).toEqual([
			`${encoder.id}-${poolHash(words, templates).slice(0, 12)}.f16`,
		]);
		encoded = [];
		const second = open();
		expect(await second.load()).toBe(true);
		for (const row of words.keys()) expect(dot(rowOf(first, row), rowOf(second, row))).toBeCloseTo(1, 3);
		expect(encoded).toEqual([]);
		expect(await open({ modelId: "tiny-clip@other" }).load()).toBe(false);
		expect(await open({ words: words.slice(1) }).load()).toBe(false);
	});

	it.each([
		["cut short", (bytes: Buffer) => bytes.subarray(0, 100)],
		["no finite numbers", (bytes: Buffer) => Buffer.alloc(bytes.length, 0xff)],
	])("is encoded anew if its file is %s", async (_, spoil) => {
		await open().encode();
		const [name = ""] = await readdir(join(dataDir, "negatives"));
		const path = join(dataDir, "negatives", name);
		const whole = await readFile(path);
		await writeFile(path, spoil(whole));
		const pool = open();
		expect(await pool.load()).toBe(false);
		await pool.encode();
		expect((await readFile(path)).equals(whole)).toBe(true);
	});
});

describe("a pool that ships with its model", () => {
	const shipped = (pool: string) =>
		open({
			manifest: { ...encoder.manifest, templates, negatives: { file: "negatives.f16", pool } },
			modelDir: dataDir,
		});

	it("is read without encoding, unless it was made of other words", async () => {
		const pool = open();
		await writePool(join(dataDir, "negatives.f16"), (await pool.encode()).data);
		await rm(join(dataDir, "negatives"), { recursive: true });
		expect(await shipped(poolHash(words, templates)).load()).toBe(true);
		expect(await shipped(poolHash(words, ["{}"])).load()).toBe(false);
	});

	it("is, in the starter's case, what the starter makes of the words", async () => {
		const starter = await loadTestEncoder("starter");
		const { manifest, id: modelId } = starter;
		const pool = open({
			manifest,
			modelId,
			words: await readNegativeWords(modelsDir),
			modelDir: join(modelsDir, "starter"),
			texts: createTextQueue(starter),
		});
		expect(await pool.load()).toBe(true);
		for (const row of [0, 777, pool.words.length - 1]) {
			const word = pool.words[row]?.word ?? "";
			const prompts = manifest.templates.map((template) => template.replace("{}", word));
			const expected = averageEmbeddings(await starter.encodeTexts(prompts));
			expect(dot(rowOf(pool, row), expected), word).toBeGreaterThan(0.999);
		}
		await starter.close();
	});
});
