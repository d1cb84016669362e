import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { channel, imagesPosted } from "../../test/support/events.ts";
import { openTestStore } from "../../test/support/store.ts";
import type { Verdict } from "../classify/votes.ts";
import { imagesOf } from "./images.ts";
import { images } from "./schema.ts";
import type { Store } from "./store.ts";
import { PASSED_OVER } from "./votes.ts";

let store: Store;
beforeAll(async () => {
	store = await openTestStore();
});
afterAll(() => store.close());
beforeEach(async () => {
	await store.db.delete(images);
	order = 0;
});

let order = 0;
const at = (second: number) => new Date(Date.UTC(2026, 0, 2, 12, 0, second)).toISOString();
async function keep(message: string, more: { place?: typeof channel; second?: number; modelId?: string } = {}) {
	const { place = channel, second = 0, modelId = "x@1" } = more;
	for (const image of imagesOf(imagesPosted(message, { ...place, time: at(second) }))) {
		await store.images.keep({ ...image, embedding: Float32Array.of(second, 1), modelId });
	}
}
/** A moderator's word. */
async function say(message: string, verdict: Verdict | undefined, place = channel): Promise<void> {
	const vote = { voter: "mod", source: "button", verdict, moderator: true, order: ++order };
	expect(await store.votes.cast({ ...place, message, number: 0 }, vote)).toBeDefined();
}
const label = (text: string): Verdict => ({ kind: "label", label: text });
const examples = async (place = channel, modelId = "x@1") => await store.examples.ofChannel(place, modelId, 99);

test("what people agreed on is an example, newest first, none of these included", async () => {
	for (const message of ["a", "b", "c"]) await keep(message);
	await say("b", label("cat"));
	await say("a", { kind: "none" });
	expect((await examples()).map(({ labels }) => labels)).toEqual([[], ["cat"]]);
	expect((await examples())[0]).toEqual({ embedding: Float32Array.of(0, 1), labels: [], agreedAt: expect.any(Date) });
	expect(await store.examples.ofChannel(channel, "x@1", 1)).toHaveLength(1);
	expect(await examples(channel, "y@1")).toEqual([]);
});

test("that what was shown is wrong is no example, as nobody knows what is right", async () => {
	await keep("a");
	const tag = {
		version: 1,
		modelId: "x@1",
		scores: [],
		none: 0,
		shown: ["cat"],
		examples: 0,
		taggedAt: new Date(),
		firstSeen: null,
	};
	await store.tags.keep({ ...channel, message: "a", number: 0, ...tag });
	await say("a", { kind: "no" });
	expect((await store.images.ofMessage(channel, "a"))[0]?.agreed).toEqual({ by: "moderator" });
	expect(await examples()).toEqual([]);
	expect(await store.examples.undecided(channel, "x@1", 9, "ada")).toMatchObject([{ message: "a" }]);
});

test("the state changes with every change of the examples, and with nothing else", async () => {
	const states: string[] = [];
	const state = async () => await store.examples.state(channel, "x@1");
	const isNew = async () => {
		expect(states).not.toContain(await state());
		states.push(await state());
	};
	const isOld = async () => expect(await state()).toBe(states.at(-1));

	await isNew();
	for (const message of ["a", "b"]) await keep(message);
	await isOld();
	await say("a", label("cat"));
	await isNew();
	await say("b", label("cat"));
	await isNew();
	await say("a", label("dog"));
	await isNew();
	// The two change places: as many examples, with the same labels.
	await say("a", label("cat"));
	await say("b", label("dog"));
	await isNew();
	await store.votes.cast(
		{ ...channel, message: "b", number: 0 },
		{ voter: "ada", source: "button", verdict: label("cat"), moderator: false, order: 1 },
	);
	await isOld();
	await say("b", undefined);
	// Ada's word alone is no majority: what is left is what there was once before.
	expect(await state()).toBe(states[1]);
	await store.forget.message(channel, "a");
	expect(await state()).toBe(states[0]);
});

test("undecided are those that were read and not agreed on, newest first, but for what the person has answered or passed over", async () => {
	await keep("old", { second: 1 });
	await keep("new", { second: 9 });
	await keep("decided", { second: 5 });
	await keep("of another model", { modelId: "y@1" });
	await store.images.record(imagesPosted("unread"));
	await say("decided", label("cat"));
	const undecided = await store.examples.undecided(channel, "x@1", 9, "ada");
	expect(undecided.map(({ message }) => message)).toEqual(["new", "old"]);
	expect(undecided[0]).toEqual((await store.images.ofMessage(channel, "new"))[0]);
	expect(await store.examples.undecided(channel, "x@1", 1, "ada")).toHaveLength(1);

	const image = { ...channel, message: "new", number: 0 };
	await store.votes.cast(image, { voter: "ada", source: PASSED_OVER, verdict: undefined, moderator: false, order: 9 });
	expect(await store.examples.undecided(channel, "x@1", 9, "ada")).toMatchObject([{ message: "old" }]);
	expect(await store.examples.undecided(channel, "x@1", 9, "bob")).toHaveLength(2);

	const bobs = { voter: "bob", source: "button", moderator: false };
	await store.votes.cast(image, { ...bobs, verdict: { kind: "yes" }, order: 1 });
	expect(await store.examples.undecided(channel, "x@1", 9, "bob")).toMatchObject([{ message: "old" }]);
	await store.votes.cast(image, { ...bobs, verdict: undefined, order: 2 });
	expect(await store.examples.undecided(channel, "x@1", 9, "bob")).toHaveLength(2);
});

test("no workspace, channel or platform learns from another's images", async () => {
	await keep("a");
	await keep("b");
	await say("a", label("cat"));
	const none = await store.examples.state(channel, "no model");
	for (const other of [{ workspace: "elsewhere" }, { channel: "random" }, { platform: "slack" }]) {
		const elsewhere = { ...channel, ...other } as typeof channel;
		expect(await examples(elsewhere)).toEqual([]);
		expect(await store.examples.undecided(elsewhere, "x@1", 9, "ada")).toEqual([]);
		expect(await store.examples.state(elsewhere, "x@1")).toBe(none);
	}
	expect(await examples()).toHaveLength(1);
});
