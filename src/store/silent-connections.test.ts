import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { findOrInstallPostgres, startPostgres, type TestPostgres } from "../../infra/servers/postgres.ts";
import { type MutedProxy, startMutedProxy } from "../../test/support/muted-proxy.ts";
import { openConnections, type Postgres } from "./postgres.ts";
import { isStoreAway } from "./store-away.ts";

const installed = await findOrInstallPostgres();
/** Enough for a busy machine to connect in. */
const PATIENCE_MS = 2_000;

describe.skipIf(!installed)("when the network to Postgres falls silent", () => {
	let server: TestPostgres;
	let proxy: MutedProxy;
	let postgres: Postgres;
	beforeAll(async () => {
		server = await startPostgres(installed ?? "");
	});
	afterAll(() => server?.remove());
	beforeEach(async () => {
		proxy = await startMutedProxy(server.url);
		postgres = openConnections(proxy.url, undefined, PATIENCE_MS);
	});
	afterEach(async () => {
		await postgres.close();
		await proxy.close();
	});
	const ask = () => postgres.db.execute(sql`select 1`);
	/** As many statements at once take as many connections. */
	const connectThrice = () => Promise.all([0, 1, 2].map(() => postgres.db.execute(sql`select pg_sleep(0.05)`)));
	const failureOf = (work: Promise<unknown>) => work.then(() => undefined).catch((error) => error);

	test("one statement fails, as one of a store that is away, and the next connects anew", async () => {
		await connectThrice();
		expect(proxy.connections).toBe(3);
		proxy.mute();
		expect(isStoreAway(await failureOf(ask()))).toBe(true);
		await ask();
		// The silent ones are closed at this end.
		await vi.waitFor(() => expect(proxy.connections).toBe(1));
	});

	test("so does a transaction, in the middle of which it happens", async () => {
		await connectThrice();
		const lost = await failureOf(
			postgres.db.transaction(async (tx) => {
				await tx.execute(sql`select 1`);
				proxy.mute();
				await tx.execute(sql`select 2`);
			}),
		);
		expect(isStoreAway(lost)).toBe(true);
		// No rollback was waited for.
		expect(lost).toMatchObject({ cause: { message: expect.stringContaining("Connection terminated") } });
		await postgres.db.transaction((tx) => tx.execute(sql`select 3`));
		await vi.waitFor(() => expect(proxy.connections).toBe(1));
	});
});
