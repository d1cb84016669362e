import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { channel, imagesPosted } from "../../test/support/events.ts";
import { openTestStore } from "../../test/support/store.ts";
import { images, tags } from "./schema.ts";
import type { Store } from "./store.ts";
import type { Tag } from "./tags.ts";

let store: Store;
beforeAll(async () => {
	store = await openTestStore();
});
afterAll(() => store.close());
beforeEach(async () => {
	await store.db.delete(images);
});

const several = ["a", "b"].map((id) => ({ id, url: `local:${id}`, name: `${id}.png` }));
const tag = (number: number, more: Partial<Tag> = {}): Tag => ({
	...channel,
	message: "m",
	number,
	version: 1,
	modelId: "x@1",
	scores: [{ label: "cat", emoji: "🐱", probability: 0.75 }],
	none: 0.25,
	shown: ["cat"],
	examples: 0,
	taggedAt: new Date(0),
	firstSeen: null,
	...more,
});

test("what was said of each image of a message is kept, unsure and none of these included", async () => {
	await store.images.record(imagesPosted("m", { attachments: several }));
	expect(await store.tags.keep(tag(0, { shown: null }))).toEqual(tag(0, { shown: null }));
	expect(await store.tags.keep(tag(1, { shown: [] }))).toEqual(tag(1, { shown: [] }));
	expect(await store.tags.of(tag(1))).toEqual(tag(1, { shown: [] }));
	expect([...(await store.tags.ofMessage(channel, "m"))].sort()).toEqual([
		[0, tag(0, { shown: null })],
		[1, tag(1, { shown: [] })],
	]);
});

test.each([1e-44, 1e-175, 5e-324, 1 - 1e-12])(
	"a score of %d for none of these is kept, as near as can be",
	async (none) => {
		await store.images.record(imagesPosted("m"));
		const kept = await store.tags.keep(tag(0, { none }));
		expect(kept?.none).toBeCloseTo(none, 6);
		expect((await store.tags.of(tag(0)))?.none).toBeCloseTo(none, 6);
	},
);

test("the first tags stand, also when two come at the same moment", async () => {
	await store.images.record(imagesPosted("m"));
	const both = await Promise.all([1, 2].map((version) => store.tags.keep(tag(0, { version }))));
	expect(both[0]).toEqual(both[1]);
	expect(await store.tags.keep(tag(0, { version: 3, shown: ["dog"] }))).toEqual(both[0]);
	expect(await store.tags.of(tag(0))).toEqual(both[0]);
});

test("tags of an image that was deleted meanwhile are dropped", async () => {
	await store.images.record(imagesPosted("m"));
	await store.forget.message(channel, "m");
	expect(await store.tags.keep(tag(0))).toBeUndefined();
	expect(await store.db.$count(tags)).toBe(0);
});

test("where a picture was first seen is kept with it, but not where that was deleted meanwhile", async () => {
	const firstSeen = { message: "first", postedAt: "2026-01-01T00:00:00.000Z" };
	await store.images.record(imagesPosted("m", { attachments: several }));
	await store.images.record(imagesPosted("first"));
	expect(await store.tags.keep(tag(0, { firstSeen }))).toEqual(tag(0, { firstSeen }));
	await store.forget.message(channel, "first");
	expect(await store.tags.keep(tag(1, { firstSeen }))).toEqual(tag(1));
});

test("no workspace, channel or platform sees or writes another's tags", async () => {
	await store.images.record(imagesPosted("m"));
	await store.tags.keep(tag(0));
	for (const other of [{ workspace: "elsewhere" }, { channel: "random" }, { platform: "slack" as const }]) {
		expect(await store.tags.keep(tag(0, { ...other, shown: ["dog"] }))).toBeUndefined();
		expect(await store.tags.of(tag(0, other))).toBeUndefined();
		expect(await store.tags.ofMessage({ ...channel, ...other }, "m")).toEqual(new Map());
	}
	expect(await store.tags.of(tag(0))).toEqual(tag(0));
});
