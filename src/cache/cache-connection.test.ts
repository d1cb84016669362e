import { readFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { findOrInstallRedis } from "../../infra/servers/redis.ts";
import { keyOf, MODEL, numbered, right, SharedTexts } from "../../test/support/shared-texts.ts";
import { testEncoder } from "../../test/support/text-encoder.ts";

const executable = await findOrInstallRedis();

describe.skipIf(!executable)("the cache goes on answering right", () => {
	let texts: SharedTexts;
	beforeAll(async () => {
		texts = await SharedTexts.start(executable ?? "");
	});
	afterEach(() => texts.clear());
	afterAll(() => texts?.stop());

	/** Resolves once the log has such a line. */
	const logged = (line: RegExp) =>
		vi.waitFor(() => expect(texts.log.some((each) => line.test(each))).toBe(true), { timeout: 20_000, interval: 10 });
	const gone = /^The text-embedding cache \(Redis at 127\.0\.0\.1:\d+\) is gone \(.+\)\. Until it is back/;
	const back = /is back\.$/;

	test("when Redis is killed, before, while and after it encodes, and shares again when Redis is back", async () => {
		let meanwhile: () => unknown = () => {};
		const encoder = testEncoder(MODEL, 8, () => meanwhile());
		const process = await texts.openConnected(encoder);
		await process.embeddings(["cat"]);
		meanwhile = () => texts.server.kill();
		expect(await process.embeddings(["cat", "dog"])).toEqual(right(["cat", "dog"]));
		meanwhile = () => {};
		await logged(gone);
		expect(await process.embeddings(numbered(600))).toEqual(right(numbered(600)));
		expect(encoder.encoded).toEqual(["cat", "dog", ...numbered(600)]);

		await texts.server.restart();
		await process.connected();
		await logged(back);
		expect(await process.embeddings(["bear"])).toEqual(right(["bear"]));
		expect(await texts.redis.exists(keyOf("bear"))).toBe(1);
		expect(texts.log.filter((line) => gone.test(line))).toHaveLength(1);
	});

	test("when Redis starts after it", async () => {
		await texts.server.stop();
		const process = texts.open(testEncoder(MODEL));
		await logged(gone);
		expect(await process.embeddings(["cat"])).toEqual(right(["cat"]));
		await texts.server.restart();
		await process.connected();
		expect(await process.embeddings(["dog"])).toEqual(right(["dog"]));
		expect(await texts.redis.exists(keyOf("dog"))).toBe(1);
	});

	test("when Redis hangs: it is asked once, then left alone until it answers", async () => {
		const process = await texts.openConnected(testEncoder(MODEL), { answerMs: 100, restMs: 200 });
		await texts.redis.clientPause(2000, "ALL");
		for (const prompt of ["cat", "dog", "bear"]) expect(await process.embeddings([prompt])).toEqual(right([prompt]));
		await logged(/is gone \(no answer within 100 ms\)/);
		await process.connected();
		await logged(back);
	});

	test("when this process was busy for longer than Redis may take", async () => {
		const process = await texts.openConnected(testEncoder(MODEL), { answerMs: 300 });
		// Redis answers after 100 ms, while this thread has no time to look.
		await texts.redis.clientPause(100, "ALL");
		const asked = process.embeddings(["cat"]);
		await setTimeout(20);
		// What follows on a file that was read runs before any timer that has run out.
		await readFile(fileURLToPath(import.meta.url));
		for (const until = performance.now() + 600; performance.now() < until; );
		expect(await asked).toEqual(right(["cat"]));
		expect(texts.log).toEqual([]);
	});

	test("when the server wants a password that it doesn't have", async () => {
		await texts.redis.configSet("requirepass", "sesame");
		try {
			const url = texts.server.url.replace("//", "//:open@");
			const process = texts.open(testEncoder(MODEL), { url });
			await logged(/is gone \(WRONGPASS/);
			expect(await process.embeddings(["cat"])).toEqual(right(["cat"]));
			expect(texts.log.join()).not.toContain("open@");
		} finally {
			await texts.redis.configSet("requirepass", "");
		}
	});

	test("when Redis refuses to write", async () => {
		const process = await texts.openConnected(testEncoder(MODEL));
		await texts.redis.set("job", "precious");
		await texts.redis.configSet({ maxmemory: "1", "maxmemory-policy": "noeviction" });
		try {
			expect(await process.embeddings(["cat", "dog"])).toEqual(right(["cat", "dog"]));
			expect(`${await texts.redis.get("job")}`).toBe("precious");
			expect(await texts.redis.dbSize()).toBe(1);
			expect(texts.log).toEqual([]);
		} finally {
			await texts.redis.configSet({ maxmemory: "0" });
		}
		expect(await process.embeddings(["bear"])).toEqual(right(["bear"]));
		expect(await texts.redis.exists(keyOf("bear"))).toBe(1);
	});

	test("when more is kept than Redis has room for: it forgets what was used least recently", async () => {
		await texts.redis.configSet({ maxmemory: "3mb", "maxmemory-policy": "allkeys-lru" });
		try {
			const sizes = { dim: 1024, maxPrompts: 1 };
			const encoders = numbered(2).map(() => testEncoder(MODEL, sizes.dim));
			const processes = await Promise.all(encoders.map((encoder) => texts.openConnected(encoder, sizes)));
			for (let start = 0; start < 1500; start += 300) {
				const prompts = numbered(1500).slice(start, start + 300);
				const expected = right(prompts, MODEL, sizes.dim);
				for (const { embeddings } of processes) {
					const differing = (await embeddings(prompts)).filter(
						(vector, index) => !sameNumbers(vector, expected[index]),
					);
					expect(differing).toHaveLength(0);
				}
			}
			const stats = `${await texts.redis.info("stats")}`;
			expect(Number(/^evicted_keys:(\d+)/m.exec(stats)?.[1])).toBeGreaterThan(500);
			expect(await texts.redis.dbSize()).toBeGreaterThan(100);
			expect(processes[1]?.counts.shared).toBeGreaterThan(1000);
			expect(texts.log).toEqual([]);
		} finally {
			await texts.redis.configSet({ maxmemory: "0", "maxmemory-policy": "noeviction" });
		}
	});

	test("and never logs a prompt", async () => {
		const process = await texts.openConnected(testEncoder(MODEL), { answerMs: 100 });
		await process.embeddings(["a secret wish"]);
		await texts.server.kill();
		await process.embeddings(["another secret wish"]);
		await logged(gone);
		await texts.server.restart();
		await process.connected();
		await logged(back);
		expect(texts.log.join()).not.toContain("secret");
	});
});

function sameNumbers(one: Float32Array, other: Float32Array | undefined): boolean {
	return one.every((value, index) => value === other?.[index]);
}
