/** Keeps a program running, as a container's supervisor does: one that ends is started again at once. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";

/** Where a program is to end itself (`kill-points.ts`). */
export interface Death {
	point: string;
	/** Which passing of the point, counted from each start. */
	nth: number;
}

export interface Supervised {
	/** The points at which it ended itself as it was told to, in order. */
	readonly deaths: readonly string[];
	/** What it said before it ended in any other way. */
	readonly crashes: readonly string[];
	/** The last lines of its log. */
	readonly log: readonly string[];
	/** From now on, and after each start until it is told otherwise. Undefined: it lives. */
	arm(death: Death | undefined): void;
	/** Resolves once the process that runs now is ready. Rejects if it isn't within 30 s. */
	ready(): Promise<void>;
	/** Ends it for good. */
	stop(): Promise<void>;
}

const READY_MS = 30_000;
const LOG_LINES = 40;
/** So that one that can't start doesn't take the machine. */
const AFTER_CRASH_MS = 200;

/** @param onDeath called when it has ended itself as it was told to, before it is started again */
export function supervise(script: string, argument: string, onDeath: () => void = () => {}): Supervised {
	const deaths: string[] = [];
	const crashes: string[] = [];
	const log: string[] = [];
	let armed: Death | undefined;
	let stopped = false;
	let child: ChildProcess;
	let isReady: boolean;
	let ended: Promise<void>;

	function tell(): void {
		child.stdin?.write(armed ? `die ${armed.point} ${armed.nth}\n` : "live\n");
	}

	function start(): void {
		const started = spawn(process.execPath, ["--enable-source-maps", script, argument], {
			stdio: ["pipe", "pipe", "pipe"],
		});
		child = started;
		// It may end while it is told something.
		started.stdin.on("error", () => {});
		const killWithUs = () => started.kill("SIGKILL");
		process.once("exit", killWithUs);
		let died: string | undefined;
		createInterface(started.stderr).on("line", (line) => {
			log.push(line);
			if (log.length > LOG_LINES) log.shift();
		});
		isReady = false;
		createInterface(started.stdout).on("line", (line) => {
			if (line === "ready") isReady = true;
			if (line.startsWith("died ")) died = line.slice("died ".length);
		});
		tell();
		ended = new Promise((resolve) => {
			started.once("close", (code, signal) => {
				process.off("exit", killWithUs);
				resolve();
				if (stopped) return;
				if (died === undefined) {
					crashes.push(`${script} ended (${code ?? signal}):\n${log.join("\n")}`);
					void setTimeout(AFTER_CRASH_MS).then(() => stopped || start());
					return;
				}
				deaths.push(died);
				onDeath();
				start();
			});
		});
	}

	start();
	return {
		deaths,
		crashes,
		log,
		arm(death) {
			armed = death;
			tell();
		},
		async ready() {
			for (const giveUp = Date.now() + READY_MS; !isReady; await setTimeout(10)) {
				if (Date.now() > giveUp) throw new Error(`${script} isn't ready. It said:\n${log.join("\n")}`);
			}
		},
		async stop() {
			stopped = true;
			child.kill("SIGKILL");
			await ended;
		},
	};
}
