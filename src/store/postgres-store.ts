/** Opens the store that several processes share: a Postgres server. */
import type { Logger } from "pino";
import { openConnections } from "./postgres.ts";
import { migrateOnce, tend } from "./postgres-upkeep.ts";
import { type Store, storeOn } from "./store.ts";

const TEND_EVERY_MS = 60 * 60 * 1000;

/**
 * The store that several processes share, brought to the newest schema. Its server may go away and come back: what is
 * asked for meanwhile fails, and may be tried again.
 * @param url `postgres://user:password@host:port/name`
 * @param patienceMs how long what is asked of it may take; see `openConnections`
 * @throws UserError `store.unreachable`, `store.refused`, `store.no-vector`, `store.old-vector`, `store.newer`
 */
export async function openPostgresStore(url: string, log?: Pick<Logger, "error">, patienceMs?: number): Promise<Store> {
	await migrateOnce(url);
	const { db, close } = openConnections(url, log, patienceMs);
	const closing = new AbortController();
	const timer = setInterval(() => {
		tend(url, closing.signal).catch((error) => log?.error({ err: error }, "the store could not be tended"));
	}, TEND_EVERY_MS).unref();
	return {
		...storeOn(db, log),
		async close() {
			clearInterval(timer);
			closing.abort();
			await close();
		},
	};
}
