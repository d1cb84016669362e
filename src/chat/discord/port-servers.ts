/** What the port knows of the bot and of servers: asked for when it is needed, and remembered for a while. */
import {
	type APIChannel,
	type APIGuild,
	type APIGuildMember,
	type APIUser,
	ChannelType,
	RESTJSONErrorCodes as Codes,
	type REST,
	Routes,
} from "discord.js";
import { z } from "zod";
import type { ChannelRef } from "../event.ts";
import { isSnowflake } from "./ids.ts";
import type { GuildMember, GuildRoles } from "./permissions.ts";
import { codeOf, isForbidden, isGone } from "./port-refusals.ts";

const overwrite = z.object({ id: z.string(), type: z.number(), allow: z.string(), deny: z.string() });
const guildChannel = z.object({
	id: z.string(),
	type: z.number(),
	name: z.string(),
	nsfw: z.boolean().default(false),
	permission_overwrites: z.array(overwrite).default([]),
});
export type GuildChannel = z.infer<typeof guildChannel>;

export interface KnownGuild extends GuildRoles {
	/** Without threads. */
	channels: GuildChannel[];
}

export type Servers = ReturnType<typeof createServers>;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const MOST = 1000;

export function createServers({ rest, now }: { rest: REST; now: () => Date }) {
	const guilds = remembered(now, async (id: string): Promise<KnownGuild | undefined> => {
		const [guild, channels] = await Promise.all([rest.get(Routes.guild(id)), rest.get(Routes.guildChannels(id))]);
		// The shape of that route's answer.
		const { owner_id, roles } = guild as APIGuild;
		return { id, owner_id, roles, channels: z.array(guildChannel).parse(channels) };
	});
	const members = remembered(now, async (key: string): Promise<GuildMember | undefined> => {
		const [guild = "", user = ""] = key.split("/");
		// The shape of this route's answer.
		const { roles, communication_disabled_until } = (await rest.get(Routes.guildMember(guild, user))) as APIGuildMember;
		return { id: user, roles, communication_disabled_until };
	});
	const parents = remembered(
		now,
		async (key: string): Promise<string | undefined> => {
			const [guild = "", id = ""] = key.split("/");
			if ((await guilds.get(guild))?.channels.some((channel) => channel.id === id)) return undefined;
			// The shape of this route's answer.
			const channel = (await rest.get(Routes.channel(id))) as APIChannel;
			return channel.type === ChannelType.PrivateThread ? (channel.parent_id ?? undefined) : undefined;
		},
		HOUR_MS,
	);
	let us: Promise<string> | undefined;

	/** @returns the channel that a private thread hangs from; undefined for anything else, and where it can't be told */
	async function parentOf({ workspace, channel }: ChannelRef): Promise<string | undefined> {
		return isSnowflake(workspace) ? await parents.get(`${workspace}/${channel}`) : undefined;
	}

	return {
		/** The bot's own id. */
		async me(): Promise<string> {
			// The shape of this route's answer.
			us ??= rest.get(Routes.user()).then((user) => (user as APIUser).id);
			us.catch(() => {
				us = undefined;
			});
			return await us;
		},
		/** @returns undefined where the bot is no member */
		guild: (id: string): Promise<KnownGuild | undefined> => guilds.get(id),
		parentOf,
		/** The channel of a server whose settings count there: of a private thread, the one that it hangs from. */
		async channel(ref: ChannelRef): Promise<GuildChannel | undefined> {
			const [guild, parent] = await Promise.all([guilds.get(ref.workspace), parentOf(ref)]);
			return guild?.channels.find(({ id }) => id === (parent ?? ref.channel));
		},
		/** @returns undefined for who is no member */
		member: (guild: string, user: string): Promise<GuildMember | undefined> => members.get(`${guild}/${user}`),
		/** What is known of a server, and of the bot there, is asked for anew. */
		async forget(guild: string): Promise<void> {
			guilds.delete(guild);
			members.delete(`${guild}/${await this.me()}`);
		},
	};
}

/** One question at a time for each key; who or what isn't there is undefined, and remembered as well. */
function remembered<T>(now: () => Date, load: (key: string) => Promise<T | undefined>, forMs = MINUTE_MS) {
	const known = new Map<string, { at: number; value: Promise<T | undefined> }>();
	const isMissing = (error: unknown) => isGone(error) || isForbidden(error) || codeOf(error) === Codes.UnknownMember;
	return {
		get(key: string): Promise<T | undefined> {
			const found = known.get(key);
			if (found && now().getTime() - found.at < forMs) return found.value;
			const value = load(key).catch((error) => {
				if (isMissing(error)) return undefined;
				known.delete(key);
				throw error;
			});
			known.delete(key);
			known.set(key, { at: now().getTime(), value });
			const [oldest] = known.keys();
			if (known.size > MOST && oldest !== undefined) known.delete(oldest);
			return value;
		},
		delete: (key: string) => known.delete(key),
	};
}
