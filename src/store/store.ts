/** Opens the store: everything that is remembered between two events. */
import { join } from "node:path";
import { DrizzleQueryError, sql } from "drizzle-orm";
import { drizzle, type PgliteDatabase } from "drizzle-orm/pglite";
import { migrate } from "drizzle-orm/pglite/migrator";
import type { Logger } from "pino";
import { storeErrors } from "../errors.ts";
import { type ChannelSettings, createChannelSettings } from "./channel-settings.ts";
import { type Database, isNewerThanProgram, migrationsFolder } from "./database.ts";
import { analyzeGrown, openInFolder, openInMemory, sendVectorsAsBinary, tidy } from "./embedded-postgres.ts";
import { createExamples, type Examples } from "./examples.ts";
import { createExport, type Export } from "./export.ts";
import { lockFolder } from "./folder-lock.ts";
import { createForget, type Forget } from "./forget.ts";
import { createImages, type Images } from "./images.ts";
import { createIntake, type Intake } from "./intake.ts";
import { createLabelSets, type LabelSets } from "./label-sets.ts";
import { openConnections } from "./postgres.ts";
import { migrateOnce, tend } from "./postgres-upkeep.ts";
import { createReactions, type Reactions } from "./reactions.ts";
import { createReplies, type Replies } from "./replies.ts";
import { createSearch, type Search } from "./search.ts";
import { createTags, type Tags } from "./tags.ts";
import { indexLargeModels } from "./vector-index.ts";
import { createVotes, type Votes } from "./votes.ts";

export type { Database } from "./database.ts";

export interface Store {
	db: Database;
	intake: Intake;
	replies: Replies;
	images: Images;
	labelSets: LabelSets;
	settings: ChannelSettings;
	tags: Tags;
	reactions: Reactions;
	votes: Votes;
	examples: Examples;
	search: Search;
	export: Export;
	forget: Forget;
	/** @throws if the database doesn't answer */
	ping(): Promise<void>;
	close(): Promise<void>;
}

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

/**
 * The store that several processes share, brought to the newest schema. Its server may go away and come back: what is
 * asked for meanwhile fails, and may be tried again.
 * @param url `postgres://user:password@host:port/name`
 * @throws UserError `store.unreachable`, `store.refused`, `store.no-vector`, `store.old-vector`, `store.newer`
 */
export async function openPostgresStore(url: string, log?: Pick<Logger, "error">): Promise<Store> {
	await migrateOnce(url);
	const { db, close } = openConnections(url, log);
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

/** The store on a database that has its tables already. */
function storeOn(db: Database, log?: Pick<Logger, "error">): Omit<Store, "close"> {
	return {
		db,
		intake: createIntake(db, log),
		replies: createReplies(db),
		images: createImages(db),
		labelSets: createLabelSets(db),
		settings: createChannelSettings(db),
		tags: createTags(db),
		reactions: createReactions(db),
		votes: createVotes(db),
		examples: createExamples(db),
		search: createSearch(db),
		export: createExport(db),
		forget: createForget(db),
		async ping() {
			await db.execute(sql`select 1`).catch((error) => {
				// What is wrong, and not what was asked.
				throw error instanceof DrizzleQueryError ? error.cause : error;
			});
		},
	};
}
