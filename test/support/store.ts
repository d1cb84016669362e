/** A store of its own for each test file: in memory, or in the project `postgres` a database of the server. */
import type { Logger } from "pino";
import { inject } from "vitest";
import { openPostgresStore, openStore, type Store } from "../../src/store/store.ts";
import { createDatabase, dropDatabase } from "./postgres.ts";

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
