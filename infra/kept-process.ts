/** A process of this program that is started again when it dies, and whose output is shown line by line. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { packageRoot } from "../src/package-root.ts";
import { readable } from "./readable-log.ts";

const RESTART_MS = 1000;

export interface KeptProcess {
	/** What it has printed, once it is ready for the first time. Rejects if it ends before. */
	ready: Promise<string[]>;
	/** Ends it for good: it finishes what runs. */
	stop(): Promise<void>;
	/** Ends it at once, and for good. */
	kill(): void;
}

/**
 * Starts `tagalong COMMAND`; ready is what prints a line that begins with `Front:` or `Worker:`.
 * @param show is given what it prints, log lines in a short form, and when it is started again
 */
export function keepRunning(
	command: "front" | "worker",
	env: Record<string, string>,
	show: (line: string) => void,
): KeptProcess {
	let stopping = false;
	let child: ChildProcess | undefined;
	let isReady: (printed: string[]) => void;
	let failed: (error: Error) => void;
	const ready = new Promise<string[]>((resolve, reject) => {
		isReady = resolve;
		failed = reject;
	});

	async function run(): Promise<void> {
		for (let wasReady = false; !stopping; ) {
			const running = spawn(process.execPath, [join(packageRoot, "dist", "src", "cli", "start.cjs"), command], {
				env: { ...process.env, ...env },
				stdio: ["ignore", "pipe", "pipe"],
			});
			child = running;
			const printed: string[] = [];
			createInterface(running.stderr).on("line", (line) => show(readable(line)));
			createInterface(running.stdout).on("line", (line) => {
				show(line);
				printed.push(line);
				if (!/^(Front|Worker):/.test(line)) return;
				wasReady = true;
				isReady(printed);
			});
			const [code, signal]: (number | string | null)[] = await once(running, "close");
			if (stopping) return;
			if (!wasReady) throw new Error(`a ${command} has ended before it was ready`);
			show(`has ended (${signal ?? `exit code ${code}`}) and is started again`);
			await setTimeout(RESTART_MS);
		}
	}
	const ended = run().catch((error) => failed(error));

	return {
		ready,
		async stop() {
			stopping = true;
			child?.kill("SIGTERM");
			await ended;
		},
		kill() {
			stopping = true;
			child?.kill("SIGKILL");
		},
	};
}
