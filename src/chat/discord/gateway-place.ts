/** Where something that the gateway tells of happened, and who may moderate there, by what discord.js keeps of servers. */
import {
	type APIChannel,
	type Channel,
	ChannelType,
	type Client,
	DiscordAPIError,
	type GuildBasedChannel,
	type REST,
	Routes,
} from "discord.js";
import { type Place, placeIn, type RawChannel, workspaceOf } from "./ids.ts";
import { moderates } from "./interaction-events.ts";
import { type ChannelRules, type GuildMember, type GuildRoles, permissionsIn } from "./permissions.ts";

export interface Places {
	/**
	 * @param guildId undefined: a conversation of someone with the bot
	 * @returns undefined for a channel that isn't known yet: `find` asks for it
	 */
	known(channelId: string, guildId: string | undefined): Place | undefined;
	/** Asks Discord for a channel that isn't known, such as a thread that was archived. @returns undefined if it is gone */
	find(channelId: string, guildId: string | undefined): Promise<Place | undefined>;
	/** Private threads of a channel, those that were open lately: places of their own, which go with it. */
	privateThreadsOf(channelId: string): Place[];
	/** Whether someone with these roles moderates there; in a conversation with the bot alone, whoever it is. */
	mayModerate(place: Place, member: GuildMember, now: Date): boolean;
	/** By which ids people mention the bot: its own, and that of the role that Discord made for it there. */
	ourIds(guildId: string | undefined): string[];
}

export function createPlaces(client: Client<true>, rest: REST): Places {
	return {
		known(channelId, guildId) {
			if (guildId === undefined) return placeIn(undefined, { id: channelId, type: ChannelType.DM });
			const channel = client.channels.cache.get(channelId);
			return channel && placeIn(guildId, rawOf(channel));
		},

		async find(channelId, guildId) {
			const known = this.known(channelId, guildId);
			if (known) return known;
			try {
				// The shape of this route's answer.
				return placeIn(guildId, (await rest.get(Routes.channel(channelId))) as APIChannel);
			} catch (error) {
				// Deleted, or hidden from the bot by now: nothing can be done there.
				if (error instanceof DiscordAPIError && (error.status === 403 || error.status === 404)) return undefined;
				throw error;
			}
		},

		privateThreadsOf(channelId) {
			return [...client.channels.cache.values()].flatMap((channel) => {
				const isOne = channel.type === ChannelType.PrivateThread && channel.parentId === channelId;
				return isOne ? [placeIn(channel.guildId, rawOf(channel))] : [];
			});
		},

		mayModerate({ workspace, channel: id }, member, now) {
			if (workspace === workspaceOf(undefined, id)) return true;
			const guild = client.guilds.cache.get(workspace);
			const there = guild?.channels.cache.get(id);
			const channel = there?.isThread() ? there.parent : there;
			// Where the channel isn't known, nobody's rights in it can be told.
			if (!guild || !channel) return false;
			const roles = guild.roles.cache.map((role) => ({ id: role.id, permissions: `${role.permissions.bitfield}` }));
			const about: GuildRoles = { id: guild.id, owner_id: guild.ownerId, roles };
			return moderates(permissionsIn(about, member, rulesOf(channel), now));
		},

		ourIds(guildId) {
			const guild = guildId === undefined ? undefined : client.guilds.cache.get(guildId);
			const role = guild?.roles.botRoleFor(client.user);
			return [client.user.id, ...(role ? [role.id] : [])];
		},
	};
}

/** As Discord tells of a channel that discord.js keeps. */
function rawOf(channel: Channel): RawChannel {
	return { id: channel.id, type: channel.type, parent_id: channel.isThread() ? channel.parentId : undefined };
}

function rulesOf(channel: GuildBasedChannel): ChannelRules {
	const overwrites = "permissionOverwrites" in channel ? [...channel.permissionOverwrites.cache.values()] : [];
	return {
		type: channel.type,
		permission_overwrites: overwrites.map(({ id, type, allow, deny }) => {
			return { id, type, allow: `${allow.bitfield}`, deny: `${deny.bitfield}` };
		}),
	};
}
