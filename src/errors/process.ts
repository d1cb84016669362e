/** What stops a process from starting. */
import { UserError } from "./user-error.ts";

/** Data folders and databases that can't be used. They stop the start. */
export const storeErrors = {
	locked: (folder: string, pid: number) =>
		new UserError(
			"store.locked",
			`The data folder ${folder} is in use by process ${pid}.`,
			"Stop that process first, or set TAGALONG_DATA_DIR to another folder.",
		),
	unwritable: (folder: string, cause: unknown) =>
		new UserError(
			"store.unwritable",
			`The data folder ${folder} can't be written to (${cause instanceof Error ? cause.message : cause}).`,
			"See that it is a folder of yours on a disk with room, or set TAGALONG_DATA_DIR to another.",
			{ cause },
		),
	newer: (folder: string) =>
		new UserError(
			"store.newer",
			`The store in ${folder} was written by a newer version of Tagalong.`,
			"Update Tagalong, or set TAGALONG_DATA_DIR to another folder.",
		),
	newerDatabase: (database: string) =>
		new UserError(
			"store.newer",
			`The store at ${database} was written by a newer version of Tagalong.`,
			"Update Tagalong, or set DATABASE_URL to another database.",
		),
	damaged: (folder: string, cause?: unknown) =>
		new UserError(
			"store.damaged",
			`The store in ${folder} can't be opened: it is damaged, or of another version of the database.`,
			"Put a backup in its place, or move the folder away to start with an empty store.",
			{ cause },
		),
	unreachable: (database: string, cause: Error) =>
		new UserError(
			"store.unreachable",
			`Postgres at ${database} can't be reached (${wordsOf(cause)}).`,
			"See that it runs, and that DATABASE_URL names it.",
			{ cause },
		),
	refused: (database: string, cause: Error) =>
		new UserError(
			"store.refused",
			`Postgres at ${database} refuses (${wordsOf(cause)}).`,
			"See that DATABASE_URL names a database and a user who may make tables and the extension vector in it.",
			{ cause },
		),
	noVector: () =>
		new UserError(
			"store.no-vector",
			"This Postgres server has no pgvector.",
			"Install pgvector on it (Debian: postgresql-17-pgvector), or set DATABASE_URL to a server that has it.",
		),
	oldVector: (version: string, needed: string) =>
		new UserError(
			"store.old-vector",
			`This database has pgvector ${version}, and ${needed} or later is needed.`,
			"Install it on the server, then run `alter extension vector update`.",
		),
};

/** What the processes of the distributed shape need beyond what is well-formed. */
export const shapeErrors = {
	/** @param missing names of variables: DATABASE_URL, REDIS_URL, or both */
	notShared: (command: string, missing: readonly string[]) =>
		new UserError(
			"config.not-shared",
			`\`tagalong ${command}\` works together with other processes, and ${missing.join(" and ")} ${missing.length > 1 ? "are" : "is"} not set.`,
			"Set DATABASE_URL to the Postgres and REDIS_URL to the Redis that all of them share, or run `tagalong serve`, which needs neither.",
		),
};

/** Redis as `doctor` finds it; a running bot logs the same and goes on. */
export const redisErrors = {
	unreachable: (server: string, cause: unknown) =>
		new UserError(
			"redis.unreachable",
			`Redis at ${server} can't be reached (${cause instanceof Error ? wordsOf(cause) : cause}).`,
			"See that it runs, and that REDIS_URL and REDIS_CACHE_URL name it, with its password.",
			{ cause },
		),
	evicts: (server: string, policy: string) =>
		new UserError(
			"redis.evicts",
			`Redis at ${server} may forget jobs when it is full (maxmemory-policy ${policy}).`,
			"Set its maxmemory-policy to noeviction, and give the text embeddings a Redis of their own with REDIS_CACHE_URL.",
		),
};

/** Node's error for a name with several addresses has no message of its own. */
function wordsOf(error: Error & { code?: string }): string {
	return error.message || error.code || error.name;
}

/** The HTTP server's start. */
export const serverErrors = {
	portTaken: (port: number) =>
		new UserError(
			"server.port-taken",
			`Port ${port} is in use by another program.`,
			"Stop it, or set PORT to another.",
		),
	cannotListen: (host: string, port: number, cause: Error) =>
		new UserError(
			"server.cannot-listen",
			`The server can't listen on ${host}:${port}: ${cause.message}.`,
			"Set HOST and PORT to an address of this machine.",
			{ cause },
		),
};
