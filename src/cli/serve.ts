/** `tagalong serve`: everything in one process, with the local chat (design section 1). */
import { Command } from "commander";
import { parseConfig } from "../config.ts";
import { inWords, print, warn } from "./terminal.ts";

export function serveCommand(): Command {
	return new Command("serve").description("Start the bot and its local chat in one process").action(async () => {
		// Loaded only here: the server and the database would slow the start of every other command.
		const { startServer } = await import("../http/serve.ts");
		const server = await startServer(parseConfig(process.env));
		for (const line of server.greeting) print(line);

		const stop = async () => {
			try {
				await server.close();
			} catch (error) {
				warn(`tagalong: stopping went wrong: ${inWords(error)}`);
				process.exitCode = 1;
			}
			process.exit();
		};
		for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stop());
	});
}
