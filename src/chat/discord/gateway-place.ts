/** Where something that the gateway tells of happened, and who may moderate there, by what discord.js keeps of servers. */
import {
	type APIChannel,
	ChannelType,
	type Client,
	DiscordAPIError,
	type GuildBasedChannel,
	type REST,
	Routes,
} from "discord.js";
import type { ChatEvent } from "../event.ts";
import { workspaceOf } from "./ids.ts";
import { moderates } from "./interaction-events.ts";
import { type GuildMember, type GuildRoles, type Overwrite, permissionsIn } from "./permissions.ts";

/** A thread is of the channel that it hangs from. */
export type Place = Pick<ChatEvent, "platform" | "workspace" | "channel" | "thread">;

export interface Places {
	/**
	 * @param guildId undefined: a conversation of someone with the bot
	 * @returns undefined for a channel that isn't known yet: `find` asks for it
	 */
	known(channelId: string, guildId: string | undefined): Place | undefined;
	/** Asks Discord for a channel that isn't known, such as a thread that was archived. @returns undefined if it is gone */
	find(channelId: string, guildId: string | undefined): Promise<Place | undefined>;
	/** Whether someone with these roles moderates there; in a conversation with the bot alone, whoever it is. */
	mayModerate(place: Place, member: GuildMember, now: Date): boolean;
	/** By which ids people mention the bot: its own, and that of the role that Discord made for it there. */
	ourIds(guildId: string | undefined): string[];
}

const threads: readonly number[] = [
	ChannelType.PublicThread,
	ChannelType.PrivateThread,
	ChannelType.AnnouncementThread,
];

export function createPlaces(client: Client<true>, rest: REST): Places {
	function placeOf(guildId: string | undefined, id: string, parentId?: string | null): Place {
		const where = { platform: "discord" as const, workspace: workspaceOf(guildId, id) };
		return parentId ? { ...where, channel: parentId, thread: id } : { ...where, channel: id };
	}

	return {
		known(channelId, guildId) {
			if (guildId === undefined) return placeOf(undefined, channelId);
			const channel = client.channels.cache.get(channelId);
			return channel && placeOf(guildId, channelId, channel.isThread() ? channel.parentId : undefined);
		},

		async find(channelId, guildId) {
			const known = this.known(channelId, guildId);
			if (known) return known;
			try {
				// The shape of this route's answer.
				const channel = (await rest.get(Routes.channel(channelId))) as APIChannel;
				const parent = threads.includes(channel.type) && "parent_id" in channel ? channel.parent_id : undefined;
				return placeOf(guildId, channelId, parent);
			} catch (error) {
				// Deleted, or hidden from the bot by now: nothing can be done there.
				if (error instanceof DiscordAPIError && (error.status === 403 || error.status === 404)) return undefined;
				throw error;
			}
		},

		mayModerate({ workspace, channel }, member, now) {
			if (workspace === workspaceOf(undefined, channel)) return true;
			const guild = client.guilds.cache.get(workspace);
			if (!guild) return false;
			const roles = guild.roles.cache.map((role) => ({ id: role.id, permissions: `${role.permissions.bitfield}` }));
			const about: GuildRoles = { id: guild.id, owner_id: guild.ownerId, roles };
			return moderates(permissionsIn(about, member, overwritesOf(guild.channels.cache.get(channel)), now));
		},

		ourIds(guildId) {
			const guild = guildId === undefined ? undefined : client.guilds.cache.get(guildId);
			const role = guild?.roles.botRoleFor(client.user);
			return [client.user.id, ...(role ? [role.id] : [])];
		},
	};
}

function overwritesOf(channel: GuildBasedChannel | undefined): Overwrite[] {
	if (!channel || !("permissionOverwrites" in channel)) return [];
	return channel.permissionOverwrites.cache.map(({ id, type, allow, deny }) => {
		return { id, type, allow: `${allow.bitfield}`, deny: `${deny.bitfield}` };
	});
}
