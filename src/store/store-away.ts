/** Tells a store that can't be reached from one that refuses. */

import { DrizzleQueryError } from "drizzle-orm/errors";

/**
 * Of Node's sockets, and of Postgres by class: connection exceptions, no resources (disk, memory, connections), a server that
 * is stopped, and one that can only be read: a standby, or one that is kept from filling its disk.
 */
const AWAY = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN|08...|25006|53...|57P0.)$/;
/** What `pg` says, without a code: of a connection that ended, of no answer on one, and of a pool that waits in vain. */
const WORDS =
	/^(Connection terminated|Client has encountered a connection error|Query read timeout|timeout exceeded when trying to connect)/;

/**
 * Whether an error, or what caused it, says that the database was away: the same statement may do once it is back.
 * https://www.postgresql.org/docs/16/errcodes-appendix.html
 */
export function isStoreAway(error: unknown): boolean {
	if (!(error instanceof DrizzleQueryError)) return error instanceof Error && isStoreAway(error.cause);
	return isAway(error.cause);
}

function isAway(cause: unknown): boolean {
	if (!(cause instanceof Error)) return false;
	const code = "code" in cause && typeof cause.code === "string" ? cause.code : "";
	const inside = cause instanceof AggregateError ? cause.errors : [cause.cause];
	return AWAY.test(code) || WORDS.test(cause.message) || inside.some(isAway);
}
