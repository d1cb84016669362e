/** How what the local Discord keeps looks on the wire. */
import { ChannelType, MessageFlags, MessageType } from "discord.js";
import { channelPermissions, guildPermissions } from "./permissions.ts";
import {
	type Channel,
	type Guild,
	isThread,
	type Member,
	type Message,
	type Role,
	type StoredFile,
	type User,
} from "./records.ts";
import { timeOf } from "./snowflakes.ts";
import type { World } from "./world.ts";

export function userJson({ id, name, bot }: User) {
	return {
		id,
		username: name,
		discriminator: "0",
		global_name: `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`,
		avatar: null,
		public_flags: 0,
		...(bot && { bot }),
	};
}

/** @param permissions given with interactions: what the member may do in that channel */
export function memberJson(member: Member, permissions?: bigint) {
	return {
		user: userJson(member.user),
		nick: null,
		avatar: null,
		banner: null,
		roles: [...member.roles],
		joined_at: member.joinedAt.toISOString(),
		premium_since: null,
		deaf: false,
		mute: false,
		flags: 0,
		pending: false,
		communication_disabled_until: null,
		...(permissions !== undefined && { permissions: `${permissions}` }),
	};
}

export function roleJson({ id, name, permissions }: Role, position: number) {
	return {
		id,
		name,
		permissions: `${permissions}`,
		position,
		color: 0,
		colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
		hoist: false,
		icon: null,
		unicode_emoji: null,
		managed: false,
		mentionable: false,
		flags: 0,
	};
}

export function channelJson(world: World, channel: Channel): object {
	const { id, type, name, guild, parent, thread } = channel;
	const last_message_id = [...channel.messages.keys()].at(-1) ?? null;
	if (!guild) {
		const recipients = channel.recipients.filter((user) => user !== world.bot).map(userJson);
		return {
			id,
			type,
			last_message_id,
			recipients,
			flags: 0,
			...(type === ChannelType.GroupDM && { name, owner_id: recipients[0]?.id }),
		};
	}
	const shared = { id, type, name, guild_id: guild.id, last_message_id, rate_limit_per_user: 0, flags: 0 };
	if (!thread) {
		const permission_overwrites = channel.overwrites.map(({ allow, deny, ...of }) => {
			return { ...of, allow: `${allow}`, deny: `${deny}` };
		});
		return { ...shared, position: 0, parent_id: null, topic: null, nsfw: channel.nsfw, permission_overwrites };
	}
	const messages = [...channel.messages.values()].filter(
		(message) =>
			message.id !== id && message.type !== MessageType.ThreadStarterMessage && message.visibleTo === undefined,
	);
	return {
		...shared,
		parent_id: parent?.id,
		owner_id: thread.ownerId,
		message_count: messages.length,
		total_message_sent: messages.length,
		member_count: thread.members.size,
		thread_metadata: {
			archived: thread.archived,
			locked: thread.locked,
			auto_archive_duration: thread.autoArchiveMinutes,
			archive_timestamp: thread.archivedAt.toISOString(),
		},
	};
}

/** What an interaction says of a channel that it names. */
export function resolvedChannelJson(world: World, channel: Channel, user: User): object {
	return { ...channelJson(world, channel), permissions: `${channelPermissions(channel, user)}` };
}

export function guildJson(world: World, guild: Guild) {
	return {
		id: guild.id,
		name: guild.name,
		owner_id: guild.ownerId,
		icon: null,
		roles: [...guild.roles.values()].map(roleJson),
		emojis: [],
		stickers: [],
		features: [],
		afk_channel_id: null,
		afk_timeout: 300,
		application_id: null,
		banner: null,
		default_message_notifications: 0,
		description: null,
		discovery_splash: null,
		explicit_content_filter: 0,
		mfa_level: 0,
		nsfw_level: 0,
		preferred_locale: "en-US",
		premium_tier: 0,
		premium_progress_bar_enabled: false,
		public_updates_channel_id: null,
		rules_channel_id: null,
		safety_alerts_channel_id: null,
		splash: null,
		system_channel_flags: 0,
		system_channel_id: null,
		vanity_url_code: null,
		verification_level: 0,
		approximate_member_count: guild.members.size,
		permissions: `${guildPermissions(guild, world.bot)}`,
	};
}

