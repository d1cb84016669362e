import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { channel, command, imagesPosted, messageDeleted } from "../../test/support/events.ts";
import { openTestStore } from "../../test/support/store.ts";
import { jobId } from "../chat/event.ts";
import { intake } from "./schema.ts";
import type { Store } from "./store.ts";

const noon = new Date("2026-01-02T12:00:00Z");
const later = (seconds: number) => new Date(noon.getTime() + seconds * 1000);
const logged: unknown[] = [];
let store: Store;

beforeAll(async () => {
	store = await openTestStore({ error: (...entry: unknown[]) => void logged.push(entry) });
});
afterAll(() => store.close());
beforeEach(async () => {
	logged.length = 0;
	await store.db.delete(intake);
});

const rowOf = async (id: string) => (await store.db.select().from(intake).where(eq(intake.id, id)))[0];

test("an event comes back from the intake as it went in", async () => {
	const event = imagesPosted("1", { thread: "root" });
	await store.intake.record(event, noon);
	expect(await store.intake.owed()).toEqual([event]);
});

test("the same event delivered twice is known the second time, and its first row stands", async () => {
	const event = command("1");
	expect(await store.intake.record(event, noon)).toBe("new");
	expect(await store.intake.record({ ...event, name: "help" }, later(5))).toBe("known");
	expect(await store.intake.owed()).toEqual([event]);
});

test("of deliveries at the same moment exactly one is new", async () => {
	const answers = await Promise.all(Array.from({ length: 10 }, () => store.intake.record(command("1"), noon)));
	expect(answers.filter((answer) => answer === "new")).toHaveLength(1);
});

test("the same key of another kind is another event", async () => {
	await store.intake.record(command("1"), noon);
	expect(await store.intake.record(imagesPosted("1"), noon)).toBe("new");
});

test("what is owed comes oldest first", async () => {
	for (const [index, key] of ["c", "b", "a"].entries()) await store.intake.record(command(key), later(index));
	expect((await store.intake.owed()).map((event) => event.key)).toEqual(["c", "b", "a"]);
});

test("what was enqueued long enough ago is claimed oldest first, a few at a time, and then waits again", async () => {
	const trace = "0123456789abcdef";
	await store.intake.record(command("b"), later(1));
	await store.intake.record(imagesPosted("a", { trace }), later(2));
	await store.intake.record(command("c"), later(0));
	await store.intake.record(command("settled"), later(0));
	await store.intake.settle(jobId(command("settled")), "done", later(1));

	const { platform, workspace } = channel;
	expect(await store.intake.claim(later(1), later(9))).toEqual([
		{ id: "local-command-c", platform, workspace, kind: "command", trace: null },
		{ id: "local-command-b", platform, workspace, kind: "command", trace: null },
	]);
	const ids = async (before: Date, limit?: number) =>
		(await store.intake.claim(before, later(10), limit)).map(({ id }) => id);
	expect(await store.intake.claim(later(8), later(9))).toEqual([
		{ id: "local-images-posted-a", platform, workspace, kind: "images-posted", trace },
	]);
	expect(await ids(later(8))).toEqual([]);
	expect(await ids(later(9), 2)).toEqual(["local-command-c", "local-command-b"]);
	expect(await ids(later(9), 2)).toEqual(["local-images-posted-a"]);
	expect(await rowOf("local-command-c")).toMatchObject({ enqueuedAt: later(10), receivedAt: later(0) });
});

test("processes that claim at the same moment get each event once", async () => {
	const keys = Array.from({ length: 40 }, (_, index) => `${index}`);
	await Promise.all(keys.map((key) => store.intake.record(command(key), noon)));
	const claims = await Promise.all([1, 2, 3, 4].map(() => store.intake.claim(noon, later(1), 10)));
	const more = await store.intake.claim(noon, later(1));
	const ids = [...claims.flat(), ...more].map(({ id }) => id);
	expect(claims.every((claim) => claim.length <= 10)).toBe(true);
	expect(ids.sort()).toEqual(keys.map((key) => jobId(command(key))).sort());
});

