import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
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