/** As GUILD_CREATE tells of a server: with its channels, and the threads that aren't archived. */
export function guildCreateJson(world: World, guild: Guild) {
	const channels = world.channelsOf(guild);
	const us = guild.members.get(world.bot.id);
	const { permissions: _, approximate_member_count: count, ...about } = guildJson(world, guild);
	return {
		...about,
		unavailable: false,
		large: false,
		member_count: count,
		joined_at: (us?.joinedAt ?? world.now()).toISOString(),
		members: us ? [memberJson(us)] : [],
		channels: channels.filter((channel) => !isThread(channel)).map((channel) => channelJson(world, channel)),
		threads: channels
			.filter((channel) => channel.thread && !channel.thread.archived && world.botSees(channel))
			.map((channel) => channelJson(world, channel)),
		presences: [],
		voice_states: [],
		stage_instances: [],
		guild_scheduled_events: [],
		soundboard_sounds: [],
	};
}

export function fileJson(world: World, file: StoredFile) {
	const url = world.cdn.link(file);
	return {
		id: file.id,
		filename: file.name,
		size: file.bytes.length,
		url,
		proxy_url: url,
		...(file.type && { content_type: file.type }),
		...(file.width && { width: file.width, height: file.height }),
		...(file.description && { description: file.description }),
		...(file.ephemeral && { ephemeral: true }),
	};
}

/** Whether a bot without the Message Content intent reads it all the same. */
function isForBot(world: World, { author, channel, mentions }: Message): boolean {
	return author === world.bot || !channel.guild || mentions.includes(world.bot);
}

/**
 * @param contentShown whether what people write may be seen by any bot
 * @returns with links to its files that were signed just now
 */
export function messageJson(world: World, message: Message, contentShown: boolean): object {
	const { channel, replyTo, fromInteraction, editedAt, reactions, more } = message;
	const shown = contentShown || isForBot(world, message);
	const thread = message.thread();
	const json = {
		id: message.id,
		channel_id: channel.id,
		type: message.type,
		author: userJson(message.author),
		timestamp: timeOf(message.id).toISOString(),
		edited_timestamp: editedAt?.toISOString() ?? null,
		tts: false,
		pinned: false,
		content: message.content,
		attachments: message.files.map((file) => fileJson(world, file)),
		embeds: message.embeds,
		components: withFreshLinks(world, message),
		mentions: message.mentions.map(userJson),
		mention_roles: message.mentionedRoles,
		mention_everyone: message.mentionsEveryone,
		flags: message.flags | (thread ? MessageFlags.HasThread : 0),
		...(thread && { thread: channelJson(world, thread) }),
		...(replyTo && {
			message_reference: {
				type: 0,
				message_id: replyTo.id,
				channel_id: (replyTo.message?.channel ?? channel).id,
				...(channel.guild && { guild_id: channel.guild.id }),
			},
			referenced_message:
				replyTo.message && !replyTo.message.deleted
					? withoutReference(messageJson(world, replyTo.message, contentShown))
					: null,
		}),
		...(reactions.size > 0 && { reactions: [...reactions].map((entry) => reactionJson(world, entry)) }),
		...(fromInteraction && {
			application_id: world.appId,
			webhook_id: world.appId,
			interaction_metadata: fromInteraction,
		}),
		...more,
	};
	if (shown) return json;
	const hidden = { ...json, content: "", attachments: [], embeds: [], components: [] };
	return "message_snapshots" in more ? { ...hidden, message_snapshots: [] } : hidden;
}

function withoutReference(json: object): object {
	return { ...json, referenced_message: undefined };
}

function withFreshLinks(world: World, { components, files }: Message): unknown {
	return JSON.parse(JSON.stringify(components), (_, value) => {
		const file = files.find(({ id }) => id === value?.attachment_id);
		if (!file) return value;
		const url = world.cdn.link(file);
		return { ...value, url, proxy_url: url };
	});
}

export function emojiJson(emoji: string) {
	const [name = emoji, id] = emoji.split(":");
	return { id: id ?? null, name };
}

function reactionJson(world: World, [emoji, users]: [string, Set<string>]) {
	return {
		emoji: emojiJson(emoji),
		count: users.size,
		count_details: { burst: 0, normal: users.size },
		burst_colors: [],
		me: users.has(world.bot.id),
		me_burst: false,
	};
}
