import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestStore } from "../../test/support/store.ts";
import { readChannelName } from "./local-channels.ts";
import { createLocalChatStore, type LocalChatStore } from "./local-chat.ts";
import { sortableId } from "./sortable-id.ts";
import type { Store } from "./store.ts";

let opened: Store;
let store: LocalChatStore;
const now = new Date("2026-03-01T12:00:00Z");

beforeAll(async () => {
	opened = await openTestStore();
	store = createLocalChatStore(opened.db);
	await store.channels(now);
});
afterAll(() => opened.close());

async function post(channel: string, thread: string | null = null, files = 0, author = "ann") {
	const names = Array.from({ length: files }, (_, number) => `photo ${number}.png`);
	return await store.post(
		{
			id: sortableId(now),
			channel,
			thread,
			author,
			authorName: author,
			canModerate: false,
			text: "hello",
			working: false,
		},
		names.map((name) => ({ id: sortableId(now), name, size: 10, type: null, width: 4, height: 3 })),
		now,
	);
}
const reply = (channel: string, thread: string, marker: string, visibleTo: string | null = null) =>
	store.postReply(
		{
			channel,
			thread,
			marker,
			visibleTo,
			author: "bot",
			authorName: "Bot",
			view: { blocks: [{ kind: "text", text: [marker] }] },
		},
		[],
		now,
	);

describe("channels of the embedded chat", () => {
	it("begin with #general, however often they are asked for", async () => {
		await store.channels(now);
		expect((await store.channels(now)).map((channel) => channel.name)).toEqual(["general"]);
	});

	it("have names as a person types them, made plain", () => {
		expect(readChannelName("  #Wild Life ")).toBe("wild-life");
		expect(readChannelName("Vögel_2")).toBe("vögel_2");
		for (const bad of ["", "#", "a/b", "🐱", "x".repeat(41)])
			expect(() => readChannelName(bad)).toThrow(/1 to 40 letters/);
	});

	it("have each name once", async () => {
		expect((await store.createChannel("birds", now)).name).toBe("birds");
		await expect(store.createChannel("#Birds", now)).rejects.toThrow("There is already a channel #birds.");
		await expect(store.channel("no-such")).rejects.toThrow("That channel doesn't exist.");
	});
});

describe("ids", () => {
	it("sort as they were made, within a millisecond and when the clock goes back", () => {
		const ids = [now, now, new Date(now.getTime() - 5000), now].map(sortableId);
		expect(ids).toEqual([...ids].sort());
		expect(new Set(ids).size).toBe(4);
	});
});

