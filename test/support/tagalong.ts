/** Processes of the built program, each started by itself, to be stopped and killed. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { packageRoot } from "../../src/package-root.ts";
import { foreignEnvironment } from "./served.ts";

export interface Tagalong {
	/** Where it answers. */
	url: string;
	/** Lines of its log, and what else it wrote to stderr. */
	log: string[];
	/** Ends it as an orchestrator does. @returns its exit code */
	stop(): Promise<number | null>;
	/** Ends it with no chance to tidy up. */
	kill(): Promise<void>;
	/** The value of a metric with its labels as /metrics writes them, 0 if there is none. */
	metric(name: string): Promise<number>;
}

/**
 * Resolves once it is ready.
 * @param env beside what every test sets
 * @throws Error with all that it printed, if it ends instead
 */
export async function startTagalong(
	command: "serve" | "front" | "gateway" | "worker",
	env: Record<string, string>,
): Promise<Tagalong> {
	const child = spawn(process.execPath, [join(packageRoot, "dist", "src", "cli", "main.js"), command], {
		// Where no .env of the developer lies.
		cwd: tmpdir(),
		stdio: ["ignore", "pipe", "pipe"],
		env: { ...foreignEnvironment(), PORT: "0", HOST: "127.0.0.1", TAGALONG_DEVICE: "cpu", ...env },
	});
	const gone = once(child, "close").then(([code]: (number | null)[]) => code ?? null);
	const log: string[] = [];
	createInterface(child.stderr).on("line", (line) => log.push(line));
	const url = await new Promise<string>((resolve, reject) => {
		createInterface(child.stdout).on("line", (line) => {
			const printed = /^(?:Chat|Front|Gateway|Worker): (http:[^\s/]*\/\/[^\s/]+)/.exec(line)?.[1];
			if (printed) resolve(printed);
		});
		void gone.then((code) => reject(new Error(`${command} ended (${code}) after printing:\n${log.join("\n")}`)));
	});
	return {
		url,
		log,
		async stop() {
			child.kill("SIGTERM");
			return await gone;
		},
		async kill() {
			child.kill("SIGKILL");
			await gone;
		},
		async metric(name) {
			const lines = (await (await fetch(`${url}/metrics`)).text()).split("\n");
			return Number(lines.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1) ?? 0);
		},
	};
}
