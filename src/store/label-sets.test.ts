import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { channel, command } from "../../test/support/events.ts";
import { openTestStore } from "../../test/support/store.ts";
import { jobId } from "../chat/event.ts";
import { defaultLabelSet } from "./label-sets.ts";
import { labelSets } from "./schema.ts";
import type { Store } from "./store.ts";

let store: Store;
beforeAll(async () => {
	store = await openTestStore();
});
afterAll(() => store.close());
beforeEach(async () => {
	await store.db.delete(labelSets);
});

const noon = new Date("2026-01-02T12:00:00Z");
const add = (text: string, to: typeof channel = channel) =>
	store.labelSets.change(to, (now) => ({ ...now, labels: [...now.labels, { text }] }), "ada", noon);

test("a channel has no label set until one is made, and then its newest version", async () => {
	expect(await store.labelSets.current(channel)).toBeUndefined();
	const first = { ...defaultLabelSet, labels: [{ text: "cat", emoji: "🐱" }], templates: ["a drawing of a {}."] };
	const made = await store.labelSets.change(channel, () => ({ ...first, mode: "many", threshold: 0.6 }), "ada", noon);
	expect(made).toEqual({ ...first, mode: "many", threshold: 0.6, version: 1, madeBy: "ada", madeAt: noon });
	expect(await store.labelSets.current(channel)).toEqual(made);
	expect(await add("dog")).toMatchObject({ version: 2, mode: "many", threshold: 0.6 });
});

test("a cleared set is a version without labels, and earlier versions stay as they were", async () => {
	await add("cat");
	await store.labelSets.change(channel, () => defaultLabelSet, "bob", noon);
	expect(await store.labelSets.current(channel)).toMatchObject({ version: 2, labels: [], madeBy: "bob" });
	expect(await store.db.select({ labels: labelSets.labels }).from(labelSets)).toEqual([
		{ labels: [{ text: "cat" }] },
		{ labels: [] },
	]);
});

test("changes at the same moment come one after the other, and none is lost", async () => {
	const texts = Array.from({ length: 20 }, (_, index) => `label ${index}`);
	const made = await Promise.all(texts.map((text) => add(text)));
	expect(made.map(({ version }) => version).sort((a, b) => a - b)).toEqual(texts.map((_, index) => index + 1));
	const current = await store.labelSets.current(channel);
	expect(current?.labels.map(({ text }) => text).sort()).toEqual([...texts].sort());
});

test("a change that throws writes nothing, and one that changes nothing makes no version", async () => {
	const made = await add("cat");
	const refuse = () => {
		throw new Error("too many labels");
	};
	await expect(store.labelSets.change(channel, refuse, "ada", noon)).rejects.toThrow("too many labels");
	expect(await store.labelSets.change(channel, (now) => ({ ...now }), "bob", new Date())).toEqual(made);
	expect(await store.labelSets.current(channel)).toEqual(made);
});

test("no workspace, channel or platform sees or changes another's label set", async () => {
	const made = await add("cat");
	for (const other of [{ workspace: "elsewhere" }, { channel: "random" }, { platform: "slack" as const }]) {
		const elsewhere = { ...channel, ...other };
		expect(await store.labelSets.current(elsewhere)).toBeUndefined();
		const change = (now: typeof defaultLabelSet) => ({ ...now, labels: [...now.labels, { text: "dog" }] });
		expect(await store.labelSets.change(elsewhere, change, "eve", noon)).toMatchObject({
			version: 1,
			labels: [{ text: "dog" }],
		});
	}
	expect(await store.labelSets.current(channel)).toEqual(made);
});

test("a change that an event asks for is written once, and changes nothing that came after it", async () => {
	const asking = command("asking");
	await store.intake.record(asking, noon);
	const set = () =>
		store.labelSets.change(channel, (now) => ({ ...now, labels: [{ text: "cat" }] }), "ada", noon, jobId(asking));
	expect(await set()).toMatchObject({ version: 1, labels: [{ text: "cat" }] });
	const newer = await add("dog");
	expect(await set()).toEqual(newer);
	expect(await store.labelSets.current(channel)).toEqual(newer);
});

test("a change whose event went with its channel, workspace or person writes nothing", async () => {
	for (const [index, forget] of [
		() => store.forget.channel(channel),
		() => store.forget.workspace(channel),
		() => store.forget.member(channel, "ada", noon),
	].entries()) {
		const asking = command(`asking-${index}`);
		await store.intake.record(asking, noon);
		await forget();
		const change = (now: typeof defaultLabelSet) => ({ ...now, labels: [{ text: "cat" }] });
		expect(await store.labelSets.change(channel, change, "ada", noon, jobId(asking))).toMatchObject({ version: 0 });
		expect(await store.labelSets.current(channel)).toBeUndefined();
	}
});
