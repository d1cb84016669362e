/** `tagalong serve`: everything in one process, with the local chat (design section 1). */
import { Command } from "commander";
import { parseConfig } from "../config.ts";
import { startServer } from "../http/serve.ts";
import { print } from "./terminal.ts";

export function serveCommand(): Command {
	return new Command("serve").description("Start the bot and its local chat in one process").action(async () => {
		const server = await startServer(parseConfig(process.env));
		for (const line of server.greeting) print(line);

		const stop = async () => {
			await server.close();
			process.exit();
		};
		for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stop());
	});
}
