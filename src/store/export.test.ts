import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { channel, imagesPosted } from "../../test/support/events.ts";
import { openTestStore } from "../../test/support/store.ts";
import type { Verdict } from "../classify/votes.ts";
import type { ImageRecord } from "./export.ts";
import { imagesOf } from "./images.ts";
import { images } from "./schema.ts";
import type { Store } from "./store.ts";

let store: Store;
beforeAll(async () => {
	store = await openTestStore();
});
afterAll(() => store.close());
beforeEach(async () => {
	await store.db.delete(images);
});

const start = Date.UTC(2026, 0, 2, 12);
const label = (text: string): Verdict => ({ kind: "label", label: text });
async function add(message: string, shown?: string[] | null, verdict?: Verdict, place = channel): Promise<void> {
	const posted = imagesPosted(message, { ...place, time: new Date(start).toISOString() });
	for (const image of imagesOf(posted))
		await store.images.keep({ ...image, embedding: Float32Array.of(1, 0), modelId: "x@1" });
	const key = { ...place, message, number: 0 };
	const said = {
		version: 3,
		modelId: "x@1",
		scores: [],
		none: 0.5,
		examples: 0,
		taggedAt: new Date(start),
		firstSeen: null,
	};
	if (shown !== undefined) await store.tags.keep({ ...key, ...said, shown });
	if (verdict) await store.votes.cast(key, { voter: "mod", source: "button", verdict, moderator: true, order: 1 });
}
async function all(records: AsyncIterable<ImageRecord>): Promise<ImageRecord[]> {
	const list: ImageRecord[] = [];
	for await (const record of records) list.push(record);
	return list;
}

describe("records", () => {
	test("hold the image, its tags and its votes", async () => {
		await add("tagged", ["cat"], label("dog"));
		await add("seen");
		const [seen, tagged] = await all(store.export.records(channel));
		expect(seen).toMatchObject({ image: { message: "seen", agreed: null }, tag: undefined, votes: [] });
		expect(tagged).toEqual({
			image: (await store.images.ofMessage(channel, "tagged"))[0],
			tag: await store.tags.of({ ...channel, message: "tagged", number: 0 }),
			votes: [{ voter: "mod", moderator: true, verdict: label("dog"), order: 1 }],
		});
		expect(tagged?.image).toMatchObject({ agreed: { labels: ["dog"] }, embedding: Float32Array.of(1, 0) });
		const [, without] = await all(store.export.records(channel, { embeddings: false }));
		expect(without).toEqual({ ...tagged, image: { ...tagged?.image, embedding: null } });
	});

	test("come oldest first, each once, however many pages and whatever shares a moment or message", async () => {
		const attachments = ["a", "b", "c"].map((id) => ({ id, url: `local:${id}`, name: `${id}.png` }));
		const posted = Array.from({ length: 600 }, (_, index) =>
			imagesPosted(`m${String(index).padStart(4, "0")}`, {
				attachments: index % 100 === 0 ? attachments : attachments.slice(0, 1),
				time: new Date(start + 1000 * Math.floor(index / 50)).toISOString(),
			}),
		);
		for (const one of [...posted].reverse()) await store.images.record(one);
		const expected = posted.flatMap((one) => imagesOf(one).map(({ message, number }) => `${message} ${number}`));
		const records = await all(store.export.records(channel));
		expect(records.map(({ image }) => `${image.message} ${image.number}`)).toEqual(expected);
	});

	test("are read page by page: what is deleted meanwhile doesn't come", async () => {
		await store.db.insert(images).values(
			Array.from({ length: 1200 }, (_, index) => {
				const [image] = imagesOf(imagesPosted(`m${index}`, { time: new Date(start + index).toISOString() }));
				if (!image) throw new Error("no image");
				const { unrecorded, ...row } = image;
				return row;
			}),
		);
		let count = 0;
		for await (const record of store.export.records(channel)) {
			if (count++ === 0) await store.forget.message(channel, "m1199");
			expect(record.image.message).not.toBe("m1199");
		}
		expect(count).toBe(1199);
	});
});

test("figures count tags, what was agreed on and how often that was what was shown", async () => {
	await add("right", ["cat"], { kind: "yes" });
	await add("right in other letters", ["Cat"], label("CAT"));
	await add("wrong", ["cat"], label("dog"));
	await add("wrong, and nobody knows", ["dog"], { kind: "no" });
	await add("none of these, rightly", [], { kind: "none" });
	await add("unsure", null, label("dog"));
	await add("two labels", ["cat", "dog"]);
	await add("untagged");
	await store.images.record(imagesPosted("unread"));

	const today = (await store.images.ofMessage(channel, "right"))[0]?.agreedAt?.toISOString().slice(0, 10);
	expect(await store.export.figures(channel, "x@1")).toEqual({
		images: 9,
		tagged: 7,
		agreed: 6,
		waiting: 1,
		perLabel: [
			{ label: "cat", images: 3 },
			{ label: "dog", images: 2 },
			{ label: "Cat", images: 1 },
			{ label: null, images: 1 },
		],
		accuracy: [{ day: today, agreed: 6, right: 3 }],
	});
	expect(await store.export.figures(channel, "y@1")).toMatchObject({ images: 9, waiting: 9 });
	expect([await store.export.waiting(channel, "x@1"), await store.export.waiting(channel, "y@1")]).toEqual([1, 9]);
});

test("accuracy is told by day, oldest first", async () => {
	await add("yesterday", ["cat"], { kind: "yes" });
	await store.db.update(images).set({ agreedAt: new Date("2026-01-31T23:59:59Z") });
	await add("today", ["cat"], { kind: "yes" });
	const { accuracy } = await store.export.figures(channel, "x@1");
	expect(accuracy).toMatchObject([
		{ day: "2026-01-31", agreed: 1, right: 1 },
		{ agreed: 1, right: 1 },
	]);
});

test("no workspace, channel or platform is told of another's images", async () => {
	await add("m", ["cat"], label("cat"));
	const nothing = { images: 0, tagged: 0, agreed: 0, waiting: 0, perLabel: [], accuracy: [] };
	for (const other of [{ workspace: "elsewhere" }, { channel: "random" }, { platform: "slack" }]) {
		const elsewhere = { ...channel, ...other } as typeof channel;
		expect(await all(store.export.records(elsewhere))).toEqual([]);
		expect(await store.export.figures(elsewhere, "x@1")).toEqual(nothing);
		// The same ids, with votes and tags of their own.
		await add("m", ["dog"], undefined, elsewhere);
		expect(await all(store.export.records(elsewhere))).toMatchObject([{ tag: { shown: ["dog"] }, votes: [] }]);
	}
	expect(await all(store.export.records(channel))).toMatchObject([
		{ tag: { shown: ["cat"] }, votes: [{ voter: "mod" }] },
	]);
});
