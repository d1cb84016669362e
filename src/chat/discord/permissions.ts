/**
 * Who may do what in a channel of a server, by Discord's own algorithm: roles, then overwrites. Pure.
 * @see https://docs.discord.com/developers/topics/permissions#permission-overwrites
 */
import { ChannelType, OverwriteType, PermissionFlagsBits } from "discord.js";

export type PermissionName = keyof typeof PermissionFlagsBits;

/** What of a server decides; bits as Discord writes them, in decimals. */
export interface GuildRoles {
	/** Also the id of the role that everyone has. */
	id: string;
	owner_id: string;
	roles: readonly { id: string; permissions: string }[];
}

export interface GuildMember {
	id: string;
	/** Ids, without that of everyone's. */
	roles: readonly string[];
	/** Until when they are timed out, ISO 8601. */
	communication_disabled_until?: string | null | undefined;
}

export interface Overwrite {
	/** Of a role or of a member. */
	id: string;
	type: OverwriteType;
	allow: string;
	deny: string;
}

/** What of a channel decides; a thread has that of the channel that it is in. */
export interface ChannelRules {
	type: ChannelType;
	permission_overwrites: readonly Overwrite[];
}

const ALL = Object.values(PermissionFlagsBits).reduce((all, bit) => all | bit, 0n);
/** What is left to those who are timed out: `#permissions-for-timed-out-members`. */
const TIMED_OUT = PermissionFlagsBits.ViewChannel | PermissionFlagsBits.ReadMessageHistory;

/** @returns bits; none for who may not enter the channel (`lackedToEnter`), as all else is denied there */
export function permissionsIn(guild: GuildRoles, member: GuildMember, channel: ChannelRules, now: Date): bigint {
	const bits = overwritten(guild, member, channel);
	if (bits === ALL) return ALL;
	if (missingFrom(bits, neededToEnter(channel)).length > 0) return 0n;
	const until = member.communication_disabled_until;
	return until && Date.parse(until) > now.getTime() ? bits & TIMED_OUT : bits;
}

/** What keeps someone out of a channel altogether. */
export function lackedToEnter(guild: GuildRoles, member: GuildMember, channel: ChannelRules): PermissionName[] {
	return missingFrom(overwritten(guild, member, channel), neededToEnter(channel));
}

/** Voice and stage channels have a chat, which is for those who may connect. */
function neededToEnter({ type }: ChannelRules): PermissionName[] {
	const isVoice = type === ChannelType.GuildVoice || type === ChannelType.GuildStageVoice;
	return isVoice ? ["ViewChannel", "Connect"] : ["ViewChannel"];
}

/** `compute_base_permissions` of the documentation. */
function basePermissions({ id, owner_id, roles }: GuildRoles, member: GuildMember): bigint {
	if (member.id === owner_id) return ALL;
	const own = roles.filter((role) => role.id === id || member.roles.includes(role.id));
	const bits = own.reduce((all, role) => all | BigInt(role.permissions), 0n);
	return bits & PermissionFlagsBits.Administrator ? ALL : bits;
}

/** `compute_overwrites` of the documentation: everyone's, those of all their roles together, their own. */
function overwritten(
	guild: GuildRoles,
	member: GuildMember,
	{ permission_overwrites: overwrites }: ChannelRules,
): bigint {
	const { id } = guild;
	const base = basePermissions(guild, member);
	if (base === ALL) return ALL;
	const ofRoles = overwrites.filter(({ type }) => type === OverwriteType.Role);
	return [
		ofRoles.filter((overwrite) => overwrite.id === id),
		ofRoles.filter((overwrite) => member.roles.includes(overwrite.id)),
		overwrites.filter((overwrite) => overwrite.type === OverwriteType.Member && overwrite.id === member.id),
	].reduce((bits, some) => (bits & ~unionOf(some, "deny")) | unionOf(some, "allow"), base);
}

function unionOf(overwrites: readonly Overwrite[], side: "allow" | "deny"): bigint {
	return overwrites.reduce((all, overwrite) => all | BigInt(overwrite[side]), 0n);
}

/** Those of `names` that are not among the bits. */
export function missingFrom(bits: bigint, names: readonly PermissionName[]): PermissionName[] {
	return names.filter((name) => (bits & PermissionFlagsBits[name]) === 0n);
}
