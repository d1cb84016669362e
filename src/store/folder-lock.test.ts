import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { lockFolder } from "./folder-lock.ts";

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "tagalong-lock-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const lock = () => join(folder, "lock");

test("a folder is held by one, and free again once given back", () => {
	const release = lockFolder(folder);
	expect(() => lockFolder(folder)).toThrow(`The data folder ${folder} is in use by process ${process.pid}.`);
	release();
	lockFolder(folder)();
});

test("a folder that isn't there is made", () => {
	const deep = join(folder, "a", "b");
	lockFolder(deep)();
	mkdirSync(join(deep, "c"));
});

test("a lock whose process number now belongs to another process is taken over", () => {
	lockFolder(folder);
	const owner = JSON.parse(readFileSync(lock(), "utf8"));
	writeFileSync(lock(), JSON.stringify({ ...owner, born: "another boot 12345" }));
	lockFolder(folder)();
});

test.runIf(process.platform === "linux")(
	"a lock of a process that ended unnoticed by its parent is taken over",
	async () => {
		// The second sleep takes the shell's place, and doesn't look after the first.
		const parent = spawn("sh", ["-c", "sleep 0.1 & echo $!; exec sleep 60"], { stdio: ["ignore", "pipe", "inherit"] });
		try {
			const pid = Number(String((await once(parent.stdout, "data"))[0]));
			const stat = () => readFileSync(`/proc/${pid}/stat`, "utf8");
			const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
			writeFileSync(lock(), JSON.stringify({ pid, born: `${boot} ${stat().split(" ")[21]}` }));
			expect(() => lockFolder(folder)).toThrow(`in use by process ${pid}.`);
			await vi.waitFor(() => expect(stat()).toContain(") Z "));
			lockFolder(folder)();
		} finally {
			parent.kill();
		}
	},
);

test("a lock that says nothing, as after a power cut, is taken over", () => {
	for (const content of ["", "\0\0\0", "{}", '{"pid":-1}']) {
		writeFileSync(lock(), content);
		lockFolder(folder)();
	}
});

test("giving back leaves a lock alone that is another's by now", () => {
	const release = lockFolder(folder);
	writeFileSync(lock(), '{"pid":1}');
	release();
	expect(readFileSync(lock(), "utf8")).toBe('{"pid":1}');
});

test("a folder that can't be written to is refused in words", () => {
	const file = join(folder, "file");
	writeFileSync(file, "");
	for (const impossible of [file, join(file, "deeper")]) {
		expect(() => lockFolder(impossible)).toThrow(
			expect.objectContaining({
				code: "store.unwritable",
				message: expect.stringContaining(`The data folder ${impossible} can't be written to (E`),
			}),
		);
	}
});
