/** Who may do what where: roles, then overwrites, as Discord's documentation computes them. */
import { ChannelType, OverwriteType, PermissionFlagsBits } from "discord.js";
import type { Channel, Guild, User } from "./records.ts";

export type PermissionName = keyof typeof PermissionFlagsBits;

export const ALL_PERMISSIONS = Object.values(PermissionFlagsBits).reduce((all, bit) => all | bit, 0n);

/** What everyone may do in a new server. */
export const EVERYONE: readonly PermissionName[] = [
	"ViewChannel",
	"SendMessages",
	"SendMessagesInThreads",
	"CreatePublicThreads",
	"EmbedLinks",
	"AttachFiles",
	"AddReactions",
	"ReadMessageHistory",
	"Connect",
	"UseApplicationCommands",
	"UseExternalApps",
	"UseExternalEmojis",
	"ChangeNickname",
];

export function bitsOf(names: readonly PermissionName[]): bigint {
	return names.reduce((bits, name) => bits | PermissionFlagsBits[name], 0n);
}

/** What a member may do in the whole server; nothing if they are no member. */
export function guildPermissions(guild: Guild, user: User): bigint {
	const member = guild.members.get(user.id);
	if (!member) return 0n;
	if (guild.ownerId === user.id) return ALL_PERMISSIONS;
	let bits = guild.roles.get(guild.id)?.permissions ?? 0n;
	for (const id of member.roles) bits |= guild.roles.get(id)?.permissions ?? 0n;
	return bits & PermissionFlagsBits.Administrator ? ALL_PERMISSIONS : bits;
}

/** What someone may do in a channel; in a thread what they may in its parent; in a conversation of theirs everything. */
export function channelPermissions(channel: Channel, user: User): bigint {
	const { guild } = channel;
	if (!guild) return channel.recipients.includes(user) ? ALL_PERMISSIONS : 0n;
	let bits = guildPermissions(guild, user);
	if (bits === ALL_PERMISSIONS || bits === 0n) return bits;
	const member = guild.members.get(user.id);
	const { overwrites } = channel.parent ?? channel;
	const apply = ({ allow, deny }: { allow: bigint; deny: bigint }) => {
		bits = (bits & ~deny) | allow;
	};
	for (const overwrite of overwrites) if (overwrite.id === guild.id) apply(overwrite);
	const ofRoles = overwrites.filter(({ id, type }) => type === OverwriteType.Role && member?.roles.has(id));
	apply({
		allow: ofRoles.reduce((all, { allow }) => all | allow, 0n),
		deny: ofRoles.reduce((all, { deny }) => all | deny, 0n),
	});
	for (const overwrite of overwrites) {
		if (overwrite.type === OverwriteType.Member && overwrite.id === user.id) apply(overwrite);
	}
	const isOutside = channel.type === ChannelType.PrivateThread && !channel.thread?.members.has(user.id);
	const isHidden = isOutside && !(bits & PermissionFlagsBits.ManageThreads);
	const isVoice = [ChannelType.GuildVoice, ChannelType.GuildStageVoice].includes((channel.parent ?? channel).type);
	const isShut = isVoice && !(bits & PermissionFlagsBits.Connect);
	// Who can't see a channel can do nothing in it; nor in the chat of one who may not connect to it.
	return bits & PermissionFlagsBits.ViewChannel && !isHidden && !isShut ? bits : 0n;
}

export function may(channel: Channel, user: User, ...names: PermissionName[]): boolean {
	const wanted = bitsOf(names);
	return (channelPermissions(channel, user) & wanted) === wanted;
}
