/** Opens the embedded store: PGlite in the data folder of one process. */
import { join } from "node:path";
import { drizzle, type PgliteDatabase } from "drizzle-orm/pglite";
import { migrate } from "drizzle-orm/pglite/migrator";
import type { Logger } from "pino";
import { storeErrors } from "../errors.ts";
import { isNewerThanProgram, migrationsFolder } from "./database.ts";
import { analyzeGrown, openInFolder, openInMemory, sendVectorsAsBinary, tidy } from "./embedded-postgres.ts";
import { readEmptyStore } from "./empty-store.ts";
import { lockFolder } from "./folder-lock.ts";
import { type Store, storeOn } from "./store.ts";
import { indexLargeModels } from "./vector-index.ts";

const TEND_EVERY_MS = 60 * 60 * 1000;
const ANALYZE_EVERY_MS = 60 * 1000;

/**
 * The embedded store, brought to the newest schema.
 * @param dataDir the data folder, made where there is none and held until `close`; undefined: in memory, for tests
 * @throws UserError `store.locked`, `store.unwritable`, `store.damaged`, `store.newer`
 */
export async function openStore(dataDir: string | undefined, log?: Pick<Logger, "error">): Promise<Store> {
	const unlock = dataDir === undefined ? undefined : lockFolder(dataDir);
	try {
		const client =
			dataDir === undefined
				? await openInMemory(await readEmptyStore())
				: await openInFolder(join(dataDir, "store"), dataDir, readEmptyStore);
		const db = drizzle(client);
		try {
			if (await isNewerThanProgram(db)) throw storeErrors.newer(dataDir ?? "memory");
			await migrate(db, { migrationsFolder });
			await sendVectorsAsBinary(client);
		} catch (error) {
			await client.close();
			throw error;
		}
		const every = (milliseconds: number, work: (on: PgliteDatabase) => Promise<void>) =>
			setInterval(() => {
				work(db).catch((error) => log?.error({ err: error }, "the store could not be tidied"));
			}, milliseconds).unref();
		const timers = [every(TEND_EVERY_MS, tendEmbedded), every(ANALYZE_EVERY_MS, analyzeGrown)];

		return {
			...storeOn(db, log),
			async close() {
				for (const timer of timers) clearInterval(timer);
				await client.close();
				unlock?.();
			},
		};
	} catch (error) {
		unlock?.();
		throw error;
	}
}

async function tendEmbedded(db: PgliteDatabase): Promise<void> {
	await indexLargeModels(db);
	await tidy(db);
}
