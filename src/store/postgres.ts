/** Connections to a Postgres server, which other processes use too, and which may go away and come back. */
import { setTimeout } from "node:timers/promises";
import { DrizzleQueryError } from "drizzle-orm";
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import { DatabaseError, Pool } from "pg";
import type { Logger } from "pino";
import type { Database } from "./database.ts";
import { dropWithSilentOnes, isSilence } from "./silent-connections.ts";

/** Of this process. Postgres allows 100 in all unless told otherwise. */
const CONNECTIONS = 10;
/** A connection that isn't made, or isn't free, by then is an error. */
export const CONNECT_MS = 10_000;
/** A statement without an answer by then has lost its server: nothing else tells of a network that went away. */
const STATEMENT_MS = 120_000;
/** A connection that hears nothing for so long is asked for a sign of life, and is lost after 10 s more without. */
const KEEP_ALIVE_MS = 10_000;
/** A process that vanished in the middle of a transaction lets go of its locks by then. */
const IDLE_IN_TRANSACTION_MS = 60_000;
/** Times that a transaction is tried which Postgres ended to free others. */
const DEADLOCK_TRIES = 5;

export interface Postgres {
	db: Database;
	/** Ends once what runs and what waits for a connection is done. */
	close(): Promise<void>;
}

/**
 * Opens connections as they are needed. A lost one fails the statement it was used for, and the next statement makes
 * another: after a restart of the server everything goes on by itself.
 * @param url `postgres://user:password@host:port/name`; what it sets after `?` goes before what is set here
 * @param patienceMs how long a connection may take to be made or to be free, and a statement to be answered; 10 s and 120 s
 * if not given
 */
export function openConnections(url: string, log?: Pick<Logger, "error">, patienceMs?: number): Postgres {
	const pool = new Pool({
		connectionString: url,
		application_name: "tagalong",
		max: CONNECTIONS,
		connectionTimeoutMillis: patienceMs ?? CONNECT_MS,
		idleTimeoutMillis: 30_000,
		keepAlive: true,
		keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
		query_timeout: patienceMs ?? STATEMENT_MS,
		idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
	});
	pool.on("error", (error) => log?.error({ err: error }, "an idle connection to Postgres was lost"));
	// Between two statements of a transaction nobody else listens, and an error that nobody hears would end the process.
	// The next statement tells of it.
	pool.on("connect", (client) => void client.on("error", () => {}));

	dropWithSilentOnes(pool);

	const db = drizzle(pool);
	const transaction: typeof db.transaction = async (work, config) => {
		for (let tries = 1; ; tries++) {
			try {
				return await transactOn(pool, work, config);
			} catch (error) {
				if (!isDeadlock(error) || tries === DEADLOCK_TRIES) throw error;
			}
		}
	};
	db.transaction = transaction;
	return {
		db,
		async close() {
			// A pool that is ending serves nobody who waits. Whoever waits is served or given up within CONNECT_MS.
			while (pool.waitingCount > 0) await setTimeout(10);
			await pool.end();
		},
	};
}

type Transact = NodePgDatabase["transaction"];

/** drizzle would give a connection back to the pool whose transaction could not be ended. */
async function transactOn<Result>(
	pool: Pool,
	work: (tx: Parameters<Parameters<Transact>[0]>[0]) => Promise<Result>,
	config: Parameters<Transact>[1],
): Promise<Result> {
	const client = await pool.connect().catch((cause) => {
		// As any other statement that the server couldn't be given.
		throw new DrizzleQueryError("begin", [], cause);
	});
	let failure: unknown;
	try {
		return await drizzle(client).transaction(async (tx) => {
			try {
				return await work(tx);
			} catch (error) {
				if (isSilence(error)) {
					failure = error;
					// No rollback would be answered either.
					client.connection.stream.destroy();
				}
				throw error;
			}
		}, config);
	} catch (error) {
		failure ??= error;
		throw error;
	} finally {
		client.release(failure instanceof DrizzleQueryError ? failure : undefined);
	}
}

function isDeadlock(error: unknown): boolean {
	return error instanceof DrizzleQueryError && error.cause instanceof DatabaseError && error.cause.code === "40P01";
}
