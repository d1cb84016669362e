import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { findOrInstallRedis, startRedis } from "../../infra/servers/redis.ts";
import { jobId } from "../../src/chat/event.ts";
import { openStore } from "../../src/store/embedded-store.ts";
import { intake } from "../../src/store/schema.ts";
import { command } from "../support/events.ts";
import { type Program, startProgram } from "../support/program.ts";

// Each test opens the database several times, from scratch and after a crash.
vi.setConfig({ testTimeout: 120_000 });

let folder: string;
const running: Program[] = [];

function start(name: string, ...args: string[]): Program {
	const program = startProgram(name, ...args);
	running.push(program);
	return program;
}

const numbered = (count: number) => Array.from({ length: count }, (_, number) => `event-${number}`);

/** What was said after this word. */
function keys(program: Program, word: string): string[] {
	return program.lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
}

/** The intake as a process finds it that opens the folder now. */
async function rows() {
	const store = await openStore(folder);
	try {
		return await store.db.select().from(intake);
	} finally {
		await store.close();
	}
}

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "tagalong-killed-"));
});

afterEach(async () => {
	await Promise.all(running.splice(0).map((program) => program.kill()));
	rmSync(folder, { recursive: true });
});

test("a process killed while it takes events in and works on them loses none, and does none again that was done", async () => {
	const first = start("accept-and-work.ts", folder, numbered(2000).join());
	await first.line((line) => line === "accepted event-150");
	await first.kill();
	const accepted = keys(first, "accepted");
	expect(accepted.length).toBeLessThan(2000);

	const left = await rows();
	expect(left.map((row) => row.id)).toEqual(expect.arrayContaining(accepted.map((key) => jobId(command(key)))));
	const owed = left.filter((row) => row.outcome === null).map((row) => row.event?.key);
	expect(owed.length).toBeGreaterThan(0);
	expect(owed.length).toBeLessThan(left.length);

	const second = start("accept-and-work.ts", folder, "");
	await second.line((line) => line === "idle");
	expect(await second.ended).toBe(0);
	expect(keys(second, "working").sort()).toEqual(owed.sort());
	expect(keys(second, "done")).toHaveLength(left.length);

	const after = await rows();
	expect(after.filter((row) => row.outcome !== "done" || row.attempts !== 1)).toEqual([]);
});

const executable = await findOrInstallRedis();

test.skipIf(!executable)(
	"of what a killed process had taken from Redis, what killed it is given up after two times alone; the rest is done",
	async () => {
		const innocent = numbered(10);
		const redis = await startRedis(executable ?? "");
		try {
			let last = start("accept-and-work.ts", folder, [...innocent, "deadly"].join(), redis.url);
			const processes = [last];
			while ((await last.ended) !== 0) {
				expect(processes.length).toBeLessThan(4);
				last = start("accept-and-work.ts", folder, innocent.join(), redis.url);
				processes.push(last);
			}
			const times = processes.map((each) => keys(each, "working").filter((key) => key === "deadly").length);
			expect(times).toEqual([1, 1, 1, 0]);
			expect(keys(last, "given-up")).toEqual(["deadly"]);
			expect(keys(last, "failed")).toEqual([jobId(command("deadly"))]);
			expect(keys(last, "done").sort()).toEqual(innocent.map((key) => jobId(command(key))));
		} finally {
			await redis.stop();
		}
	},
);

test("a process killed in the middle of its first start leaves nothing that keeps the next from starting", async () => {
	const first = start("accept-and-work.ts", folder, "event-0");
	while (!existsSync(join(folder, "store.new", "PG_VERSION"))) await setTimeout(5);
	await first.kill();
	expect(first.lines).toEqual([]);

	const second = start("accept-and-work.ts", folder, "event-0");
	await second.line((line) => line === "idle");
	expect(keys(second, "working")).toEqual(["event-0"]);
});

test("a data folder in use is refused to a second process in one line, and free once its process is gone", async () => {
	const holder = start("hold-folder.ts", folder);
	await holder.line((line) => line === "held");
	await expect(openStore(folder)).rejects.toMatchObject({
		code: "store.locked",
		sentence: `The data folder ${folder} is in use by process ${holder.pid}. Stop that process first, or set TAGALONG_DATA_DIR to another folder.`,
	});

	await holder.kill();
	expect(existsSync(join(folder, "lock"))).toBe(true);
	expect(await rows()).toEqual([]);
	expect(existsSync(join(folder, "lock"))).toBe(false);
});

test("of several processes that find a dead one's lock at once, one gets the folder", async () => {
	const dead = start("hold-folder.ts", folder);
	await dead.line((line) => line === "held");
	await dead.kill();

	const rivals = Array.from({ length: 4 }, () => start("hold-folder.ts", folder));
	await Promise.all(rivals.map((rival) => rival.line(() => true)));
	expect(rivals.map((rival) => rival.lines[0]).sort()).toEqual(["held", ...Array(3).fill("store.locked")]);
});
