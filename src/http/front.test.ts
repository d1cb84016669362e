import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { findOrInstallPostgres, startPostgres, type TestPostgres } from "../../infra/servers/postgres.ts";
import { findOrInstallRedis, startRedis, type TestRedis } from "../../infra/servers/redis.ts";
import { parseConfig } from "../config.ts";
import { packageRoot } from "../package-root.ts";
import { startFront } from "./front.ts";
import { startWorker } from "./worker.ts";

/** The packages that importing a file loads, whatever is only imported when it is needed left out. */
async function packagesOf(path: string): Promise<Set<string>> {
	const { metafile } = await build({
		absWorkingDir: packageRoot,
		entryPoints: [path],
		bundle: true,
		splitting: true,
		write: false,
		metafile: true,
		format: "esm",
		platform: "node",
		packages: "external",
		outdir: "nowhere",
		logLevel: "silent",
	});
	const packages = new Set<string>();
	const chunks = Object.keys(metafile.outputs).filter((name) => metafile.outputs[name]?.entryPoint === path);
	for (const chunk of chunks) {
		for (const { path: imported, external, kind } of metafile.outputs[chunk]?.imports ?? []) {
			if (kind !== "import-statement") continue;
			if (external) packages.add(imported);
			else if (!chunks.includes(imported)) chunks.push(imported);
		}
	}
	return packages;
}

const heavy = /^(onnxruntime-node|sharp|@resvg\/resvg-js|vega|vega-lite|@electric-sql\/.*|drizzle-orm\/pglite.*)$/;

it("a front loads no model, no image library, no drawing of pictures and no database engine", async () => {
	const packages = [...(await packagesOf(join("src", "http", "front.ts")))];
	expect(packages).toContain("pg");
	expect(packages).toContain("hono");
	expect(packages.filter((name) => heavy.test(name))).toEqual([]);
});

it("a worker does", async () => {
	const packages = [...(await packagesOf(join("src", "http", "worker.ts")))];
	expect(packages.filter((name) => heavy.test(name))).toContain("sharp");
});

const [redisServer, postgresPrograms] = await Promise.all([findOrInstallRedis(), findOrInstallPostgres()]);

describe.skipIf(!redisServer || !postgresPrograms)("a front", () => {
	let redis: TestRedis;
	let postgres: TestPostgres;
	beforeAll(async () => {
		[redis, postgres] = await Promise.all([startRedis(redisServer ?? ""), startPostgres(postgresPrograms ?? "")]);
	});
	afterAll(async () => {
		await Promise.all([redis?.stop(), postgres?.remove()]);
	});

	it("is ready without Redis, says that the queue is gone, and that it answers once it is there", async () => {
		await redis.stop();
		const front = await startFront(configOf({ DATABASE_URL: postgres.url, REDIS_URL: redis.url }));
		const readiness = async () => await fetch(`${front.url}/readyz`);
		const down = await readiness();
		expect(down.status).toBe(200);
		expect(await down.json()).toEqual({
			ready: true,
			checks: { store: "ok", queue: expect.stringContaining("job queue") },
		});
		expect((await fetch(`${front.url}/healthz`)).status).toBe(200);
		expect((await fetch(front.url)).status).toBe(404);
		await redis.restart();
		const ready = { ready: true, checks: { store: "ok", queue: "ok" } };
		await vi.waitFor(async () => expect(await (await readiness()).json()).toEqual(ready), 20_000);
		await front.close();
	});

	it("isn't ready while Postgres is gone", async () => {
		const front = await startFront(configOf({ DATABASE_URL: postgres.url, REDIS_URL: redis.url }));
		await postgres.stop();
		const down = await fetch(`${front.url}/readyz`);
		expect(down.status).toBe(503);
		expect(await down.json()).toMatchObject({ ready: false, checks: { queue: "ok" } });
		await postgres.restart();
		await front.close();
	});

	it("refuses to start without Postgres, and names it", async () => {
		const nowhere = configOf({ DATABASE_URL: "postgres://127.0.0.1:1/none", REDIS_URL: redis.url });
		await expect(startFront(nowhere)).rejects.toMatchObject({ code: "store.unreachable" });
	});
});

it("names the variables that are missing", async () => {
	await expect(startFront(configOf({}))).rejects.toMatchObject({
		code: "config.not-shared",
		message: "`tagalong front` works together with other processes, and DATABASE_URL and REDIS_URL are not set.",
	});
	await expect(startWorker(configOf({ DATABASE_URL: "postgres://somewhere/db" }))).rejects.toMatchObject({
		message: "`tagalong worker` works together with other processes, and REDIS_URL is not set.",
	});
});

function configOf(variables: Record<string, string>) {
	return parseConfig({ PORT: "0", LOG_LEVEL: "silent", ...variables });
}
