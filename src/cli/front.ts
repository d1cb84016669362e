/** `tagalong front`: takes in what happens in chats, for workers to work on (design section 1). */
import { Command } from "commander";
import { parseConfig } from "../config.ts";
import { runProcess } from "./run-process.ts";

export function frontCommand(): Command {
	return new Command("front")
		.description("Start a process that takes events in, on the Postgres and Redis that it shares with workers")
		.action(async () => {
			// Loaded only here, as little as can be: a front has no model, no image library and no database engine.
			const { startFront } = await import("../http/front.ts");
			await runProcess(startFront(parseConfig(process.env)));
		});
}
