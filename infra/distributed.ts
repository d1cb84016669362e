/**
 * `npm run distributed [WORKERS]`: the distributed shape on one machine, for trying it. Redis and Postgres (unless REDIS_URL
 * and DATABASE_URL name others), a front with the local chat, and workers, each a process of its own. Ctrl-C ends them in
 * order: what runs is finished.
 */
import { fork } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type KeptProcess, keepRunning } from "./kept-process.ts";
import { findOrInstallPostgres, startPostgres } from "./servers/postgres.ts";
import { findOrInstallRedis, startRedis } from "./servers/redis.ts";

/** npm passes on a Ctrl-C that the terminal has sent to this process as well: what comes so soon is the same signal. */
const SAME_SIGNAL_MS = 1000;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

if (process.send) await runAll();
else passSignalsOn();

/**
 * A terminal sends Ctrl-C to everything that it has started, the servers too, which would go before the workers are done.
 * So all of it runs in a session of its own, and this process stays behind to pass the signal on. If it dies, all ends.
 */
function passSignalsOn(): void {
	const session = fork(fileURLToPath(import.meta.url), process.argv.slice(2), { detached: true });
	let passedAt = Number.NEGATIVE_INFINITY;
	for (const signal of SIGNALS)
		process.on(signal, () => {
			if (performance.now() - passedAt > SAME_SIGNAL_MS) session.kill(signal);
			passedAt = performance.now();
		});
	session.once("exit", (code, signal) => process.exit(code ?? (signal ? 128 + constants.signals[signal] : 1)));
}

async function runAll(): Promise<void> {
	const processes: { name: string; kept: KeptProcess }[] = [];
	/** Closed in the opposite order. */
	const servers: (() => unknown)[] = [];
	let stopping: Promise<void> | undefined;

	/** The front first, so that nothing new comes in while the workers finish what they have. */
	async function stop(code: number): Promise<void> {
		const [front, ...workers] = processes;
		await front?.kept.stop();
		await Promise.all(workers.map(({ kept }) => kept.stop()));
		for (const close of servers.reverse()) await close();
		process.exit(code);
	}
	function interrupted(): void {
		if (stopping) {
			say("Ended at once.");
			for (const { kept } of processes) kept.kill();
			// The servers end with this process.
			process.exit(1);
		}
		say("Stopping: what runs is finished. Once more ends it at once.");
		stopping = stop(0);
	}
	for (const signal of SIGNALS) process.on(signal, interrupted);
	process.on("disconnect", () => {
		stopping ??= stop(1);
	});

	try {
		const workers = Number(process.argv[2] ?? 2);
		if (!Number.isInteger(workers) || workers < 1) throw new Error("give the number of workers, such as 2");
		if (statSync(".env", { throwIfNoEntry: false })?.isFile()) process.loadEnvFile(".env");
		const env = await openServers(servers);
		const start = (name: string, command: "front" | "worker", own: Record<string, string> = {}) => {
			const show = (line: string) => say(`${name.padEnd(9)} │ ${line}`);
			processes.push({ name, kept: keepRunning(command, { ...env, ...own }, show) });
		};
		start("front", "front");
		for (let number = 1; number <= workers; number++) start(`worker ${number}`, "worker", { PORT: "0" });
		const printed = (await Promise.all(processes.map(({ kept }) => kept.ready))).flat();
		say(`\nA front and ${workers} worker${workers === 1 ? "" : "s"} run. Kill one of them, and it is started again.`);
		for (const line of printed.filter((each) => each.startsWith("Chat:"))) say(line);
		say("Ctrl-C stops all of it.\n");
	} catch (error) {
		if (stopping) return;
		say(`npm run distributed: ${error instanceof Error ? error.message : error}`);
		stopping = stop(1);
	}
}

/**
 * Starts the servers that aren't given, in a data folder that goes with them.
 * @param close is given what ends each
 * @returns the environment of every process
 */
async function openServers(close: (() => unknown)[]): Promise<Record<string, string>> {
	const env: Record<string, string> = { TAGALONG_LOCAL_CHAT: "on" };
	const given = process.env.DATABASE_URL;
	if (!given) {
		const programs = await findOrInstallPostgres("`npm run distributed` needs Postgres (or DATABASE_URL)");
		const postgres = await startPostgres(programs ?? "");
		close.push(() => postgres.remove());
		env.DATABASE_URL = postgres.url;
		say("Postgres: started for this run; what it holds goes when it ends.");
	}
	if (!process.env.REDIS_URL) {
		const program = await findOrInstallRedis("`npm run distributed` needs redis-server (or REDIS_URL)");
		const redis = await startRedis(program ?? "");
		close.push(() => redis.stop());
		env.REDIS_URL = redis.url;
		say("Redis: started for this run.");
	}
	// Pictures of the chat stay as long as its messages.
	const ownDir = process.env.TAGALONG_DATA_DIR ?? ".tagalong";
	const dataDir = given ? join(ownDir, "distributed") : mkdtempSync(join(tmpdir(), "tagalong-distributed-"));
	if (!given) process.once("exit", () => rmSync(dataDir, { recursive: true, force: true }));
	mkdirSync(dataDir, { recursive: true });
	// Models that were pulled before are here too.
	const [pulled, here] = [resolve(ownDir, "models"), join(dataDir, "models")];
	if (existsSync(pulled) && !existsSync(here)) symlinkSync(pulled, here);
	return { ...env, TAGALONG_DATA_DIR: dataDir };
}

function say(line: string): void {
	process.stdout.write(`${line}\n`);
}
