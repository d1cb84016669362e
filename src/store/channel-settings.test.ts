import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { channel, command } from "../../test/support/events.ts";
import { openTestStore } from "../../test/support/store.ts";
import { jobId } from "../chat/event.ts";
import { defaultSettings } from "./channel-settings.ts";
import { channelSettings } from "./schema.ts";
import type { Store } from "./store.ts";

let store: Store;
beforeAll(async () => {
	store = await openTestStore();
});
afterAll(() => store.close());
beforeEach(async () => {
	await store.db.delete(channelSettings);
});

test("a channel has the defaults until it is told otherwise, and a change leaves the rest", async () => {
	expect(await store.settings.of(channel)).toEqual({ autotag: "off", bots: false, moderators: [] });
	expect(await store.settings.change(channel, () => ({ autotag: "quiet" }))).toEqual({
		...defaultSettings,
		autotag: "quiet",
	});
	await store.settings.change(channel, () => ({ bots: true }));
	expect(await store.settings.of(channel)).toEqual({ autotag: "quiet", bots: true, moderators: [] });
});

test("where nothing changes nothing is written", async () => {
	await store.settings.change(channel, () => ({ autotag: "off" }));
	expect(await store.db.$count(channelSettings)).toBe(0);
});

test("changes at the same moment come one after the other, and none is lost", async () => {
	const people = Array.from({ length: 20 }, (_, index) => `person ${index}`);
	await Promise.all(
		people.map((person) =>
			store.settings.change(channel, ({ moderators }) => ({ moderators: [...moderators, person] })),
		),
	);
	expect((await store.settings.of(channel)).moderators.sort()).toEqual([...people].sort());
});

test("no workspace, channel or platform sees or changes another's settings", async () => {
	await store.settings.change(channel, () => ({ autotag: "on" }));
	for (const other of [{ workspace: "elsewhere" }, { channel: "random" }, { platform: "slack" as const }]) {
		const elsewhere = { ...channel, ...other };
		expect(await store.settings.of(elsewhere)).toEqual(defaultSettings);
		await store.settings.change(elsewhere, () => ({ autotag: "quiet", moderators: ["eve"] }));
	}
	expect(await store.settings.of(channel)).toEqual({ ...defaultSettings, autotag: "on" });
});

test("a change that an event asks for is written once, and not when the event is gone", async () => {
	const asking = command("asking");
	await store.intake.record(asking, new Date());
	const on = () => store.settings.change(channel, () => ({ autotag: "on" }), jobId(asking));
	expect(await on()).toMatchObject({ autotag: "on" });
	await store.settings.change(channel, () => ({ autotag: "off" }));
	expect(await on()).toMatchObject({ autotag: "off" });

	const late = command("late");
	await store.intake.record(late, new Date());
	await store.forget.channel(channel);
	await store.settings.change(channel, () => ({ autotag: "on" }), jobId(late));
	expect(await store.db.$count(channelSettings)).toBe(0);
});
