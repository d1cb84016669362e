import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { channel, imagesPosted } from "../../test/support/events.ts";
import { openTestStore } from "../../test/support/store.ts";
import { images, reactions } from "./schema.ts";
import type { Store } from "./store.ts";

let store: Store;
beforeAll(async () => {
	store = await openTestStore();
});
afterAll(() => store.close());
beforeEach(async () => {
	await store.db.delete(images);
	const attachments = ["a", "b"].map((id) => ({ id, url: `local:${id}`, name: `${id}.png` }));
	await store.images.record(imagesPosted("m", { attachments }));
});

const cat = { number: 0, emoji: "🐱" };
const put = async () => (await store.reactions.ofMessage(channel, "m")).sort();

test("an emoji stands once, whichever images it is for, until it was taken away", async () => {
	await store.reactions.note(channel, "m", [cat, { number: 1, emoji: "🐱" }, { number: 1, emoji: "🐻" }]);
	await store.reactions.note(channel, "m", [cat]);
	expect(await put()).toEqual(["🐱", "🐻"]);
	await store.reactions.remove(channel, "m", "🐱");
	expect(await put()).toEqual(["🐻"]);
});

test("nothing is noted of images that are gone, and what was noted goes with them", async () => {
	await store.reactions.note(channel, "m", [cat]);
	await store.forget.message(channel, "m");
	expect(await store.db.$count(reactions)).toBe(0);
	await store.reactions.note(channel, "m", [cat]);
	expect(await store.db.$count(reactions)).toBe(0);
});

test("no workspace, channel or platform sees or removes another's", async () => {
	await store.reactions.note(channel, "m", [cat]);
	for (const other of [{ workspace: "elsewhere" }, { channel: "random" }, { platform: "slack" as const }]) {
		const elsewhere = { ...channel, ...other };
		expect(await store.reactions.ofMessage(elsewhere, "m")).toEqual([]);
		await store.reactions.remove(elsewhere, "m", "🐱");
	}
	expect(await put()).toEqual(["🐱"]);
});
