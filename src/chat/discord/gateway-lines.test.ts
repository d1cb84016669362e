import { DrizzleQueryError } from "drizzle-orm/errors";
import { expect, test } from "vitest";
import { createLines } from "./gateway-lines.ts";

const log = { warn() {}, error() {} };
const sound = { log, isSound: async () => true, baseMs: 1 };

test("what is in one line is done in order, each piece as often as it takes; other lines don't wait", async () => {
	const lines = createLines({ ...sound, isSound: async () => false });
	const done: string[] = [];
	let failures = 20;
	void lines.push("a", async () => {
		if (failures-- > 0) throw new Error("not yet");
		done.push("a1");
	});
	void lines.push("a", async () => done.push("a2"));
	await lines.push("b", async () => done.push("b1"));
	expect([done, lines.waiting]).toEqual([["b1"], 2]);
	await lines.idle();
	expect([done, lines.waiting]).toEqual([["b1", "a1", "a2"], 0]);
});

test("what fails although all that it needs is there is given up, and holds nothing up", async () => {
	const lines = createLines(sound);
	const done: string[] = [];
	let attempts = 0;
	void lines.push("a", async () => {
		attempts++;
		throw new Error("never");
	});
	await lines.push("a", async () => done.push("a2"));
	expect([attempts, done]).toEqual([8, ["a2"]]);
});

test("what fails for want of the store is never given up, though that may answer", async () => {
	const lines = createLines(sound);
	const [full, readOnly] = ["53100", "25006"].map((code) => {
		return new DrizzleQueryError("insert", [], Object.assign(new Error("not now"), { code }));
	});
	let attempts = 0;
	let done = false;
	await lines.push("a", async () => {
		if (++attempts <= 10) throw new Error("it could not be written down", { cause: attempts % 2 ? full : readOnly });
		done = true;
	});
	expect([attempts, done]).toEqual([11, true]);
});

test("once it is closed nothing is begun or tried again", async () => {
	const lines = createLines({ ...sound, baseMs: 60_000 });
	const done: string[] = [];
	let failed: () => void = () => {};
	const first = new Promise<void>((resolve) => {
		failed = resolve;
	});
	void lines.push("a", async () => {
		failed();
		throw new Error("not yet");
	});
	void lines.push("a", async () => done.push("a2"));
	await first;
	lines.close();
	await lines.idle();
	expect(done).toEqual([]);
});