test("what is outstanding is counted by workspace and kind", async () => {
	await Promise.all(["1", "2", "3"].map((key) => store.intake.record(imagesPosted(key), noon)));
	await store.intake.record(command("4"), noon);
	await store.intake.record(command("5", { workspace: "elsewhere" }), noon);
	await store.intake.settle(jobId(imagesPosted("3")), "done", noon);
	const counts = await store.intake.outstanding();
	expect(counts.map(({ workspace, kind, count }) => `${workspace} ${kind} ${count}`).sort()).toEqual([
		"elsewhere command 1",
		"home command 1",
		"home images-posted 2",
	]);
});

test("a settled event is owed no more, and what was said in it is forgotten", async () => {
	const event = command("1", { options: { labels: "a secret" } });
	const id = jobId(event);
	await store.intake.record(event, noon);
	expect(await store.intake.isSettled(id)).toBe(false);

	expect(await store.intake.settle(id, "done", later(3))).toBe(true);
	expect(await store.intake.isSettled(id)).toBe(true);
	expect(await store.intake.owed()).toEqual([]);
	expect(await rowOf(id)).toMatchObject({ outcome: "done", settledAt: later(3), event: null });
	expect(await store.intake.record(event, later(4))).toBe("known");
});

test("the first outcome stands", async () => {
	const id = jobId(command("1"));
	await store.intake.record(command("1"), noon);
	await store.intake.settle(id, "refused", later(1));
	expect(await store.intake.settle(id, "done", later(2))).toBe(false);
	expect(await rowOf(id)).toMatchObject({ outcome: "refused", settledAt: later(1) });
});

test("attempts are counted as they begin, and begin only while the work is owed", async () => {
	const event = command("1");
	const id = jobId(event);
	await store.intake.record(event, noon);
	expect(await store.intake.begin(id)).toMatchObject({ event, attempt: 1, interrupted: false, receivedAt: noon });
	expect(await store.intake.ended(id)).toBe(true);
	expect(await store.intake.begin(id)).toMatchObject({ event, attempt: 2, interrupted: false });
	await store.intake.settle(id, "done", noon);
	expect(await rowOf(id)).toMatchObject({ underway: false, attempts: 2 });
	expect(await store.intake.begin(id)).toBeUndefined();
	expect(await store.intake.beginAlone(id)).toBeUndefined();
	expect(await store.intake.ended(id)).toBe(false);
	expect(await store.intake.begin("local-command-never-seen")).toBeUndefined();
});

test("an attempt that never said how it ended is begun again under its number, and is known for it", async () => {
	const id = jobId(command("1"));
	await store.intake.record(command("1"), noon);
	await store.intake.begin(id);
	expect(await store.intake.begin(id)).toMatchObject({ attempt: 1, interrupted: true });
	expect(await store.intake.beginAlone(id)).toBe(1);
	expect(await store.intake.begin(id)).toMatchObject({ attempt: 1, interrupted: true });
	expect(await store.intake.beginAlone(id)).toBe(2);
	await store.intake.ended(id);
	expect(await store.intake.begin(id)).toMatchObject({ attempt: 2, interrupted: false });
	expect(await store.intake.beginAlone(id)).toBe(1);
});

test("attempts that begin at the same moment each get their own event", async () => {
	const keys = Array.from({ length: 100 }, (_, index) => `${index}`);
	await Promise.all(keys.map((key) => store.intake.record(command(key), noon)));
	await store.intake.settle(jobId(command("50")), "done", noon);
	const begun = await Promise.all(keys.map((key) => store.intake.begin(jobId(command(key)))));
	expect(begun.map((each) => each?.event.key)).toEqual(keys.map((key) => (key === "50" ? undefined : key)));
});

