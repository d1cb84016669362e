/** The database as the rest of the store sees it, whichever engine runs it, and its schema's version. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { sql } from "drizzle-orm";
import { bigint, type PgDatabase, type PgQueryResultHKT, pgSchema } from "drizzle-orm/pg-core";

/** What PGlite's and node-postgres' drizzle databases, and their transactions, have in common. */
export type Database = PgDatabase<PgQueryResultHKT>;

/** Beside this file, in src/ as in dist/. */
export const migrationsFolder = fileURLToPath(new URL("./migrations", import.meta.url));

/** Where drizzle's migrator notes what was applied: one row a migration, with its time of writing (ms). */
const applied = pgSchema("drizzle").table("__drizzle_migrations", {
	createdAt: bigint("created_at", { mode: "number" }).notNull(),
});

/** True if the database has seen a migration that this version of the program doesn't know. */
export async function isNewerThanProgram(db: Database): Promise<boolean> {
	const tables = sql`information_schema.tables`;
	const migrated = await db.$count(tables, sql`table_schema = 'drizzle' and table_name = '__drizzle_migrations'`);
	if (migrated === 0) return false;
	const journal: { entries: { when: number }[] } = JSON.parse(
		readFileSync(`${migrationsFolder}/meta/_journal.json`, "utf8"),
	);
	const newestKnown = Math.max(...journal.entries.map((entry) => entry.when));
	return (await db.$count(applied, sql`${applied.createdAt} > ${newestKnown}`)) > 0;
}
