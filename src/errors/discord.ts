/** What goes wrong between the bot and Discord, for whoever runs it. */
import { UserError } from "./user-error.ts";

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
	unreachable: (url: string, cause: unknown) =>
		new UserError(
			"discord.unreachable",
			`Discord's API at ${url} can't be reached (${cause instanceof Error ? cause.message : cause}).`,
			"See that this machine can reach it, and that DISCORD_API_URL, if it is set, names it.",
			{ cause },
		),
};
