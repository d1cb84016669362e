/** The condition that keeps a workspace's rows to itself: every query about a channel or message begins with it. */
import { and, eq, type SQL } from "drizzle-orm";
import type { AnyPgColumn } from "drizzle-orm/pg-core";
import type { ChannelRef } from "../chat/event.ts";

interface ChannelTable {
	platform: AnyPgColumn;
	workspace: AnyPgColumn;
	channel: AnyPgColumn;
}

/** Rows of one channel of one workspace of one platform. */
export function inChannel(table: ChannelTable, { platform, workspace, channel }: ChannelRef): SQL | undefined {
	return and(eq(table.platform, platform), eq(table.workspace, workspace), eq(table.channel, channel));
}

/** Rows about one message of a channel. */
export function aboutMessage(
	table: ChannelTable & { message: AnyPgColumn },
	channel: ChannelRef,
	message: string,
): SQL | undefined {
	return and(inChannel(table, channel), eq(table.message, message));
}
