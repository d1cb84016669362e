/** Runs a process of the bot until a signal ends it. */
import { constants } from "node:os";
import type { RunningProcess } from "../http/running.ts";
import { inWords, print, warn } from "./terminal.ts";

/** npm passes on a Ctrl-C that the terminal has sent to this process as well: what comes so soon is the same signal. */
const SAME_SIGNAL_MS = 1000;

/**
 * Starts a process and says what it says. SIGINT or SIGTERM then finishes what runs and ends it; another ends it at once.
 * @throws what starting it throws
 */
export async function runProcess(starting: Promise<RunningProcess>): Promise<void> {
	const running = await starting;
	for (const line of running.greeting) print(line);

	let askedAt: number | undefined;
	function asked(signal: "SIGINT" | "SIGTERM"): void {
		if (askedAt === undefined) {
			askedAt = performance.now();
			void stop();
		} else if (performance.now() - askedAt > SAME_SIGNAL_MS) process.exit(128 + constants.signals[signal]);
	}
	async function stop(): Promise<void> {
		try {
			await running.close();
		} catch (error) {
			warn(`tagalong: stopping went wrong: ${inWords(error)}`);
			process.exitCode = 1;
		}
		process.exit();
	}
	running.begun?.catch((error) => {
		if (askedAt !== undefined) return;
		askedAt = performance.now();
		warn(`tagalong: ${inWords(error)}`);
		process.exitCode = 1;
		void stop();
	});
	for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => asked(signal));
}
