import { once } from "node:events";
import { connect } from "node:net";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { findOrInstallPostgres, startPostgres, type TestPostgres } from "../../infra/servers/postgres.ts";
import { findOrInstallRedis, startRedis, type TestRedis } from "../../infra/servers/redis.ts";
import { startTagalong } from "../../test/support/tagalong.ts";

const [redisServer, postgresPrograms] = await Promise.all([findOrInstallRedis(), findOrInstallPostgres()]);

describe.skipIf(!redisServer || !postgresPrograms)("a worker", () => {
	let redis: TestRedis;
	let postgres: TestPostgres;
	beforeAll(async () => {
		[redis, postgres] = await Promise.all([startRedis(redisServer ?? ""), startPostgres(postgresPrograms ?? "")]);
	});
	afterAll(async () => {
		await Promise.all([redis?.stop(), postgres?.remove()]);
	});

	/** The built program: Node 20 starts no thread from TypeScript. */
	const start = async () => {
		const worker = await startTagalong("worker", { DATABASE_URL: postgres.url, REDIS_URL: redis.url });
		await vi.waitFor(async () => expect((await fetch(`${worker.url}/readyz`)).status).toBe(200), 20_000);
		return worker;
	};

	it("that is to end takes no more jobs, whoever is still connected to it, and ends", async () => {
		const worker = await start();
		const silent = connect(Number(new URL(worker.url).port), "127.0.0.1");
		await once(silent, "connect");
		// Answered: so the other connection, made before, has been accepted.
		expect((await fetch(`${worker.url}/healthz`)).status).toBe(200);
		let isCut = false;
		silent.resume().on("close", () => {
			isCut = true;
		});

		const ended = worker.stop();
		// A worker without connections to the store has ended all its jobs.
		await vi.waitFor(async () => expect(await connectionsTo(postgres)).toBe(0), { timeout: 20_000, interval: 20 });
		expect(isCut).toBe(false);
		expect(await ended).toBe(0);
	});

	it("isn't ready without its queue", async () => {
		const worker = await start();
		await redis.stop();
		const response = await fetch(`${worker.url}/readyz`);
		expect(response.status).toBe(503);
		expect(await response.json()).toMatchObject({
			checks: { store: "ok", queue: expect.stringContaining("job queue") },
		});
		await redis.restart();
		expect(await worker.stop()).toBe(0);
	});
});

async function connectionsTo({ url }: TestPostgres): Promise<number> {
	const client = new Client({ connectionString: url });
	await client.connect();
	const { rows } = await client
		.query("select from pg_stat_activity where application_name = 'tagalong'")
		.finally(() => client.end());
	return rows.length;
}
