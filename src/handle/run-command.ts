/** Runs a chat command: who may, with which options, and its answer. */
import { findCommand } from "../../commands/catalogue.ts";
import type { Command } from "../../commands/command.ts";
import type { CommandEvent } from "../chat/event.ts";
import { commandErrors } from "../errors.ts";
import type { FrontServices, Services } from "../services.ts";
import { mayModerate } from "./permissions.ts";
import { replyOnce } from "./reply-once.ts";

/** @throws UserError whose words are the answer */
export async function runCommand(event: CommandEvent, services: Services): Promise<void> {
	const command = findCommand(event.name);
	if (!command) throw commandErrors.unknown(event.name, undefined);
	await mustBeAllowed(command, event, services);
	const view = await command.run(event.options, event, services);
	await replyOnce(event, event.key, view, services);
}

/** @throws UserError `command.moderators-only` */
export async function mustBeAllowed(command: Command, event: CommandEvent, services: FrontServices): Promise<void> {
	if (command.who === "moderators" && !(await mayModerate(event, services))) {
		throw commandErrors.moderatorsOnly(command.name);
	}
}
