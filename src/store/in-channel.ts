/** The condition that keeps a workspace's rows to itself: every query about a channel or message begins with it. */
import { and, eq, type SQL } from "drizzle-orm";
import type { AnyPgColumn } from "drizzle-orm/pg-core";
import type { ChannelRef, MessageRef, WorkspaceRef } from "../chat/event.ts";

interface WorkspaceTable {
	platform: AnyPgColumn;
	workspace: AnyPgColumn;
}
interface ChannelTable extends WorkspaceTable {
	channel: AnyPgColumn;
}
interface MessageTable extends ChannelTable {
	message: AnyPgColumn;
}

interface ImageTable extends MessageTable {
	number: AnyPgColumn;
}

/** Rows of one workspace of one platform. */
export function inWorkspace(table: WorkspaceTable, { platform, workspace }: WorkspaceRef): SQL | undefined {
	return and(eq(table.platform, platform), eq(table.workspace, workspace));
}

/** Rows of one channel of one workspace of one platform. */
export function inChannel(table: ChannelTable, ref: ChannelRef): SQL | undefined {
	return and(inWorkspace(table, ref), eq(table.channel, ref.channel));
}

/** Rows about one message of a channel. */
export function aboutMessage(table: MessageTable, channel: ChannelRef, message: string): SQL | undefined {
	return and(inChannel(table, channel), eq(table.message, message));
}

/** Rows about one image of a message. */
export function aboutImage(table: ImageTable, image: MessageRef & { number: number }): SQL | undefined {
	return and(aboutMessage(table, image, image.message), eq(table.number, image.number));
}

/** Joins rows about the same image. */
export function sameImage(table: ImageTable, other: ImageTable): SQL | undefined {
	const { platform, workspace, channel, message, number } = table;
	return and(
		eq(platform, other.platform),
		eq(workspace, other.workspace),
		eq(channel, other.channel),
		eq(message, other.message),
		eq(number, other.number),
	);
}
