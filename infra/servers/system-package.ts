/** Programs of the system that tests and trying things out need: those of this machine, or else of its packages, installed once. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";

export interface SystemProgram {
	/** What needs it, as a sentence begins: "Browser tests need Chromium". */
	need: string;
	/** Names it goes by, the best first. */
	names: string[];
	/** The environment variable that names its path instead. */
	variable: string;
	/** Debian's package of it. */
	debian: string;
	/** Nothing goes on without it. Default: only where CI is set, since there a skipped test is a failure. */
	required?: boolean;
}

/** A slow mirror, and another apt that holds the lock. */
const INSTALL_MS = 10 * 60_000;
/** Between two tries while another apt reads the lists, which apt-get does not wait for. */
const LOCKED_MS = 2000;

/**
 * The program's path: what its variable names, else one on the path, else what apt-get installs where we are root on a
 * Debian-like system. Without one the tests that need it are to be skipped, and why is said in one line.
 * @throws Error with that line if it is required
 */
export async function findOrInstall(program: SystemProgram): Promise<string | undefined> {
	const { need, variable, debian, required = Boolean(process.env.CI) } = program;
	const chosen = process.env[variable];
	let missing = chosen ? `${variable} (${chosen}) is no file` : "there is none";
	if (!find(program) && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get") && !chosen) {
		process.stderr.write(`Installing ${debian}, once (apt-get)…\n`);
		const refusal = await install(program);
		if (refusal !== undefined) missing = `apt-get can't install it (${refusal})`;
	}
	const found = find(program);
	if (found) return found;
	const line = `${need}: ${missing}. Install it (Debian: apt-get install ${debian}) or set ${variable}.`;
	if (required) throw new Error(line);
	process.stderr.write(`Skipped. ${line}\n`);
	return undefined;
}

function find({ names, variable }: SystemProgram): string | undefined {
	const chosen = process.env[variable];
	if (chosen) return existsSync(chosen) ? chosen : undefined;
	const folders = ["/usr/bin", ...(process.env.PATH ?? "").split(delimiter)];
	return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

/** @returns why apt-get refused, if it did. Test files run side by side: one installs, the others wait for it. */
async function install(program: SystemProgram): Promise<string | undefined> {
	const packages = ["install", "-y", "--no-install-recommends", program.debian];
	for (const giveUp = Date.now() + INSTALL_MS; ; await setTimeout(LOCKED_MS)) {
		const refusal = (await aptGet("update")) ?? (await aptGet(...packages));
		if (refusal === undefined || find(program)) return undefined;
		if (!/lock/i.test(refusal) || Date.now() > giveUp) return refusal;
	}
}

/** @returns its first complaint, if it failed: the later ones follow from it */
async function aptGet(...args: string[]): Promise<string | undefined> {
	const child = spawn("apt-get", ["-q", "-o", "DPkg::Lock::Timeout=300", ...args], {
		env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
		stdio: ["ignore", "ignore", "pipe"],
		timeout: INSTALL_MS,
	});
	let complaint: string | undefined;
	createInterface(child.stderr).on("line", (line) => {
		if (line.startsWith("E: ")) complaint ??= line;
	});
	const [code] = await once(child, "close");
	return code === 0 ? undefined : (complaint ?? "no reason given");
}
