#!/usr/bin/env node
/** The `tagalong` program: one file a command; errors end as one line and an exit code (2 usage, 1 failure). */
import { existsSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { UserError } from "../errors.ts";
import { calibrateCommand } from "./calibrate.ts";
import { classifyCommand } from "./classify.ts";
import { doctorCommand } from "./doctor.ts";
import { embedCommand } from "./embed.ts";
import { evalCommand } from "./eval.ts";
import { modelsCommand } from "./models.ts";
import { serveCommand } from "./serve.ts";
import { warn } from "./terminal.ts";

const program = new Command("tagalong")
	.description("Says what an image shows, in your own words.")
	.option("--debug", "print stack traces")
	.enablePositionalOptions();

for (const command of [
	serveCommand(),
	classifyCommand(),
	embedCommand(),
	evalCommand(),
	calibrateCommand(),
	modelsCommand(),
	doctorCommand(),
]) {
	program.addCommand(command);
}

throwInsteadOfExit(program);
if (existsSync(".env")) process.loadEnvFile(".env");

try {
	await program.parseAsync();
} catch (error) {
	process.exitCode = exitCode(error);
	if (!(error instanceof CommanderError)) warn(inWords(error, program.opts().debug === true));
}

/** Commander exits with 1 on wrong usage; the contract says 2. */
function throwInsteadOfExit(command: Command): void {
	command.exitOverride();
	for (const child of command.commands) throwInsteadOfExit(child);
}

function exitCode(error: unknown): number {
	if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
	return error instanceof UserError && error.code.startsWith("usage.") ? 2 : 1;
}

function inWords(error: unknown, debug: boolean): string {
	if (debug && error instanceof Error) return error.stack ?? error.message;
	if (error instanceof UserError) return `tagalong: ${error.sentence}`;
	const message = error instanceof Error ? error.message : String(error);
	return `tagalong: something went wrong: ${message.split("\n")[0]} (--debug shows where)`;
}
