/** The built program's start: Node's pool of threads has room for the images that are decoded at once. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../src/package-root.ts";

const folder = mkdtempSync(join(tmpdir(), "tagalong-start-"));
const countThreads = join(folder, "count-threads.cjs");
writeFileSync(
	countThreads,
	'process.on("exit", () => console.error(require("node:fs").readdirSync("/proc/self/task").length));',
);
const start = join(packageRoot, "dist", "src", "cli", "start.cjs");

/** Threads of the program by its end. */
function threads(env: Record<string, string>): number {
	const { UV_THREADPOOL_SIZE: _, TAGALONG_DECODE_THREADS: __, ...rest } = process.env;
	const run = spawnSync(process.execPath, ["--require", countThreads, start, "--version"], {
		cwd: folder,
		env: { ...rest, ...env },
		encoding: "utf8",
	});
	expect(run.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
	return Number(run.stderr);
}

test.runIf(process.platform === "linux")("the pool grows with the images decoded at once, unless it was sized", () => {
	const [few, many] = [threads({ TAGALONG_DECODE_THREADS: "1" }), threads({ TAGALONG_DECODE_THREADS: "21" })];
	expect(many - few).toBe(20);
	expect(threads({ TAGALONG_DECODE_THREADS: "21", UV_THREADPOOL_SIZE: "5" })).toBe(few);
	writeFileSync(join(folder, ".env"), "TAGALONG_DECODE_THREADS=31\n");
	expect(threads({}) - few).toBe(30);
});
