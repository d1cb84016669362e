/** What a shared Postgres needs: pgvector, the newest schema and the search indexes; and words for one that won't do. */
import { DrizzleQueryError, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import { Client, DatabaseError, Pool } from "pg";
import { storeErrors, UserError } from "../errors.ts";
import { type Database, isNewerThanProgram, migrationsFolder } from "./database.ts";
import { CONNECT_MS } from "./postgres.ts";
import { indexLargeModels } from "./vector-index.ts";

/** Advisory locks of the whole database; those of channels are made of 64 bits and never meet these. */
const MIGRATING = sql`0, 1`;
const TENDING = sql`0, 2`;

/** From this version on a search by index goes on until it has found enough. */
const PGVECTOR_NEEDED = [0, 8] as const;

/**
 * Brings the database to the newest schema. Of several processes that start at once, one does it and the others wait.
 * @throws UserError `store.unreachable`, `store.refused`, `store.no-vector`, `store.old-vector`, `store.newer`
 */
export async function migrateOnce(url: string): Promise<void> {
	// Connections of its own: a migration may take longer than any other statement.
	const pool = new Pool({ connectionString: url, max: 2, connectionTimeoutMillis: CONNECT_MS });
	pool.on("error", () => {});
	pool.on("connect", (client) => void client.on("error", () => {}));
	const db = drizzle(pool);
	try {
		await db.transaction(async (holder) => {
			await holder.execute(sql`set local idle_in_transaction_session_timeout = 0`);
			await holder.execute(sql`select pg_advisory_xact_lock(${MIGRATING})`);
			if (await isNewerThanProgram(db)) throw storeErrors.newerDatabase(placeOf(url));
			await vectorVersion(db);
			await migrate(db, { migrationsFolder });
		});
	} catch (error) {
		throw inWords(url, error);
	} finally {
		await pool.end();
	}
}

/** @returns pgvector's version, and whether it is only there to be added @throws UserError `store.no-vector`, `store.old-vector` */
async function vectorVersion(db: Database): Promise<{ version: string; added: boolean }> {
	const [found] = await db
		.select({
			installed: sql<string | null>`installed_version`,
			available: sql<string | null>`default_version`,
		})
		.from(sql`pg_available_extensions`)
		.where(sql`name = 'vector'`);
	const version = found?.installed ?? found?.available;
	if (!version) throw storeErrors.noVector();
	const [major = 0, minor = 0] = version.split(".").map(Number);
	const [neededMajor, neededMinor] = PGVECTOR_NEEDED;
	if (major < neededMajor || (major === neededMajor && minor < neededMinor)) {
		throw storeErrors.oldVector(version, PGVECTOR_NEEDED.join("."));
	}
	return { version, added: Boolean(found?.installed) };
}

/**
 * Looks without changing anything.
 * @returns what was found, in words
 * @throws UserError as `migrateOnce`
 */
export async function inspect(url: string): Promise<string> {
	return await onOneConnection(url, undefined, async (db) => {
		const [server] = await db
			.select({ version: sql<string>`current_setting('server_version')` })
			.from(sql`(values (1)) as one`);
		const vector = await vectorVersion(db);
		if (await isNewerThanProgram(db)) throw storeErrors.newerDatabase(placeOf(url));
		const pgvector = `pgvector ${vector.version}${vector.added ? "" : ", which the first start adds"}`;
		return `Postgres ${server?.version} answers at ${placeOf(url)}, with ${pgvector}.`;
	});
}

/**
 * Makes the search indexes that are due, while others read and write. Of several processes one does it.
 * @param signal lets go of it: the next one begins anew
 */
export async function tend(url: string, signal?: AbortSignal): Promise<void> {
	await onOneConnection(url, signal, async (db) => {
		const [lock] = await db
			.select({ taken: sql<boolean>`pg_try_advisory_lock(${TENDING})` })
			.from(sql`(values (1)) as one`);
		if (!lock?.taken) return;
		await indexLargeModels(db, { concurrently: true });
	});
}

/** On a connection that is closed afterwards, with all that it held. */
async function onOneConnection<Result>(
	url: string,
	signal: AbortSignal | undefined,
	work: (db: Database) => Promise<Result>,
): Promise<Result> {
	const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS });
	client.on("error", () => {});
	signal?.addEventListener("abort", () => client.end());
	try {
		await client.connect();
		return await work(drizzle(client));
	} catch (error) {
		throw inWords(url, error);
	} finally {
		await client.end();
	}
}

/** What a person can do something about, in words; anything else as it is. */
function inWords(url: string, thrown: unknown): unknown {
	if (thrown instanceof UserError) return thrown;
	const error = thrown instanceof DrizzleQueryError ? thrown.cause : thrown;
	if (error instanceof DatabaseError) {
		// Class 28: who are you? 3D: which database? 42501: not allowed. 53300: too many connections. 57P03: starting.
		const refused = /^(28...|3D000|42501|53300|57P03)$/.test(error.code ?? "");
		return refused ? storeErrors.refused(placeOf(url), error) : thrown;
	}
	return error instanceof Error ? storeErrors.unreachable(placeOf(url), error) : thrown;
}

/** The database without its password. */
function placeOf(url: string): string {
	const { host, pathname } = new URL(url);
	return host + pathname;
}
