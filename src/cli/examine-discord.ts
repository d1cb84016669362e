/** What `doctor` finds out about the Discord application, by asking Discord. */
import { type APIApplication, ApplicationFlags, ApplicationIntegrationType, REST, Routes } from "discord.js";
import { invitationTo, personalInvitationTo } from "../chat/discord/invitation.ts";
import { inWords, registerCommands } from "../chat/discord/register.ts";
import type { DiscordConfig } from "../config.ts";
import { discordErrors } from "../errors.ts";

/**
 * The application as the bot's token shows it.
 * @throws UserError `discord.bad-token`, `discord.unreachable`
 */
export async function readApplication(discord: DiscordConfig): Promise<APIApplication> {
	const rest = new REST({ api: discord.apiUrl, retries: 1 }).setToken(discord.token);
	try {
		// The shape of this route's answer.
		return (await rest.get(Routes.currentApplication())) as APIApplication;
	} catch (error) {
		throw inWords(error, discord);
	}
}

/**
 * @returns in words, that token and application go together
 * @throws UserError `discord.wrong-application`
 */
export function tokenFits({ id, name, approximate_guild_count }: APIApplication, discord: DiscordConfig): string {
	if (id !== discord.applicationId) throw discordErrors.wrongApplication(discord.applicationId);
	const servers = approximate_guild_count ?? 0;
	const many = servers === 0 ? "no server" : `${servers} ${servers === 1 ? "server" : "servers"}`;
	return `the token is that of ${name}, which is in ${many}.`;
}

/** @returns in words, where the bot is taken into a server, and where a person takes it along */
export function howToInstall({ id, integration_types_config: contexts }: APIApplication): string {
	const isPersonal = contexts === undefined || ApplicationIntegrationType.UserInstall in contexts;
	const alone = isPersonal
		? `People take it along by themselves at ${personalInvitationTo(id)}`
		: "People can't take it along by themselves: the developer portal has User Install under Installation.";
	return `take it into a server at ${invitationTo(id)}\n  ${alone}`;
}

/**
 * @returns in words, which images the bot sees
 * @throws UserError `discord.intent-missing`
 */
export function seesImages({ flags }: APIApplication, { messageContent }: DiscordConfig): string {
	const granted = ApplicationFlags.GatewayMessageContent | ApplicationFlags.GatewayMessageContentLimited;
	if (!messageContent) {
		return "DISCORD_MESSAGE_CONTENT is off: images are seen where a command, the shortcut or a mention brings them, and nothing is tagged by itself.";
	}
	if (((flags ?? 0) & granted) === 0) throw discordErrors.intentMissing();
	return "the application has the Message Content intent, so the bot sees the images that people post.";
}

/**
 * @returns in words, which way interactions come
 * @throws UserError `discord.wrong-key`, `discord.no-key`
 */
export function interactionsArrive(application: APIApplication, { publicKey }: DiscordConfig): string {
	const { verify_key: key, interactions_endpoint_url: url } = application;
	if (publicKey !== undefined && publicKey.toLowerCase() !== key) throw discordErrors.wrongKey();
	if (!url) return "commands and buttons come by the gateway: `tagalong serve` or `tagalong gateway` listens to it.";
	if (publicKey === undefined) throw discordErrors.noKey(url);
	return `commands and buttons come by HTTP to ${url}, and DISCORD_PUBLIC_KEY is their key.`;
}

/**
 * @returns in words, that Discord knows the bot's commands
 * @throws UserError `discord.not-registered`
 */
export async function commandsAreRegistered(discord: DiscordConfig): Promise<string> {
	const { added, changed, removed, same } = await registerCommands(discord, { dryRun: true });
	const different = added.length + changed.length + removed.length;
	if (different > 0) throw discordErrors.notRegistered(different);
	return `all ${same.length} commands are registered.`;
}
