/** Discord's ids, as the bot's own events and references carry them, and what can be read from them. */
import { createHash } from "node:crypto";
import { ChannelType } from "discord.js";
import type { ChannelRef, ChatEvent, MessageRef } from "../event.ts";

/** Where something happened, as events carry it. */
export type Place = Pick<ChatEvent, "platform" | "workspace" | "channel" | "thread">;

/** A channel as Discord tells of it; threads are channels too. */
export interface RawChannel {
	id: string;
	type: ChannelType;
	/** Of a thread, the channel that it hangs from. */
	parent_id?: string | null | undefined;
}

/** @see https://docs.discord.com/developers/reference#snowflakes */
const DISCORD_EPOCH_MS = 1_420_070_400_000n;
const MAX_INT32 = 2 ** 31 - 1;

export function isSnowflake(id: string): boolean {
	return /^[0-9]{15,20}$/.test(id);
}

/** A server's id; a conversation of two belongs to no server and is a workspace of its own. */
export function workspaceOf(guildId: string | undefined, channelId: string): string {
	return guildId ?? `dm-${channelId}`;
}

/**
 * A thread is of the channel that it hangs from: who reads that can read it. A private one is a channel by itself, as it
 * is closed to all who aren't in it.
 * @param guildId undefined: a conversation of someone with the bot
 */
export function placeIn(guildId: string | undefined, { id, type, parent_id }: RawChannel): Place {
	const where = { platform: "discord" as const, workspace: workspaceOf(guildId, id) };
	const isOpenThread = type === ChannelType.PublicThread || type === ChannelType.AnnouncementThread;
	return isOpenThread && parent_id ? { ...where, channel: parent_id, thread: id } : { ...where, channel: id };
}

/** Where a person's own install answers and the bot is no member: a place of theirs alone, that names no server. */
export function visitorPlace(userId: string): Pick<ChannelRef, "workspace" | "channel"> {
	return { workspace: `visitor-${userId}`, channel: `visitor-${userId}` };
}

/**
 * The id of a message as events and references carry it: a thread is a channel to Discord, so the thread travels in it.
 * @param threadId of the thread or forum post that the message stands in
 */
export function messageIdIn(threadId: string | undefined, id: string): string {
	return threadId === undefined ? id : `${threadId}/${id}`;
}

/** Where Discord's API finds a message. */
export function placeOf({ channel, message }: Pick<MessageRef, "channel" | "message">): {
	channelId: string;
	messageId: string;
} {
	const [first = "", second] = message.split("/");
	return second === undefined ? { channelId: channel, messageId: first } : { channelId: first, messageId: second };
}

/** The address at which people's clients open a message; undefined for a place that has none to give. */
export function messageLink(message: MessageRef): string | undefined {
	const { channelId, messageId } = placeOf(message);
	const server = message.workspace.startsWith("dm-") ? "@me" : message.workspace;
	const known = message.platform === "discord" && isSnowflake(channelId) && isSnowflake(messageId);
	if (!known || !(server === "@me" || isSnowflake(server))) return undefined;
	return `https://discord.com/channels/${server}/${channelId}/${messageId}`;
}

/** When what has this id was made, to the millisecond. @throws SyntaxError if it is no whole number */
export function snowflakeTime(id: string): Date {
	return new Date(Number((BigInt(id) >> 22n) + DISCORD_EPOCH_MS));
}

/** The first id of a millisecond: what was made before has a smaller one, what was made after a greater. */
export function snowflakeAt(time: Date): string {
	return `${(BigInt(time.getTime()) - DISCORD_EPOCH_MS) << 22n}`;
}

/**
 * Microseconds since 1970, as events order what people did: the id's millisecond, then its increment. (That counts to
 * 4,095: what is beyond a millisecond's last place shares it.)
 */
export function snowflakeOrder(id: string): number {
	const increment = Number(BigInt(id) & 0xfffn);
	return snowflakeTime(id).getTime() * 1000 + Math.min(increment, 999);
}

/** A marker as the id of a component, 1 to 2³¹ − 1: what Discord gives back of a message that was posted. */
export function markerNumber(marker: string): number {
	return (createHash("sha256").update(marker).digest().readUInt32BE() % MAX_INT32) + 1;
}
