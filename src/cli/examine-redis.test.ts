import { createClient } from "redis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findOrInstallRedis, startRedis, type TestRedis } from "../../infra/servers/redis.ts";
import { cacheRedisWorks, queueRedisWorks } from "./examine-redis.ts";

const executable = await findOrInstallRedis();

describe.skipIf(!executable)("what doctor says of Redis", () => {
	let server: TestRedis;
	let host: string;
	beforeAll(async () => {
		server = await startRedis(executable ?? "");
		host = new URL(server.url).host;
	});
	afterAll(() => server?.stop());

	async function configure(settings: Record<string, string>): Promise<void> {
		const client = await createClient({ url: server.url }).connect();
		await client.configSet(settings);
		client.destroy();
	}

	test("one that never evicts serves the queue and, without a limit, the cache", async () => {
		expect(await queueRedisWorks(server.url)).toBe(`Redis at ${host} answers, and forgets no job.`);
		expect(await cacheRedisWorks(server.url)).toBe(`Redis at ${host} answers.`);
	});

	test("one that evicts is none for the queue", async () => {
		await configure({ "maxmemory-policy": "allkeys-lru" });
		await expect(queueRedisWorks(server.url)).rejects.toMatchObject({
			code: "redis.evicts",
			message: `Redis at ${host} may forget jobs when it is full (maxmemory-policy allkeys-lru).`,
		});
		expect(await cacheRedisWorks(server.url)).toBe(`Redis at ${host} answers.`);
	});

	test("one that takes nothing once it is full is a poor cache", async () => {
		await configure({ "maxmemory-policy": "noeviction", maxmemory: "64mb" });
		expect(await cacheRedisWorks(server.url)).toBe(
			`Redis at ${host} answers. Once it is full it takes nothing new: allkeys-lru suits it better.`,
		);
	});

	test("one with another password is named without the one that was tried", async () => {
		await configure({ requirepass: "sesame" });
		const error: Error = await cacheRedisWorks(server.url.replace("//", "//:secret@")).then(
			() => new Error("it let us in"),
			(refusal) => refusal,
		);
		expect(error).toMatchObject({ code: "redis.unreachable" });
		expect(error.message).toMatch(`Redis at ${host} can't be reached (WRONGPASS`);
		expect(error.message).not.toContain("secret");
	});

	test("one that is gone is said to be", async () => {
		await server.stop();
		await expect(queueRedisWorks(server.url)).rejects.toMatchObject({
			code: "redis.unreachable",
			message: `Redis at ${host} can't be reached (connect ECONNREFUSED ${host}).`,
		});
	});
});