test("an event that can't be read any more is given up and logged; the others are still owed", async () => {
	await store.intake.record(command("old"), noon);
	await store.intake.record(command("fine"), noon);
	const unreadable = { ...command("old"), kind: "a kind of another version" };
	// As a later version of the program would have left it.
	await store.db
		.update(intake)
		.set({ event: unreadable as never })
		.where(eq(intake.id, jobId(command("old"))));

	expect((await store.intake.owed()).map((event) => event.key)).toEqual(["fine"]);
	expect(await store.intake.claim(noon, noon)).toMatchObject([
		{ id: "local-command-fine" },
		{ id: "local-command-old", kind: "a kind of another version" },
	]);
	expect(await store.intake.begin(jobId(command("old")))).toBeUndefined();
	expect(await rowOf(jobId(command("old")))).toMatchObject({ outcome: "failed", event: null });
	expect(logged).toHaveLength(1);
	expect(await store.intake.begin(jobId(command("fine")))).toMatchObject({ event: { key: "fine" } });
});

test("deleting a message deletes what the intake has about it, owed or settled, in its own channel alone", async () => {
	await store.intake.record(command("1", { message: "m" }), noon);
	await store.intake.record(imagesPosted("2", { message: "m" }), noon);
	await store.intake.settle(jobId(command("1")), "done", noon);
	await store.intake.record(command("3", { message: "m", workspace: "elsewhere" }), noon);
	await store.intake.record(command("4", { message: "another" }), noon);
	await store.intake.record(messageDeleted("m"), noon);

	await store.intake.deleteMessage(channel, "m");
	expect((await store.db.select().from(intake)).map((row) => row.id).sort()).toEqual([
		"local-command-3",
		"local-command-4",
		"local-message-deleted-m-deleted",
	]);
	expect(await store.intake.begin(jobId(imagesPosted("2")))).toBeUndefined();
});

test("that a message was deleted is remembered until retention lets go of it, in its channel alone", async () => {
	const event = messageDeleted("m");
	await store.intake.record(event, noon);
	await store.forget.message(channel, "m");
	await store.intake.settle(jobId(event), "done", noon);
	expect(await store.intake.isDeleted(channel, "m")).toBe(true);
	expect(await store.intake.isDeleted(channel, "n")).toBe(false);
	for (const other of [{ workspace: "elsewhere" }, { channel: "random" }, { platform: "slack" as const }]) {
		expect(await store.intake.isDeleted({ ...channel, ...other }, "m")).toBe(false);
	}
	await store.forget.olderThan(later(1));
	expect(await store.intake.isDeleted(channel, "m")).toBe(false);
});

test("what follows from an event is written down once, and not when that event is gone", async () => {
	const [first, next] = [command("first"), imagesPosted("next")];
	await store.intake.record(first, noon);
	expect(await store.intake.recordNext(jobId(first), next, noon)).toBe("new");
	expect(await store.intake.recordNext(jobId(first), next, noon)).toBe("known");
	await store.forget.channel(channel);
	expect(await store.intake.recordNext(jobId(first), next, noon)).toBe("gone");
	expect(await store.intake.owed()).toEqual([]);
});

test("an event is gone when it was deleted, not when it is settled", async () => {
	const event = command("1");
	await store.intake.record(event, noon);
	await store.intake.settle(jobId(event), "done", noon);
	expect(await store.intake.isGone(jobId(event))).toBe(false);
	await store.forget.message(channel, "1");
	expect(await store.intake.isGone(jobId(event))).toBe(true);
});

test("a message's images that wait for their turn can be asked for", async () => {
	const event = imagesPosted("m");
	await store.intake.record(command("c", { message: "m" }), noon);
	expect(await store.intake.waitingImages(channel, "m")).toBeUndefined();
	await store.intake.record(event, noon);
	expect(await store.intake.waitingImages(channel, "m")).toEqual(event);
	expect(await store.intake.waitingImages({ ...channel, workspace: "elsewhere" }, "m")).toBeUndefined();
	await store.intake.settle(jobId(event), "done", noon);
	expect(await store.intake.waitingImages(channel, "m")).toBeUndefined();
});
