/** One change of a channel after the other, in however many processes. */
import { sql } from "drizzle-orm";
import type { ChannelRef } from "../chat/event.ts";
import type { Database } from "./database.ts";

/** Waits for whoever changes this channel now; held until the transaction ends. */
export async function lockChannel(tx: Database, { platform, workspace, channel }: ChannelRef): Promise<void> {
	const key = JSON.stringify([platform, workspace, channel]);
	await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`);
}
