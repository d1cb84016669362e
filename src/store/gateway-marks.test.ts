import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestStore } from "../../test/support/store.ts";
import type { Store } from "./store.ts";

let store: Store;
beforeAll(async () => {
	store = await openTestStore();
});
afterAll(() => store.close());

const early = new Date("2026-11-24T10:00:00Z");
const late = new Date("2026-11-24T11:00:00Z");

test("a mark is known by platform and application, and only moves on", async () => {
	const { gatewayMarks } = store;
	expect(await gatewayMarks.of("discord", "1")).toBeUndefined();
	await gatewayMarks.move("discord", "1", late);
	await gatewayMarks.move("discord", "1", early);
	expect(await gatewayMarks.of("discord", "1")).toEqual(late);
	expect(await gatewayMarks.of("discord", "2")).toBeUndefined();
	expect(await gatewayMarks.of("slack", "1")).toBeUndefined();
});