describe("messages of the embedded chat", () => {
	it("come back with their files in order, and page by page with their threads", async () => {
		const { id: channel } = await store.createChannel("pages", now);
		const first = await post(channel, null, 3);
		const second = await post(channel);
		const third = await post(channel);
		const answer = await post(channel, second.id);
		const newest = await store.page(channel, "ann", 2);
		expect(newest.map((message) => message.id)).toEqual([second.id, third.id, answer.id]);
		const older = await store.page(channel, "ann", 2, second.id);
		expect(older.map((message) => message.id)).toEqual([first.id]);
		expect(older[0]?.files.map((file) => file.name)).toEqual(["photo 0.png", "photo 1.png", "photo 2.png"]);
		expect(await store.page(channel, "ann", 2, first.id)).toEqual([]);
	});

	it("show an answer meant for one person to that person alone", async () => {
		const { id: channel } = await store.createChannel("private", now);
		const root = await post(channel);
		await reply(channel, root.id, "m1", "ann");
		expect(await store.page(channel, "ann", 5)).toHaveLength(2);
		expect(await store.page(channel, "bo", 5)).toHaveLength(1);
	});

	it("take an answer once for each marker", async () => {
		const { id: channel } = await store.createChannel("markers", now);
		const root = await post(channel);
		const posted = await reply(channel, root.id, "m1");
		const again = await reply(channel, root.id, "m1");
		expect(posted).toBeTypeOf("string");
		expect(again).toBeUndefined();
		expect(await store.findReply(channel, "m1")).toBe(posted);
		expect(await store.findReply(channel, "m2")).toBeUndefined();
	});

	it("go with their thread and files, and say beforehand what goes", async () => {
		const { id: channel } = await store.createChannel("deletion", now);
		const root = await post(channel, null, 1);
		const inThread = await post(channel, root.id, 1, "bo");
		await reply(channel, root.id, "m1");
		const kept = await post(channel, null, 1);
		const goes = await store.deletion(root.id);
		expect(goes.messages).toEqual([root.id, inThread.id]);
		expect(goes.files.sort()).toEqual([...root.files, ...inThread.files].map((file) => file.id).sort());
		await store.delete(root.id);
		expect((await store.page(channel, "ann", 5)).map((message) => message.id)).toEqual([kept.id]);
		const files = [...goes.files, ...kept.files.map((file) => file.id)];
		expect([...(await store.knownFiles(files))]).toEqual(kept.files.map((file) => file.id));
	});

	it("are owed an event while they are being worked on, or while an original is kept", async () => {
		const { id: channel } = await store.createChannel("owed", now);
		const working = await post(channel);
		await store.setWorking(working.id, true);
		const withOriginal = await post(channel, null, 1);
		await post(channel, null, 1);
		const originals = withOriginal.files.map((file) => file.id);
		expect((await store.unsettled(originals)).map((message) => message.id)).toEqual([working.id, withOriginal.id]);
		await store.setWorking(working.id, false);
		expect(await store.unsettled([])).toEqual([]);
	});
});

describe("people of the embedded chat", () => {
	const react = (message: string, emoji: string, person: string, added = true) =>
		store.react({ message, emoji, person, personName: person.toUpperCase() }, added, now);

	it("react once each with an emoji, to what is there", async () => {
		const { id: channel } = await store.createChannel("reactions", now);
		const { id } = await post(channel);
		expect(await react(id, "👍", "ann")).toBe(true);
		expect(await react(id, "👍", "ann")).toBe(false);
		expect(await react(id, "👍", "bo")).toBe(true);
		expect(await react(id, "🐱", "bo", false)).toBe(false);
		expect(await react("gone", "👍", "bo")).toBe(false);
		expect((await store.message(id))?.reactions.map(({ person }) => person).sort()).toEqual(["ann", "bo"]);
		expect(await react(id, "👍", "ann", false)).toBe(true);
		expect((await store.message(id))?.reactions.map(({ person }) => person)).toEqual(["bo"]);
	});

	it("go by the name they last posted under, or else reacted under", async () => {
		const { id: channel } = await store.createChannel("names", now);
		const { id } = await post(channel, null, 0, "cy");
		await react(id, "👍", "dee");
		expect(await store.nameOf("cy")).toBe("cy");
		expect(await store.nameOf("dee")).toBe("DEE");
		expect(await store.nameOf("nobody")).toBeUndefined();
		expect((await store.people()).map((person) => person.id)).not.toContain("dee");
	});
});

describe("a channel under removal", () => {
	it("is shown no more, takes its name along until it is gone, and says what bytes can go", async () => {
		const { id } = await store.createChannel("doomed", now);
		const { files } = await post(id, null, 2);
		await store.setRemoved(id, now);
		expect((await store.channels(now)).map((channel) => channel.id)).not.toContain(id);
		await expect(store.channel(id)).rejects.toThrow("That channel doesn't exist.");
		expect((await store.halfRemoved()).map((channel) => channel.id)).toEqual([id]);
		expect((await store.deleteChannel(id)).sort()).toEqual(files.map((file) => file.id).sort());
		expect(await store.halfRemoved()).toEqual([]);
		expect((await store.createChannel("doomed", now)).id).not.toBe(id);
	});
});
