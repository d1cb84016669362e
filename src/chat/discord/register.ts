/** Registers the bot's commands with Discord: only what differs is sent. */
import { type APIApplicationCommand, DiscordAPIError, HTTPError, REST, RESTJSONErrorCodes, Routes } from "discord.js";
import type { DiscordConfig } from "../../config.ts";
import { discordErrors } from "../../errors.ts";
import { type ApplicationCommand, applicationCommands } from "./commands.ts";
import { type Differences, differences } from "./differences.ts";

/**
 * Brings what is registered for all servers and persons to what `wanted` says.
 * @param dryRun changes nothing
 * @returns what was changed, or would be
 * @throws UserError `discord.*`
 */
export async function registerCommands(
	{ token, applicationId, apiUrl }: Pick<DiscordConfig, "token" | "applicationId" | "apiUrl">,
	{ dryRun = false, wanted = applicationCommands() }: { dryRun?: boolean; wanted?: readonly ApplicationCommand[] } = {},
): Promise<Differences> {
	const rest = new REST({ api: apiUrl }).setToken(token);
	const all = Routes.applicationCommands(applicationId);
	try {
		// The shape of this route's answer.
		const found = differences((await rest.get(all)) as APIApplicationCommand[], wanted);
		if (dryRun) return found;
		// First what goes: there is room for a hundred.
		for (const { id } of found.removed) await rest.delete(Routes.applicationCommand(applicationId, id));
		for (const { id, command } of found.changed) {
			await rest.patch(Routes.applicationCommand(applicationId, id), { body: command });
		}
		for (const command of found.added) await rest.post(all, { body: command });
		return found;
	} catch (error) {
		throw inWords(error, { applicationId, apiUrl });
	}
}

/** What goes wrong between the operator's settings and Discord, as they can mend it; anything else as it is. */
export function inWords(
	error: unknown,
	{ applicationId, apiUrl }: Pick<DiscordConfig, "applicationId" | "apiUrl">,
): unknown {
	if (error instanceof DiscordAPIError) {
		if (error.status === 401) return discordErrors.badToken();
		const isOthers = error.status === 403 || error.code === RESTJSONErrorCodes.UnknownApplication;
		return isOthers ? discordErrors.wrongApplication(applicationId) : error;
	}
	// What has no answer of the API's own: no connection, or a server that is down.
	const hasNoAnswer = error instanceof HTTPError || (error instanceof Error && "code" in error);
	return hasNoAnswer || error instanceof TypeError ? discordErrors.unreachable(apiUrl, error) : error;
}
