/** Runs a program of `test/support/programs` in a process of its own, to be talked with in lines and killed. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const loader = fileURLToPath(new URL("./typescript-loader.mjs", import.meta.url));

export interface Program {
	pid: number;
	/** What it has printed so far. */
	lines: string[];
	/** The first line that fits, printed already or still to come. Rejects if the program ends without it. */
	line(fits: (line: string) => boolean): Promise<string>;
	/** Writes a line to its standard input. */
	tell(line: string): void;
	/** Ends at once, with no chance to tidy up. */
	kill(): Promise<void>;
	/** Resolves with the exit code once it has ended by itself. */
	ended: Promise<number | null>;
}

export function startProgram(name: string, ...args: string[]): Program {
	const path = fileURLToPath(new URL(`./programs/${name}`, import.meta.url));
	const child = spawn(process.execPath, ["--enable-source-maps", "--import", loader, path, ...args], {
		stdio: ["pipe", "pipe", "inherit"],
	});
	if (child.pid === undefined) throw new Error(`${name} could not be started`);
	const lines: string[] = [];
	const output = createInterface(child.stdout).on("line", (line) => lines.push(line));
	const ended = once(child, "close").then(([code]: (number | null)[]) => code ?? null);

	return {
		pid: child.pid,
		lines,
		ended,
		line: (fits) =>
			new Promise((resolve, reject) => {
				const look = () => {
					const found = lines.find(fits);
					if (found !== undefined) resolve(found);
				};
				output.on("line", look);
				look();
				void ended.then((code) => reject(new Error(`${name} ended (${code}) after printing:\n${lines.join("\n")}`)));
			}),
		tell(line) {
			child.stdin.write(`${line}\n`);
		},
		async kill() {
			child.kill("SIGKILL");
			await ended;
		},
	};
}
