#!/usr/bin/env node
/**
 * The `tagalong` program: one file a command. Errors end as one line and an exit code: 2 for what was typed (the words of
 * the command line, or labels and templates that break their rules), 1 for what failed.
 */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { Command, CommanderError } from "commander";
import { UserError } from "../errors.ts";
import { packageRoot } from "../package-root.ts";
import { calibrateCommand } from "./calibrate.ts";
import { classifyCommand } from "./classify.ts";
import { doctorCommand } from "./doctor.ts";
import { embedCommand } from "./embed.ts";
import { evalCommand } from "./eval.ts";
import { frontCommand } from "./front.ts";
import { gatewayCommand } from "./gateway.ts";
import { modelsCommand } from "./models.ts";
import { registerCommand } from "./register.ts";
import { serveCommand } from "./serve.ts";
import { inWords, outliveReaders, warn } from "./terminal.ts";
import { workerCommand } from "./worker.ts";

const program = new Command("tagalong")
	.description("Says what an image shows, in your own words.")
	.version(version(), "-V, --version", "print the version")
	.option("--debug", "print stack traces")
	.hook("preAction", readEnvFile);

for (const command of [
	serveCommand(),
	frontCommand(),
	gatewayCommand(),
	workerCommand(),
	classifyCommand(),
	embedCommand(),
	evalCommand(),
	calibrateCommand(),
	modelsCommand(),
	registerCommand(),
	doctorCommand(),
]) {
	program.addCommand(command);
}

outliveReaders();
takeErrors(program);
try {
	await program.parseAsync();
} catch (error) {
	process.exitCode = exitCode(error);
	if (!(error instanceof CommanderError)) warn(program.opts().debug === true ? inspect(error) : described(error));
}

/** `.env` of the working directory; where it is a folder, it belongs to something else (Python keeps environments there). */
function readEnvFile(): void {
	if (statSync(".env", { throwIfNoEntry: false })?.isFile()) process.loadEnvFile(".env");
}

/** Commander would say what is wrong in its own way, without what to do, and exit by itself. */
function takeErrors(command: Command, path = command.name()): void {
	command.exitOverride().configureOutput({
		outputError: (message, write) => {
			const what = message
				.replace(/^error: /, "")
				.trim()
				.replaceAll("\n", " ");
			write(`tagalong: ${what}${/[.)]$/.test(what) ? "" : "."} \`${path} --help\` explains.\n`);
		},
	});
	for (const child of command.commands) takeErrors(child, `${path} ${child.name()}`);
}

function exitCode(error: unknown): number {
	if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
	const typed = ["usage.", "labels.", "templates."];
	return error instanceof UserError && typed.some((area) => error.code.startsWith(area)) ? 2 : 1;
}

/** Malformed variables are a line each. */
function described(error: unknown): string {
	if (error instanceof UserError) return `tagalong: ${error.sentence.replaceAll("\n", "\ntagalong: ")}`;
	return `tagalong: something went wrong: ${inWords(error)} (--debug shows where)`;
}

function version(): string {
	return JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")).version;
}
