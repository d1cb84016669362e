/** A real redis-server on a free port of the loopback, of this machine or else of the system's packages. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { freePort, restartable } from "./local-server.ts";
import { findOrInstall } from "./system-package.ts";

export interface TestRedis {
	/** Stays the same over restarts. */
	readonly url: string;
	/** Ends it with no chance to tidy up or to save. */
	kill(): Promise<void>;
	/** Ends it in order; safe to call twice. */
	stop(): Promise<void>;
	/** Starts it again on the same port, with the same options, after it was killed or stopped. */
	restart(): Promise<void>;
}

/**
 * redis-server's path, or nothing where the tests that need it are to be skipped (`findOrInstall`).
 * @param need what can't do without it, if it isn't for tests
 */
export function findOrInstallRedis(need?: string): Promise<string | undefined> {
	return findOrInstall({
		need: need ?? "Tests of the distributed shape need redis-server",
		...(need && { required: true }),
		names: ["redis-server", "valkey-server"],
		variable: "REDIS_SERVER_PATH",
		debian: "redis-server",
	});
}

/**
 * Without persistence unless options say otherwise.
 * @param options of the command line, such as `--maxmemory`, `4mb`, or `--appendonly`, `yes`, `--dir`, FOLDER
 */
export async function startRedis(executable: string, ...options: string[]): Promise<TestRedis> {
	const { port, child } = await startOnFreePort(executable, options);
	const { end, restart } = restartable(child, () => start(executable, port, options));
	return {
		url: `redis://127.0.0.1:${port}`,
		kill: () => end("SIGKILL"),
		stop: () => end("SIGTERM"),
		restart,
	};
}

/** A port found free may be taken before the server binds it: then another is tried. */
async function startOnFreePort(executable: string, options: string[], tries = 5) {
	const port = await freePort();
	try {
		return { port, child: await start(executable, port, options) };
	} catch (error) {
		if (tries <= 1) throw error;
		return startOnFreePort(executable, options, tries - 1);
	}
}

/** @throws Error with what it printed, if it ends instead of being ready */
async function start(executable: string, port: number, options: string[]): Promise<ChildProcess> {
	const fixed = ["--bind", "127.0.0.1", "--port", `${port}`, "--save", "", "--daemonize", "no", "--logfile", ""];
	const child = spawn(executable, [...fixed, ...options], { stdio: ["ignore", "pipe", "inherit"] });
	// A run of tests that ends early leaves no server behind.
	const killWithUs = () => child.kill("SIGKILL");
	process.once("exit", killWithUs);
	child.once("close", () => process.off("exit", killWithUs));
	const lines: string[] = [];
	await new Promise<void>((resolve, reject) => {
		createInterface(child.stdout).on("line", (line) => {
			lines.push(line);
			if (line.includes("Ready to accept connections")) resolve();
		});
		child.once("error", reject);
		child.once("close", () => reject(new Error(`${executable} ended after printing:\n${lines.join("\n")}`)));
	});
	return child;
}
