/** What the bot asks of a server that takes it in: docs/discord.md says why each. */
import { OAuth2Scopes, PermissionFlagsBits } from "discord.js";
import type { PermissionName } from "./permissions.ts";

export const permissions: readonly PermissionName[] = [
	"ViewChannel",
	"SendMessages",
	"SendMessagesInThreads",
	"CreatePublicThreads",
	"ReadMessageHistory",
	"AttachFiles",
	"AddReactions",
];

/** Their sum, as an invitation carries it. */
export const permissionInteger = `${permissions.reduce((all, name) => all | PermissionFlagsBits[name], 0n)}`;

/** Where someone who manages a server takes the bot in. */
export function invitationTo(applicationId: string): string {
	const scope = `${OAuth2Scopes.Bot}+${OAuth2Scopes.ApplicationsCommands}`;
	return `https://discord.com/oauth2/authorize?client_id=${applicationId}&scope=${scope}&permissions=${permissionInteger}`;
}
