/** One change of a channel or workspace after the other, in however many processes. */
import { sql } from "drizzle-orm";
import type { ChannelRef, WorkspaceRef } from "../chat/event.ts";
import type { Database } from "./database.ts";

/** Waits for whoever changes this channel now; held until the transaction ends. */
export async function lockChannel(tx: Database, { platform, workspace, channel }: ChannelRef): Promise<void> {
	await lock(tx, [platform, workspace, channel]);
}

/** Waits for whoever deletes much of this workspace now; held until the transaction ends. */
export async function lockWorkspace(tx: Database, { platform, workspace }: WorkspaceRef): Promise<void> {
	await lock(tx, [platform, workspace]);
}

async function lock(tx: Database, place: string[]): Promise<void> {
	await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${JSON.stringify(place)}, 0))`);
}
