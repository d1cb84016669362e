import { setTimeout } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { findOrInstallRedis } from "../../infra/servers/redis.ts";
import { startProgram } from "../../test/support/program.ts";
import { claimOf, MODEL, numbered, right, SharedTexts } from "../../test/support/shared-texts.ts";
import { testEncoder } from "../../test/support/text-encoder.ts";

const executable = await findOrInstallRedis();

describe.skipIf(!executable)("when several processes need the embeddings of the same prompts", () => {
	let texts: SharedTexts;
	beforeAll(async () => {
		texts = await SharedTexts.start(executable ?? "");
	});
	afterEach(() => texts.clear());
	afterAll(() => texts?.stop());

	/** An encoder that waits until it is told how to end. */
	function heldUp() {
		let finish = () => {};
		let fail = () => {};
		const ended = new Promise<void>((resolve, reject) => {
			finish = resolve;
			fail = () => reject(new Error("out of memory"));
		});
		ended.catch(() => {});
		return { encoder: testEncoder(MODEL, 8, () => ended), finish, fail };
	}

	test("each prompt is encoded by one of them", async () => {
		const encoders = numbered(4).map(() => testEncoder(MODEL, 8, () => setTimeout(Math.random() * 20)));
		const processes = await Promise.all(encoders.map((encoder) => texts.openConnected(encoder)));
		// Sets that overlap: each has 50 prompts, and shares 40 with the next.
		const sets = numbered(25).map((_, set) => numbered(290).slice(10 * set, 10 * set + 50));
		const asked = sets.flatMap((prompts) => processes.map(({ embeddings }) => embeddings(prompts)));
		expect(await Promise.all(asked)).toEqual(sets.flatMap((prompts) => processes.map(() => right(prompts))));
		const encoded = encoders.flatMap((encoder) => encoder.encoded);
		expect(encoded.sort()).toEqual(numbered(290).sort());
	});

	test("a thousand prompts cost a handful of commands, and the processes share the work", async () => {
		const programs = numbered(2).map(() => startProgram("share-texts.ts", texts.server.url, MODEL, "200"));
		try {
			await Promise.all(programs.map((program) => program.line((line) => line === "ready")));
			await texts.redis.configResetStat();
			for (const program of programs) program.tell("1000");
			await Promise.all(programs.map((program) => program.line((line) => line === "right 1000")));
		} finally {
			await Promise.all(programs.map((program) => program.kill()));
		}
		expect(await texts.commands()).toBeLessThan(60);
		const encoded = programs.map(({ lines }) => {
			const counts = lines.flatMap((line) => /^encodes (\d+)$/.exec(line)?.[1] ?? []);
			return counts.reduce((sum, count) => sum + Number(count), 0);
		});
		expect(encoded.reduce((sum, count) => sum + count)).toBe(1000);
		expect(Math.min(...encoded)).toBeGreaterThan(0);

		const third = await texts.openConnected(testEncoder(MODEL));
		await texts.redis.configResetStat();
		expect(await third.embeddings(numbered(1000))).toEqual(right(numbered(1000)));
		expect(third.counts).toEqual({ memory: 0, shared: 1000, encoded: 0 });
		expect(await texts.commands()).toBe(2);
	});

	test("one that is killed while it encodes holds the others up only until its claim lapses", async () => {
		const program = startProgram("share-texts.ts", texts.server.url, MODEL, "600000");
		await program.line((line) => line === "ready");
		program.tell("3");
		await program.line((line) => line === "encodes 3");
		await program.kill();
		expect(await texts.redis.pTTL(claimOf("thing 0"))).toBeLessThanOrEqual(3000);
		const encoder = testEncoder(MODEL);
		const survivor = await texts.openConnected(encoder);
		expect(await survivor.embeddings(numbered(3))).toEqual(right(numbered(3)));
		expect(encoder.encoded.sort()).toEqual(numbered(3));
	});

	test("one that takes longer than a claim lasts keeps its claim", async () => {
		const slow = testEncoder(MODEL, 8, () => setTimeout(2000));
		const first = await texts.openConnected(slow, { claimMs: 600 });
		const second = await texts.openConnected(testEncoder(MODEL), { claimMs: 600 });
		const started = first.embeddings(["cat"]);
		await texts.claimed("cat");
		expect(await second.embeddings(["cat"])).toEqual(right(["cat"]));
		expect(await started).toEqual(right(["cat"]));
		expect(second.counts).toEqual({ memory: 0, shared: 1, encoded: 0 });
	});

	test("one that never finishes is not waited for without end", async () => {
		const hung = heldUp();
		const first = await texts.openConnected(hung.encoder);
		const started = first.embeddings(["cat"]);
		await texts.claimed("cat");
		const second = await texts.openConnected(testEncoder(MODEL), { patienceMs: 100 });
		expect(await second.embeddings(["cat"])).toEqual(right(["cat"]));
		expect(second.counts.encoded).toBe(1);
		hung.finish();
		expect(await started).toEqual(right(["cat"]));
	});

	test("one that fails tells its own, and leaves the prompt to the next", async () => {
		const failing = heldUp();
		const first = await texts.openConnected(failing.encoder, { claimMs: 600_000 });
		const second = await texts.openConnected(testEncoder(MODEL));
		const failed = expect(first.embeddings(["cat"])).rejects.toThrow("out of memory");
		await texts.claimed("cat");
		const other = second.embeddings(["cat"]);
		failing.fail();
		await failed;
		expect(await other).toEqual(right(["cat"]));
		expect(second.counts.encoded).toBe(1);
	});

	test("and Redis is emptied meanwhile, all are answered right", async () => {
		const pause = () => setTimeout(50);
		const processes = await Promise.all(numbered(3).map(() => texts.openConnected(testEncoder(MODEL, 8, pause))));
		const asked = processes.map(({ embeddings }) => embeddings(numbered(20)));
		await texts.claimed("thing 0");
		await texts.redis.flushAll();
		expect(await Promise.all(asked)).toEqual(processes.map(() => right(numbered(20))));
	});
});
