/** How an interaction is sent to the app. */
import {
	ChannelType,
	InteractionContextType,
	InteractionType,
	type MessageType,
	MessageType as Types,
} from "discord.js";
import type { Interaction } from "./interaction.ts";
import { bitsOf, channelPermissions } from "./permissions.ts";
import type { Channel, User } from "./records.ts";
import { memberJson, messageJson, resolvedChannelJson, userJson } from "./wire.ts";
import type { World } from "./world.ts";

/** What an app may do with answers where it is no member. */
const ANSWERING = bitsOf(["AttachFiles", "EmbedLinks", "MentionEveryone", "UseExternalEmojis"]);

export function contextOf(world: World, channel: Channel): InteractionContextType {
	if (channel.guild) return InteractionContextType.Guild;
	const isBotDm = channel.type === ChannelType.DM && channel.recipients.includes(world.bot);
	return isBotDm ? InteractionContextType.BotDM : InteractionContextType.PrivateChannel;
}

export function interactionJson(world: World, { id, token, asked }: Interaction): object {
	const { type, user, channel, data, on, owners } = asked;
	const { guild } = channel;
	const member = guild?.members.get(user.id);
	return {
		id,
		application_id: world.appId,
		type,
		token,
		version: 1,
		data,
		channel_id: channel.id,
		channel: resolvedChannelJson(world, channel, user),
		...(guild && { guild_id: guild.id, guild: { id: guild.id, locale: "en-US", features: [] }, guild_locale: "en-US" }),
		...(member ? { member: memberJson(member, channelPermissions(channel, user)) } : { user: userJson(user) }),
		// What it shows is the person's to hand over, whatever the app may read by itself.
		...(on && { message: messageJson(world, on, true) }),
		app_permissions: `${guild && world.isBotIn(guild) ? channelPermissions(channel, world.bot) : ANSWERING}`,
		locale: "en-US",
		entitlements: [],
		entitlement_sku_ids: [],
		authorizing_integration_owners: owners,
		context: contextOf(world, channel),
		attachment_size_limit: 10_485_760,
	};
}

/** What a message says of the interaction that it answers. */
export function interactionMetadata({ id, asked }: Interaction): object {
	const { type, user, on, owners } = asked;
	return {
		id,
		type,
		user: userJson(user),
		authorizing_integration_owners: owners,
		...(on && type === InteractionType.MessageComponent && { interacted_message_id: on.id }),
	};
}

/** What kind of message an answer to it is. */
export function answerType({ asked: { type, data, on } }: Interaction): MessageType {
	if (on) return Types.Reply;
	const isShortcut = "target_id" in data;
	if (type === InteractionType.ApplicationCommand)
		return isShortcut ? Types.ContextMenuCommand : Types.ChatInputCommand;
	return Types.Default;
}

/** Whether everyone in the channel may see what the app answers this person. */
export function maySpeak(channel: Channel, user: User, isVisit: boolean): boolean {
	if (!isVisit || !channel.guild) return true;
	const needed = bitsOf(["UseExternalApps"]);
	return (channelPermissions(channel, user) & needed) === needed;
}
