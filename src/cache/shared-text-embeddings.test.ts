import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { findOrInstallRedis } from "../../infra/servers/redis.ts";
import { tinyModelsDir } from "../../test/support/models.ts";
import { claimOf, keyOf, MODEL, right, SharedTexts } from "../../test/support/shared-texts.ts";
import { testEncoder, vectorOf } from "../../test/support/text-encoder.ts";
import { loadClassifier } from "../classifier.ts";
import { openSharedTextCache } from "./shared-text-embeddings.ts";

const OTHER = "other@0123456789ab";
const WEEK_MS = 7 * 24 * 3_600_000;

const executable = await findOrInstallRedis();

/** The float32 numbers of a vector, little-endian, written by another hand than the cache's. */
const bytes = (vector: Float32Array) => Buffer.concat([...vector].map(littleEndian));
function littleEndian(value: number): Buffer {
	const four = Buffer.alloc(4);
	four.writeFloatLE(value);
	return four;
}

describe.skipIf(!executable)("text embeddings in Redis", () => {
	let texts: SharedTexts;
	let redis: SharedTexts["redis"];
	beforeAll(async () => {
		texts = await SharedTexts.start(executable ?? "");
		redis = texts.redis;
	});
	afterEach(() => texts.clear());
	afterAll(() => texts?.stop());

	test("are kept for a week under the model and the prompt's sha256, as float32 numbers", async () => {
		const process = await texts.openConnected(testEncoder(MODEL));
		const prompts = ["a photo of a cat.", "a photo of a 🐻."];
		expect(await process.embeddings(prompts)).toEqual(right(prompts));
		expect((await redis.keys("*")).map(String).sort()).toEqual(prompts.map((text) => keyOf(text)).sort());
		for (const prompt of prompts) {
			expect(await redis.get(keyOf(prompt))).toEqual(bytes(vectorOf(MODEL, prompt)));
			const left = await redis.pTTL(keyOf(prompt));
			expect(left).toBeGreaterThan(WEEK_MS - 60_000);
			expect(left).toBeLessThanOrEqual(WEEK_MS);
		}
	});

	test("lapse after the time they are kept for, and are encoded again", async () => {
		const process = await texts.openConnected(testEncoder(MODEL), { keptMs: 1, maxPrompts: 1 });
		for (const prompt of ["cat", "dog", "cat"]) {
			expect(await process.embeddings([prompt])).toEqual(right([prompt]));
			await vi.waitFor(async () => expect(await redis.dbSize()).toBe(0));
		}
		expect(process.counts).toEqual({ memory: 0, shared: 0, encoded: 3 });
	});

	test("are found by every other process, and asked for once: then they are in its memory", async () => {
		const first = await texts.openConnected(testEncoder(MODEL));
		await first.embeddings(["cat", "dog"]);
		const encoder = testEncoder(MODEL);
		const second = await texts.openConnected(encoder);
		const missing: number[] = [];
		const all = ["cat", "bear", "dog"];
		expect(await second.embeddings(all, (count) => missing.push(count))).toEqual(right(all));
		expect(encoder.encoded).toEqual(["bear"]);
		expect(missing).toEqual([1]);
		expect(second.counts).toEqual({ memory: 0, shared: 2, encoded: 1 });

		await redis.flushAll();
		await redis.configResetStat();
		expect(await second.embeddings(all)).toEqual(right(all));
		expect(second.counts).toEqual({ memory: 3, shared: 2, encoded: 1 });
		expect(await texts.commands()).toBe(0);
	});

	test("belong to one model", async () => {
		const one = await texts.openConnected(testEncoder(MODEL));
		const other = await texts.openConnected(testEncoder(OTHER), { model: OTHER });
		expect(await one.embeddings(["cat"])).toEqual(right(["cat"]));
		expect(await other.embeddings(["cat"])).toEqual(right(["cat"], OTHER));
		expect(other.counts).toMatchObject({ shared: 0, encoded: 1 });
	});

	test("spare the second process with a real model its text encoder", async () => {
		const shared = openSharedTextCache({ url: texts.server.url, log: { info() {}, warn() {} }, answerMs: 10_000 });
		const [modelsDir, dataDir] = await Promise.all([tinyModelsDir("tiny-clip"), mkdtemp(join(tmpdir(), "tagalong-"))]);
		const labelSet = async () => {
			let encoded = 0;
			const textsEncoded = (count: number) => {
				encoded += count;
			};
			const classifier = await loadClassifier({
				model: "tiny-clip",
				modelsDir,
				dataDir,
				device: "cpu",
				onFallback() {},
				sharedTexts: shared.forModel,
				observer: { textsEncoded, cacheHits() {}, cacheMisses() {}, imageBatch() {}, imageDecoded() {} },
			});
			const { embeddings } = await classifier.labelSet([{ text: "cat" }, { text: "dog" }, { text: "bear" }]);
			await classifier.close();
			return { encoded, embeddings };
		};
		const first = await labelSet();
		const second = await labelSet();
		shared.close();
		expect([first.encoded, second.encoded]).toEqual([3, 0]);
		expect(second.embeddings).toEqual(first.embeddings);
	});

	describe("that are none", () => {
		const vector = vectorOf(MODEL, "cat");
		test.each([
			["too short", bytes(vector.slice(1))],
			["too long", Buffer.concat([bytes(vector), Buffer.alloc(4)])],
			["empty", Buffer.alloc(0)],
			["not a number somewhere", bytes(vector.with(3, Number.NaN))],
			["infinite somewhere", bytes(vector.with(3, Number.NEGATIVE_INFINITY))],
			["all zero", bytes(new Float32Array(8))],
			["of another length than 1", bytes(vector.map((value) => value * 1.01))],
		])("(%s) are ignored and written anew", async (_, wrong) => {
			const process = await texts.openConnected(testEncoder(MODEL));
			await redis.set(keyOf("cat"), wrong);
			expect(await process.embeddings(["cat", "dog"])).toEqual(right(["cat", "dog"]));
			expect(process.counts.encoded).toBe(2);
			expect(await redis.get(keyOf("cat"))).toEqual(bytes(vector));
			expect(await redis.pTTL(keyOf("cat"))).toBeGreaterThan(0);
		});

		test("(a list) are ignored and written anew", async () => {
			const process = await texts.openConnected(testEncoder(MODEL));
			await redis.lPush(keyOf("cat"), "cat");
			expect(await process.embeddings(["cat"])).toEqual(right(["cat"]));
			expect(await redis.get(keyOf("cat"))).toEqual(bytes(vector));
		});

		test("(from a broken model) are shared with nobody", async () => {
			const noNumbers = new Float32Array(8).fill(Number.NaN);
			const encode = async (prompts: string[]) => prompts.map(() => noNumbers);
			const process = await texts.openConnected({ encoded: [], encode });
			expect(await process.embeddings(["cat"])).toEqual([noNumbers]);
			expect(await redis.dbSize()).toBe(0);
		});
	});

	test("are always the encoder's for that prompt and model, whatever is in Redis", async () => {
		const models = [MODEL, OTHER];
		const processes = await Promise.all(
			[MODEL, OTHER, MODEL, OTHER].map(async (model) => {
				const small = { model, maxPrompts: 3, claimMs: 50 };
				return { model, ...(await texts.openConnected(testEncoder(model), small)) };
			}),
		);
		const prompt = fc.constantFrom("cat", "Cat", "dog", "a photo of a cat.", "猫", "", " ", "🐻");
		const step = fc.oneof(
			{ weight: 4, arbitrary: fc.record({ process: fc.constantFrom(...processes), ask: fc.array(prompt) }) },
			fc.record({ damage: prompt, by: fc.uint8Array({ maxLength: 40 }), model: fc.constantFrom(...models) }),
			fc.record({ claim: prompt, model: fc.constantFrom(...models) }),
			fc.constant({ flush: true }),
		);
		let answers = 0;
		await fc.assert(
			fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async (steps) => {
				const run = async (each: (typeof steps)[number]) => {
					if ("damage" in each) return redis.set(keyOf(each.damage, each.model), Buffer.from(each.by));
					if ("claim" in each) return redis.set(claimOf(each.claim, each.model), "a dead one", { PX: 50 });
					if ("flush" in each) return redis.flushAll();
					expect(await each.process.embeddings(each.ask)).toEqual(right(each.ask, each.process.model));
					answers += each.ask.length;
				};
				await Promise.all(steps.map(run));
			}),
			{ numRuns: 50 },
		);
		expect(answers).toBeGreaterThan(100);
		expect(processes.every(({ counts }) => counts.shared > 0)).toBe(true);
	});
});
