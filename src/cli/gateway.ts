/** `tagalong gateway`: takes in what Discord tells over its gateway, for workers to work on (design section 1). */
import { Command } from "commander";
import { parseConfig } from "../config.ts";
import { runProcess } from "./run-process.ts";

export function gatewayCommand(): Command {
	return new Command("gateway")
		.description(
			"Start a process that listens to Discord's gateway, on the Postgres and Redis that it shares with workers",
		)
		.action(async () => {
			// Loaded only here, as little as can be: it has no model, no image library and no database engine.
			const { startGateway } = await import("../http/gateway.ts");
			await runProcess(startGateway(parseConfig(process.env)));
		});
}
