/** What goes wrong between the bot and Discord, for whoever runs it. */
import { beginning, UserError } from "./user-error.ts";

const PORTAL = "https://discord.com/developers/applications";

export const discordErrors = {
	notConfigured: () =>
		new UserError(
			"discord.not-configured",
			"DISCORD_TOKEN and DISCORD_APPLICATION_ID are not set.",
			`Both are on the application's page at ${PORTAL}.`,
		),
	badToken: () =>
		new UserError(
			"discord.bad-token",
			"Discord doesn't know the bot's token.",
			`Set DISCORD_TOKEN to the one under “Bot” at ${PORTAL}; “Reset Token” makes a new one.`,
		),
	wrongApplication: (applicationId: string) =>
		new UserError(
			"discord.wrong-application",
			`The bot's token doesn't belong to the application ${applicationId}.`,
			`Set DISCORD_APPLICATION_ID and DISCORD_TOKEN to those of the same application at ${PORTAL}.`,
		),
	intentMissing: () =>
		new UserError(
			"discord.intent-missing",
			"The application doesn't have the Message Content intent, so Discord lets the bot see no images.",
			`Switch it on under “Bot” at ${PORTAL}, or set DISCORD_MESSAGE_CONTENT=off to do without auto-tag.`,
		),
	wrongKey: () =>
		new UserError(
			"discord.wrong-key",
			"DISCORD_PUBLIC_KEY isn't the application's, so every interaction by HTTP is refused.",
			`Set it to the “Public Key” on the application's page at ${PORTAL}.`,
		),
	/** @param url where Discord sends interactions to */
	noKey: (url: string) =>
		new UserError(
			"discord.no-key",
			`Discord sends commands and buttons to ${url}, and DISCORD_PUBLIC_KEY is not set.`,
			`Set it to the “Public Key” on the application's page at ${PORTAL}, or empty its “Interactions Endpoint URL” to have them by the gateway.`,
		),
	notRegistered: (count: number) =>
		new UserError(
			"discord.not-registered",
			`${count} of the bot's commands ${count === 1 ? "is" : "are"} not at Discord as ${count === 1 ? "it" : "they"} should be.`,
			"`tagalong register` brings them up to date.",
		),
	shardingRequired: () =>
		new UserError(
			"discord.sharding-required",
			"The bot is in more servers than its connections to Discord's gateway may serve.",
			"Start it again: it opens as many connections as Discord recommends by then.",
		),
	/** @param code with which the gateway closed the connection */
	gatewayRefused: (code: number) =>
		new UserError(
			"discord.gateway-refused",
			`Discord's gateway refuses this bot (code ${code}).`,
			"See https://docs.discord.com/developers/topics/opcodes-and-status-codes for what it means.",
		),
	unreachable: (url: string, cause: unknown) =>
		new UserError(
			"discord.unreachable",
			`Discord's API at ${url} can't be reached (${cause instanceof Error ? cause.message : cause}).`,
			"See that this machine can reach it, and that DISCORD_API_URL, if it is set, names it.",
			{ cause },
		),
	/** @param permissions as Discord's own settings name them @param channel such as `#photos` */
	missingPermission: (permissions: readonly string[], channel: string) =>
		new UserError(
			"discord.missing-permission",
			`I need ${permissions.map((name) => `“${name}”`).join(", ")} in ${channel}.`,
			"Someone who manages the channel can allow it in its settings.",
		),
	messageGone: () => new UserError("discord.message-gone", "That message, or its channel, was deleted."),
	threadLocked: () => new UserError("discord.thread-locked", "That thread is locked, so I can't answer there."),
	fileGone: (name: string) =>
		new UserError("image.gone", `“${beginning(name, 80)}” is no longer on Discord.`, "Post it again."),
	foreignFile: (name: string) =>
		new UserError("image.foreign", `“${beginning(name, 80)}” is not a file on Discord.`, "Post the image itself."),
};
