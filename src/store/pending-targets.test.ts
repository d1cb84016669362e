import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestStore } from "../../test/support/store.ts";
import { PENDING_MS } from "./pending-targets.ts";
import { pendingTargets } from "./schema.ts";
import type { Store } from "./store.ts";

let store: Store;
beforeAll(async () => {
	store = await openTestStore();
});
afterAll(() => store.close());

const now = new Date("2026-01-02T03:04:05Z");
const later = (ms: number) => new Date(now.getTime() + ms);
const target = { message: "1/2", attachments: [{ id: "3", url: "https://cdn.discordapp.com/3", name: "cat.png" }] };

test("a target comes back once, and only to who asked", async () => {
	await store.pendingTargets.keep("a", "ada", target, now);
	expect(await store.pendingTargets.take("a", "eve", now)).toBeUndefined();
	expect(await store.pendingTargets.take("a", "ada", later(PENDING_MS - 1))).toEqual(target);
	expect(await store.pendingTargets.take("a", "ada", now)).toBeUndefined();
});

test("after fifteen minutes it is gone, whoever comes by next", async () => {
	await store.pendingTargets.keep("b", "ada", target, now);
	await store.pendingTargets.keep("c", "ada", target, later(PENDING_MS));
	expect(await store.db.$count(pendingTargets)).toBe(1);
	expect(await store.pendingTargets.take("b", "ada", later(PENDING_MS))).toBeUndefined();
	await store.pendingTargets.sweep(later(2 * PENDING_MS));
	expect(await store.db.$count(pendingTargets)).toBe(0);
});
