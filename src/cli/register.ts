/** `tagalong register`: tells Discord the bot's commands. */
import { Command } from "commander";
import { parseConfig } from "../config.ts";
import { discordErrors } from "../errors.ts";
import { print } from "./terminal.ts";

export function registerCommand(): Command {
	return new Command("register")
		.description("Tell Discord the bot's commands, changing only what differs")
		.option("--dry-run", "say what would change, and change nothing")
		.action(async ({ dryRun = false }: { dryRun?: boolean }) => {
			const { discord } = parseConfig(process.env);
			if (!discord) throw discordErrors.notConfigured();
			// Loaded only here: Discord's library would slow the start of every other command.
			const { registerCommands } = await import("../chat/discord/register.ts");
			const { added, changed, removed, same } = await registerCommands(discord, { dryRun });
			for (const { name } of removed) print(`- ${name}`);
			for (const { command, fields } of changed) print(`~ ${command.name} (${fields.join(", ")})`);
			for (const { name } of added) print(`+ ${name}`);
			const count = removed.length + changed.length + added.length;
			const done = count === 0 ? "Nothing differs" : `${count} ${dryRun ? "would change" : "changed"}`;
			print(`${done}; ${same.length} ${same.length === 1 ? "command stays" : "commands stay"} as registered.`);
		});
}
