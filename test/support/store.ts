/** A store of its own for each test file: in memory, or in the project `postgres` a database of the server. */
import type { Logger } from "pino";
import { inject } from "vitest";
import { createDatabase, dropDatabase } from "../../infra/servers/postgres.ts";
import { openStore } from "../../src/store/embedded-store.ts";
import { openPostgresStore } from "../../src/store/postgres-store.ts";
import type { Store } from "../../src/store/store.ts";

/** Gone when it is closed. */
export async function openTestStore(log?: Pick<Logger, "error">): Promise<Store> {
	const postgres = inject("postgres");
	if (postgres === undefined) return await openStore(undefined, log);
	const { url, name } = await createDatabase(postgres.server, postgres.template);
	const store = await openPostgresStore(url, log);
	return {
		...store,
		async close() {
			await store.close();
			await dropDatabase(postgres.server, name);
		},
	};
}
