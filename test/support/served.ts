/** The program as the README starts it (`npm start`), in a process group of its own, to be stopped and killed. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { packageRoot } from "../../src/package-root.ts";

export interface Served {
	/** Where the chat is, as printed. */
	url: string;
	/** Stops it as Ctrl-C does, all of the group at once, and waits until it is gone. */
	stop(): Promise<void>;
	/** Ends it with no chance to tidy up. */
	kill(): Promise<void>;
	/** The value of a counter in /metrics. */
	counter(name: string): Promise<number>;
}

/** Neither the developer's own configuration nor the test runner's; what is set beside it goes before .env too. */
export function foreignEnvironment(): Record<string, string | undefined> {
	const own = /^(TAGALONG_|DISCORD_|DATABASE_URL$|REDIS_|NODE_ENV$|VITEST)/;
	return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}

/**
 * @param port 0 for any that is free
 * @throws Error with all that it printed, if it ends instead of answering
 */
export async function npmStart(dataDir: string, port = "0"): Promise<Served> {
	const child = spawn("npm", ["start"], {
		cwd: packageRoot,
		detached: true,
		stdio: ["ignore", "pipe", "pipe"],
		env: {
			...foreignEnvironment(),
			PORT: port,
			HOST: "127.0.0.1",
			LOG_LEVEL: "warn",
			npm_config_loglevel: "error",
			TAGALONG_DATA_DIR: dataDir,
			TAGALONG_MODEL: "starter",
			TAGALONG_DEVICE: "cpu",
			TAGALONG_LOCAL_CHAT: "on",
			TAGALONG_TRUSTED_IMAGE_ORIGINS: "",
		},
	});
	const { pid } = child;
	if (pid === undefined) throw new Error("npm could not be started");
	// "close" comes once the last process that holds the output is gone: the server, which outlives npm.
	const gone = once(child, "close");
	const end = async (signal: NodeJS.Signals) => {
		try {
			process.kill(-pid, signal);
		} catch {
			// It has ended already.
		}
		await gone;
	};

	const lines: string[] = [];
	createInterface(child.stderr).on("line", (line) => {
		lines.push(line);
		// What the log says belongs to the test's output; the program's last words go with the error below.
		if (!line.startsWith("tagalong: ")) process.stderr.write(`${line}\n`);
	});
	const url = await new Promise<string>((resolve, reject) => {
		createInterface(child.stdout).on("line", (line) => {
			lines.push(line);
			const printed = /^Chat: (http:\S+)/.exec(line)?.[1];
			if (printed) resolve(printed);
		});
		void gone.then(() => reject(new Error(`npm start ended after printing:\n${lines.join("\n")}`)));
	});
	return {
		url,
		stop: () => end("SIGTERM"),
		kill: () => end("SIGKILL"),
		async counter(name) {
			const metrics = await (await fetch(`${url}/metrics`)).text();
			const value = new RegExp(`^${name} (\\S+)$`, "m").exec(metrics)?.[1];
			if (value === undefined) throw new Error(`/metrics has no ${name}`);
			return Number(value);
		},
	};
}
