/** `tagalong serve`: everything in one process, with the local chat (design section 1). */
import { Command } from "commander";
import { parseConfig } from "../config.ts";
import { runProcess } from "./run-process.ts";

export function serveCommand(): Command {
	return new Command("serve").description("Start the bot and its local chat in one process").action(async () => {
		// Loaded only here: the server and the database would slow the start of every other command.
		const { startServer } = await import("../http/serve.ts");
		await runProcess(startServer(parseConfig(process.env)));
	});
}
