/** `tagalong worker`: works on what fronts have taken in, with a model of its own (design section 1). */
import { Command } from "commander";
import { parseConfig } from "../config.ts";
import { runProcess } from "./run-process.ts";

export function workerCommand(): Command {
	return new Command("worker")
		.description("Start a process that labels images and posts the answers, as many as there is work for")
		.action(async () => {
			// Loaded only here: the model would slow the start of every other command.
			const { startWorker } = await import("../http/worker.ts");
			await runProcess(startWorker(parseConfig(process.env)));
		});
}
