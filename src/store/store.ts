/** Opens the store: everything that is remembered between two events. */
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/pglite";
import { migrate } from "drizzle-orm/pglite/migrator";
import type { Logger } from "pino";
import type { ChannelRef } from "../chat/event.ts";
import { storeErrors } from "../errors.ts";
import { type Database, isNewerThanProgram, migrationsFolder } from "./database.ts";
import { openInFolder, openInMemory, sendVectorsAsBinary, tidy } from "./embedded-postgres.ts";
import { lockFolder } from "./folder-lock.ts";
import { createImages, type Images } from "./images.ts";
import { createIntake, type Intake } from "./intake.ts";
import { createReplies, type Replies } from "./replies.ts";

export type { Database } from "./database.ts";

export interface Store {
	db: Database;
	intake: Intake;
	replies: Replies;
	images: Images;
	/** Deletes every row about a message, whatever is still owed for it included. All or nothing. */
	deleteMessage(channel: ChannelRef, message: string): Promise<void>;
	/** @throws if the database doesn't answer */
	ping(): Promise<void>;
	close(): Promise<void>;
}

const TIDY_EVERY_MS = 60 * 60 * 1000;

/**
 * The embedded store, brought to the newest schema.
 * @param dataDir the data folder, made where there is none and held until `close`; undefined: in memory, for tests
 * @throws UserError `store.locked`, `store.unwritable`, `store.damaged`, `store.newer`
 */
export async function openStore(dataDir: string | undefined, log?: Pick<Logger, "error">): Promise<Store> {
	const unlock = dataDir === undefined ? undefined : lockFolder(dataDir);
	try {
		const client = dataDir === undefined ? await openInMemory() : await openInFolder(join(dataDir, "store"), dataDir);
		const db = drizzle(client);
		try {
			if (await isNewerThanProgram(db)) throw storeErrors.newer(dataDir ?? "memory");
			await migrate(db, { migrationsFolder });
			await sendVectorsAsBinary(client);
		} catch (error) {
			await client.close();
			throw error;
		}
		const timer = setInterval(() => {
			tidy(db).catch((error) => log?.error({ err: error }, "the store could not be tidied"));
		}, TIDY_EVERY_MS).unref();

		return {
			...storeOn(db, log),
			async close() {
				clearInterval(timer);
				await client.close();
				unlock?.();
			},
		};
	} catch (error) {
		unlock?.();
		throw error;
	}
}

/** The store on a database that has its tables already. */
function storeOn(db: Database, log?: Pick<Logger, "error">): Omit<Store, "close"> {
	return {
		db,
		intake: createIntake(db, log),
		replies: createReplies(db),
		images: createImages(db),
		async deleteMessage(channel, message) {
			await db.transaction(async (tx) => {
				await createIntake(tx).deleteMessage(channel, message);
				await createReplies(tx).deleteMessage(channel, message);
				await createImages(tx).deleteMessage(channel, message);
			});
		},
		async ping() {
			await db.execute(sql`select 1`);
		},
	};
}
