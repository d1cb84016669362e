import { randomBytes } from "node:crypto";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../../infra/servers/local-server.ts";
import { findOrInstallPostgres, startPostgres, type TestPostgres } from "../../infra/servers/postgres.ts";
import { command } from "../../test/support/events.ts";
import { startMutedProxy } from "../../test/support/muted-proxy.ts";
import { parseConfig } from "../config.ts";
import { createSealer } from "../store/sealed.ts";
import { isStoreAway } from "../store/store-away.ts";
import { openFrontServices } from "./front.ts";

const postgresPrograms = await findOrInstallPostgres();
const silent = pino({ level: "silent" });
const now = new Date();

describe.skipIf(!postgresPrograms)("the services of a front", () => {
	let postgres: TestPostgres;
	let redisUrl: string;
	beforeAll(async () => {
		postgres = await startPostgres(postgresPrograms ?? "");
		// Nobody listens there: a front does without.
		redisUrl = `redis://127.0.0.1:${await freePort()}`;
	});
	afterAll(() => postgres?.remove());
	const configOf = (databaseUrl: string, keys: string[] = []) =>
		parseConfig({ DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, TAGALONG_ENCRYPTION_KEYS: keys.join(",") });

	// Well before the test gives up, which waits for less than a worker would.
	it("give a database up that has fallen silent, and find the one that took over", async () => {
		const proxy = await startMutedProxy(postgres.url);
		const services = await openFrontServices(configOf(proxy.url), silent);
		expect(await services.store.intake.record(command("1"), now)).toBe("new");
		proxy.mute();
		const lost = await services.store.intake.record(command("2"), now).catch((error) => error);
		expect(isStoreAway(lost)).toBe(true);
		expect(await services.store.intake.record(command("2"), now)).toBe("new");
		await services.close();
		await proxy.close();
	});

	it("bring kept tokens under the newest key, as those of any process that has keys", async () => {
		const [old, newest] = [randomBytes(32).toString("base64"), randomBytes(32).toString("base64")];
		const workspace = { platform: "slack", workspace: "T1" } as const;
		const before = await openFrontServices(configOf(postgres.url, [old]), silent);
		await before.store
			.installations(createSealer(before.config.encryptionKeys))
			.keep(workspace, { botToken: "x" }, now);
		await before.close();
		const after = await openFrontServices(configOf(postgres.url, [newest, old]), silent);
		const newestAlone = createSealer(configOf(postgres.url, [newest]).encryptionKeys);
		expect(await after.store.installations(newestAlone).of(workspace)).toEqual({ botToken: "x" });
		await after.close();
	});
});
