/** What the bot asks of a server that takes it in: docs/discord.md says why each. */
import { ApplicationIntegrationType, OAuth2Scopes, PermissionFlagsBits } from "discord.js";
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

const AUTHORIZE = "https://discord.com/oauth2/authorize";

/** Where someone who manages a server takes the bot in. */
export function invitationTo(applicationId: string): string {
	const scope = `${OAuth2Scopes.Bot}+${OAuth2Scopes.ApplicationsCommands}`;
	const context = `integration_type=${ApplicationIntegrationType.GuildInstall}`;
	return `${AUTHORIZE}?client_id=${applicationId}&${context}&scope=${scope}&permissions=${permissionInteger}`;
}

/** Where people take the bot along by themselves; the application must allow *User Install*. */
export function personalInvitationTo(applicationId: string): string {
	const context = `integration_type=${ApplicationIntegrationType.UserInstall}`;
	return `${AUTHORIZE}?client_id=${applicationId}&${context}&scope=${OAuth2Scopes.ApplicationsCommands}`;
}
