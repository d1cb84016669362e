/** What was posted while nobody listened, read afterwards: bounded, oldest first. */
import {
	type APIMessage,
	ChannelType,
	type Client,
	DiscordAPIError,
	type GuildBasedChannel,
	type PermissionsString,
	type REST,
	Routes,
} from "discord.js";
import type { Logger } from "pino";
import { snowflakeAt } from "./ids.ts";

/** Longer ago, a tag would help nobody any more; `/autotag last` reaches it. */
const LONGEST_MS = 24 * 60 * 60 * 1000;
/** Of one channel. */
const MOST_PAGES = 10;
const PAGE = 100;

export interface MissedOptions {
	client: Client<true>;
	rest: REST;
	/** Everything before was told. */
	since: Date;
	/** Servers that have an outage, and since when each wasn't read: noted here, and taken out once it is. */
	outages: Map<string, Date>;
	now: Date;
	log: Pick<Logger, "info" | "warn">;
	/** @param guildId REST doesn't say it of a message */
	take: (message: APIMessage, guildId: string) => void;
}

/**
 * Reads the messages of all channels and open threads that the bot may read. Conversations with the bot alone aren't
 * listed anywhere: of those only what is told counts.
 * @throws what Discord's API throws while it is gone
 */
export async function readMissed({ client, rest, since, outages, now, log, take }: MissedOptions): Promise<void> {
	let found = 0;
	for (const guild of client.guilds.cache.values()) {
		const unread = earlier(since, outages.get(guild.id));
		if (!guild.available) {
			// Nothing is known of it, not even since when the bot is there.
			outages.set(guild.id, unread);
			continue;
		}
		// What was there before the bot came is none of its business.
		const earliest = Math.max(unread.getTime(), now.getTime() - LONGEST_MS, guild.joinedTimestamp);
		const after = snowflakeAt(new Date(earliest));
		for (const channel of guild.channels.cache.values()) {
			if (!isNewer(lastMessageOf(channel), after) || !mayRead(channel)) continue;
			for (const message of await messagesAfter(rest, channel.id, after, log)) {
				take(message, guild.id);
				found++;
			}
		}
		outages.delete(guild.id);
	}
	log.info({ found, since: since.toISOString(), outages: outages.size }, "asked Discord what was missed");
}

/** @param other if there is one */
export function earlier(one: Date, other: Date | undefined): Date {
	return other && other < one ? other : one;
}

async function messagesAfter(
	rest: REST,
	channel: string,
	after: string,
	log: MissedOptions["log"],
): Promise<APIMessage[]> {
	const messages: APIMessage[] = [];
	let last = after;
	for (let page = 0; page < MOST_PAGES; page++) {
		const query = new URLSearchParams({ after: last, limit: `${PAGE}` });
		try {
			// The shape of this route's answer.
			const found = (await rest.get(Routes.channelMessages(channel), { query })) as APIMessage[];
			// Those that come next after it, newest first.
			found.reverse();
			messages.push(...found);
			last = found.at(-1)?.id ?? last;
			if (found.length < PAGE) return messages;
		} catch (error) {
			// Deleted, or hidden from the bot, meanwhile.
			if (error instanceof DiscordAPIError && (error.status === 403 || error.status === 404)) return messages;
			throw error;
		}
	}
	log.warn({ channel, read: messages.length }, "more was missed in a channel than is asked for");
	return messages;
}

function lastMessageOf(channel: GuildBasedChannel): string | null {
	return "lastMessageId" in channel ? channel.lastMessageId : null;
}

function isNewer(id: string | null, than: string): boolean {
	return id !== null && BigInt(id) > BigInt(than);
}

function mayRead(channel: GuildBasedChannel): boolean {
	const { me } = channel.guild.members;
	// A forum has no messages but those of its posts.
	if (!me || channel.isThreadOnly() || !channel.isTextBased()) return false;
	// What is said beside a call is read by who may join it.
	const needed: PermissionsString[] = ["ViewChannel", "ReadMessageHistory"];
	if (channel.type === ChannelType.GuildVoice || channel.type === ChannelType.GuildStageVoice) needed.push("Connect");
	return channel.permissionsFor(me).has(needed);
}
