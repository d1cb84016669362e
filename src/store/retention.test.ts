import { pino } from "pino";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { channel, imagesPosted } from "../../test/support/events.ts";
import { openTestStore } from "../../test/support/store.ts";
import { startRetention } from "./retention.ts";
import type { Store } from "./store.ts";

let store: Store;
beforeAll(async () => {
	store = await openTestStore();
});
afterAll(() => store.close());
afterEach(() => vi.useRealTimers());

const day = 24 * 60 * 60 * 1000;
const start = Date.UTC(2026, 0, 31);
const post = (message: string, age: number) =>
	store.images.record(imagesPosted(message, { time: new Date(start - age * day).toISOString() }));
const isKept = async (message: string) => (await store.images.ofMessage(channel, message)).length === 1;

test("what is too old goes at the start and every day after it, and the log says how many", async () => {
	vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
	await post("old", 31);
	await post("young", 29.5);
	const lines: { images?: number; msg: string }[] = [];
	const log = pino({}, { write: (line: string) => lines.push(JSON.parse(line)) });
	let now = start;
	const stop = startRetention(store.forget, { days: 30, now: () => new Date(now), log });
	await vi.waitUntil(() => lines.length === 1);
	expect(lines[0]).toMatchObject({ images: 1, votes: 0, msg: "let go of images posted more than 30 days ago" });
	expect([await isKept("old"), await isKept("young")]).toEqual([false, true]);

	now += day;
	await vi.advanceTimersByTimeAsync(day);
	await vi.waitUntil(() => lines.length === 2);
	expect(await isKept("young")).toBe(false);

	await stop();
	await post("older", 99);
	await vi.advanceTimersByTimeAsync(2 * day);
	expect(await isKept("older")).toBe(true);
});

test("a store that doesn't answer is logged, and ends nothing", async () => {
	const lines: { msg: string }[] = [];
	const log = pino({}, { write: (line: string) => lines.push(JSON.parse(line)) });
	const closed = await openTestStore();
	await closed.close();
	await startRetention(closed.forget, { days: 1, now: () => new Date(), log })();
	expect(lines).toMatchObject([{ msg: "what is too old could not be let go of; it is tried again in a day" }]);
});
