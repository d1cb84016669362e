import { afterAll, beforeAll, expect, test } from "vitest";
import { channel } from "../../test/support/events.ts";
import { openTestStore } from "../../test/support/store.ts";
import type { ReplyKey } from "./replies.ts";
import type { Store } from "./store.ts";

const noon = new Date("2026-01-02T12:00:00Z");
let store: Store;
beforeAll(async () => {
	store = await openTestStore();
});
afterAll(() => store.close());

const keyOf = (message: string, more: Partial<ReplyKey> = {}) => ({
	...channel,
	message,
	purpose: "autotag",
	...more,
});

test("a reply is fresh once; a retry learns the marker that its post would carry", async () => {
	const first = await store.replies.claim(keyOf("1"), noon);
	expect(first).toEqual({ fresh: true, marker: expect.stringMatching(/^[\w-]{25}$/) });
	expect(await store.replies.claim(keyOf("1"), noon)).toEqual({ fresh: false, marker: first.marker });
});

test("once its post is known, a retry learns which message it is", async () => {
	const { marker } = await store.replies.claim(keyOf("2"), noon);
	await store.replies.markPosted(keyOf("2"), "answer");
	expect(await store.replies.claim(keyOf("2"), noon)).toEqual({ fresh: false, marker, posted: "answer" });
});

test("of claims at the same moment exactly one is fresh", async () => {
	const claims = await Promise.all(Array.from({ length: 10 }, () => store.replies.claim(keyOf("3"), noon)));
	expect(claims.filter((claim) => claim.fresh)).toHaveLength(1);
	expect(new Set(claims.map((claim) => claim.marker)).size).toBe(1);
});

test("platform, workspace, channel, message and purpose each make it another reply with another marker", async () => {
	const claims = [
		await store.replies.claim(keyOf("4"), noon),
		await store.replies.claim(keyOf("4", { platform: "slack" }), noon),
		await store.replies.claim(keyOf("4", { workspace: "elsewhere" }), noon),
		await store.replies.claim(keyOf("4", { channel: "random" }), noon),
		await store.replies.claim(keyOf("4", { purpose: "a command's key" }), noon),
		await store.replies.claim(keyOf("5"), noon),
	];
	expect(claims.every((claim) => claim.fresh)).toBe(true);
	expect(new Set(claims.map((claim) => claim.marker)).size).toBe(6);
});

test("deleting a message deletes the claims of answers to it, in its own channel alone", async () => {
	const elsewhere = keyOf("6", { channel: "random" });
	for (const key of [keyOf("6"), keyOf("6", { purpose: "k" }), elsewhere]) await store.replies.claim(key, noon);
	await store.replies.deleteMessage(channel, "6");
	expect((await store.replies.claim(keyOf("6"), noon)).fresh).toBe(true);
	expect((await store.replies.claim(keyOf("6", { purpose: "k" }), noon)).fresh).toBe(true);
	expect((await store.replies.claim(elsewhere, noon)).fresh).toBe(false);
});
