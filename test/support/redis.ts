/** A real redis-server on a free port of the loopback, of this machine or else of the system's packages. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
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

/** redis-server's path, or nothing where the tests that need it are to be skipped (`findOrInstall`). */
export function findOrInstallRedis(): Promise<string | undefined> {
	return findOrInstall({
		need: "Tests of the distributed shape need redis-server",
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
	let running: ChildProcess | undefined = child;
	const end = async (signal: NodeJS.Signals) => {
		const ending = running;
		running = undefined;
		if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
		const gone = once(ending, "close");
		ending.kill(signal);
		await gone;
	};
	return {
		url: `redis://127.0.0.1:${port}`,
		kill: () => end("SIGKILL"),
		stop: () => end("SIGTERM"),
		async restart() {
			if (running) throw new Error("this Redis runs already");
			running = await start(executable, port, options);
		},
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

async function freePort(): Promise<number> {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const address = server.address();
	server.close();
	await once(server, "close");
	if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
	return address.port;
}
