/** Connections whose server has fallen silent, as it does behind a network that drops packets, or after a failover. */
import { DrizzleQueryError } from "drizzle-orm";
import type { Pool } from "pg";

/**
 * Whether an error says that a statement had no answer in its time. (pg gives no code.)
 * @param error of `pg`, or of drizzle with that as its cause
 */
export function isSilence(error: unknown): boolean {
	const cause = error instanceof DrizzleQueryError ? error.cause : error;
	return cause instanceof Error && cause.message === "Query read timeout";
}

/**
 * When a connection goes back to the pool for having fallen silent, those that lie idle go too: most likely they lead to the
 * same server, and each would cost another statement its time. Those at work find out by themselves.
 */
export function dropWithSilentOnes(pool: Pool): void {
	pool.on("release", (error) => {
		if (!isSilence(error)) return;
		// Asked for before whatever is tried again now, so that it meets none of them.
		for (let idle = pool.idleCount; idle > 0; idle--) {
			pool
				.connect()
				.then((client) => {
					// Saying goodbye would wait for an answer.
					client.connection.stream.destroy();
					client.release(true);
				})
				.catch(() => {});
		}
	});
}
