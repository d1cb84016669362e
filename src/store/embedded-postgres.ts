/** PGlite, the Postgres that runs inside this process, in a folder or in memory. */
import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { vector } from "@electric-sql/pglite-pgvector";
import { sql } from "drizzle-orm";
import type { PgliteDatabase } from "drizzle-orm/pglite";
import { storeErrors } from "../errors.ts";

/** The default, 128 MB, is held even by a store of a few rows; what doesn't fit is in the system's own cache. */
const startParams = [...PGlite.defaultStartParams, "-c", "shared_buffers=16MB"];
const open = (folder?: string, made?: Blob) =>
	PGlite.create({
		...(folder && { dataDir: folder }),
		...(made && { loadDataDir: made }),
		extensions: { vector },
		startParams,
	});

/**
 * A database that is gone when it is closed.
 * @param made what it begins as; without, it has no tables
 */
export const openInMemory = (made?: Blob): Promise<PGlite> => open(undefined, made);

/**
 * Opens the database in `folder`, making it where there is none, as a copy of `made` if that is given. What was committed has been handed to the operating
 * system, so a process that is killed loses nothing; PGlite doesn't force it on to the disk, so a power cut may.
 * @param dataFolder what the person called the folder, for the errors
 * @throws UserError `store.damaged`, `store.unwritable`
 */
export async function openInFolder(
	folder: string,
	dataFolder: string,
	made?: () => Promise<Blob | undefined>,
): Promise<PGlite> {
	if (!existsSync(folder)) await create(folder, dataFolder, await made?.());
	// Where PG_VERSION is missing PGlite would write a new database over the old one.
	if (!existsSync(join(folder, "PG_VERSION"))) throw storeErrors.damaged(folder);
	try {
		return await open(folder);
	} catch (error) {
		throw storeErrors.damaged(folder, error);
	}
}

/** Made aside and renamed once it is whole: a first start that is killed leaves nothing half-made to open. */
async function create(folder: string, dataFolder: string, made: Blob | undefined): Promise<void> {
	const unfinished = `${folder}.new`;
	try {
		rmSync(unfinished, { recursive: true, force: true });
		const client = await open(unfinished, made);
		await client.close();
		renameSync(unfinished, folder);
	} catch (error) {
		throw storeErrors.unwritable(dataFolder, error);
	}
}

/**
 * What a Postgres server does in the background and PGlite, a single process, never does by itself: let go of the log
 * of what is safely in the tables, which would grow for ever, and reuse the room of rows that were changed or deleted.
 * Blocks the process meanwhile: milliseconds, or seconds after hundreds of megabytes of changes.
 */
export async function tidy(db: PgliteDatabase): Promise<void> {
	await db.execute("vacuum (analyze)");
	await db.execute("checkpoint");
}

/** As a Postgres server's defaults: so many rows, and of those that were there a share, are changed before it looks again. */
const ANALYZE_THRESHOLD = 50;
const ANALYZE_SCALE = 0.1;

/**
 * Looks anew at the tables that have changed much since the last time, as a Postgres server does by itself: until then
 * the planner takes a table that was just filled for an empty one. Milliseconds a table; nothing where little changed.
 */
export async function analyzeGrown(db: PgliteDatabase): Promise<void> {
	const { rows } = await db.execute<{ schema: string; name: string }>(sql`
		select schemaname as schema, relname as name from pg_stat_user_tables
		where n_mod_since_analyze > ${ANALYZE_THRESHOLD} + ${ANALYZE_SCALE}::float * n_live_tup`);
	for (const { schema, name } of rows) {
		await db.execute(sql`analyze ${sql.identifier(schema)}.${sql.identifier(name)}`);
	}
}

/** Lets vectors through in their binary form, which PGlite would otherwise turn into text. After the migrations. */
export async function sendVectorsAsBinary(client: PGlite): Promise<void> {
	const { rows } = await client.query<{ oid: number }>("select 'vector'::regtype::oid::int as oid");
	for (const { oid } of rows) client.serializers[oid] = (bytes) => bytes;
}
