/** A real browser for the tests that need one: Chromium of this machine, or else of the system's packages. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { type Browser, chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const FLAGS = [
	"--no-sandbox",
	"--disable-gpu",
	"--disable-quic",
	"--no-first-run",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
];
/** A slow mirror, and another apt that holds the lock. */
const INSTALL_MS = 10 * 60_000;

/**
 * Chromium's path: `CHROMIUM_PATH`, else one on the path, else what apt-get installs where we are root on a Debian-like
 * system. Without one the tests that need it are to be skipped, and why is said in one line.
 * @throws Error with that line if CI is set: there, a skipped test is a failure
 */
export async function findOrInstallChromium(): Promise<string | undefined> {
	let missing = process.env.CHROMIUM_PATH ? `CHROMIUM_PATH (${process.env.CHROMIUM_PATH}) is no file` : "there is none";
	if (!findChromium() && mayInstall()) {
		process.stderr.write("Installing chromium for the browser tests, once (apt-get)…\n");
		const refusal = (await aptGet("update")) ?? (await aptGet("install", "-y", "--no-install-recommends", "chromium"));
		if (refusal !== undefined) missing = `apt-get can't install it (${refusal})`;
	}
	const found = findChromium();
	if (found) return found;
	const line = `Browser tests need Chromium: ${missing}. Install it (Debian: apt-get install chromium) or set CHROMIUM_PATH.`;
	if (process.env.CI) throw new Error(line);
	process.stderr.write(`Skipped. ${line}\n`);
	return undefined;
}

export function launchChromium(executablePath: string): Promise<Browser> {
	return chromium.launch({ executablePath, args: FLAGS });
}

function findChromium(): string | undefined {
	const chosen = process.env.CHROMIUM_PATH;
	if (chosen) return existsSync(chosen) ? chosen : undefined;
	const folders = ["/usr/bin", ...(process.env.PATH ?? "").split(delimiter)];
	return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

function mayInstall(): boolean {
	return process.getuid?.() === 0 && existsSync("/usr/bin/apt-get") && !process.env.CHROMIUM_PATH;
}

/** @returns the last thing it complained of, if it failed */
async function aptGet(...args: string[]): Promise<string | undefined> {
	const child = spawn("apt-get", ["-q", "-o", "DPkg::Lock::Timeout=300", ...args], {
		env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
		stdio: ["ignore", "ignore", "pipe"],
		timeout: INSTALL_MS,
	});
	let complaint = "no reason given";
	createInterface(child.stderr).on("line", (line) => {
		complaint = line || complaint;
	});
	const [code] = await once(child, "close");
	return code === 0 ? undefined : complaint;
}
