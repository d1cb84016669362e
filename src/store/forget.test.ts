import { getTableName } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { channel, command, imagesPosted } from "../../test/support/events.ts";
import { openTestStore } from "../../test/support/store.ts";
import { type ChannelRef, jobId, type ReactionEvent } from "../chat/event.ts";
import type { Verdict } from "../classify/votes.ts";
import { imagesOf } from "./images.ts";
import { channelSettings, images, intake, labelSets, replies, tags, votes } from "./schema.ts";
import type { Store } from "./store.ts";

const tables = [intake, replies, images, tags, votes, labelSets, channelSettings];
const noon = new Date("2026-01-02T12:00:00Z");
const yes: Verdict = { kind: "yes" };
const elsewhere: ChannelRef[] = [
	{ ...channel, channel: "random" },
	{ ...channel, workspace: "elsewhere" },
	{ ...channel, platform: "slack" },
];

let store: Store;
beforeAll(async () => {
	store = await openTestStore();
});
afterAll(() => store.close());
beforeEach(async () => {
	for (const table of tables) await store.db.delete(table);
});

/** How many rows each table has that hold this text anywhere. */
async function rowsWith(text: string): Promise<Record<string, number>> {
	const found: Record<string, number> = {};
	for (const table of tables) {
		const rows = await store.db.select().from(table);
		const count = rows.filter((row) =>
			JSON.stringify(row, (_, v) => (typeof v === "bigint" ? `${v}` : v)).includes(text),
		);
		if (count.length > 0) found[getTableName(table)] = count.length;
	}
	return found;
}
async function everything(): Promise<ChannelRef[][]> {
	return await Promise.all(tables.map((table) => store.db.select().from(table)));
}

/** A channel with an image of each of these people, tagged, everyone's votes, an answer and something owed. */
async function fill(place: ChannelRef, people: string[]): Promise<void> {
	const actor = (id: string) => ({ id, name: id.toUpperCase(), canModerate: false, isBot: false });
	for (const author of people) {
		const posted = imagesPosted(`by-${author}-${JSON.stringify(Object.values(place))}`, {
			...place,
			message: `by-${author}`,
			actor: actor(author),
			time: noon.toISOString(),
		});
		await store.intake.record(posted, noon);
		for (const image of imagesOf(posted)) {
			await store.images.keep({ ...image, embedding: Float32Array.of(1, 0), modelId: "x@1" });
			const { platform, workspace, channel, message, number } = image;
			const key = { platform, workspace, channel, message, number };
			const said = {
				version: 1,
				modelId: "x@1",
				scores: [],
				none: 0,
				shown: ["cat"],
				examples: 0,
				taggedAt: noon,
				firstSeen: null,
			};
			await store.tags.keep({ ...key, ...said });
			for (const [index, voter] of people.entries()) {
				await store.votes.cast(key, { voter, source: "button", verdict: yes, moderator: false, order: index + 1 });
			}
		}
		await store.replies.claim({ ...place, message: `by-${author}`, purpose: "autotag" }, noon);
	}
	await store.labelSets.change(place, (now) => ({ ...now, labels: [{ text: "cat" }] }), people[0] ?? "", noon);
	await store.settings.change(place, () => ({ moderators: people }));
}
const agreed = async (message: string, place: ChannelRef = channel) =>
	(await store.images.ofMessage(place, message))[0]?.agreed;

test("a message takes its images, tags, votes, answers and what is owed for it along, and nothing else", async () => {
	await fill(channel, ["ada", "bob"]);
	for (const place of elsewhere) await fill(place, ["ada"]);
	const before = await rowsWith("by-ada");
	expect(before).toEqual({ intake: 4, replies: 4, images: 4, tags: 4, votes: 5 });

	await store.forget.message(channel, "by-ada");
	expect(await rowsWith("by-ada")).toEqual({ intake: 3, replies: 3, images: 3, tags: 3, votes: 3 });
	expect(await rowsWith("by-bob")).toEqual({ intake: 1, replies: 1, images: 1, tags: 1, votes: 2 });
	for (const place of elsewhere) expect(await store.images.ofMessage(place, "by-ada")).toHaveLength(1);
});

test("a person is in no row of the workspace any more, and what others agreed on is counted without them", async () => {
	await fill(channel, ["ada", "bob"]);
	await fill({ ...channel, channel: "random" }, ["ada", "bob", "cyd"]);
	await fill({ ...channel, workspace: "elsewhere" }, ["ada", "bob"]);
	expect(await agreed("by-bob")).toEqual({ labels: ["cat"], by: "majority" });

	const gone = await store.forget.member(channel, "ada", noon);
	// Two images with two and three votes, and one and two votes on those of others.
	expect(gone).toMatchObject({ images: 2, votes: 8 });
	// What shows her votes is owed to be shown anew, by no one.
	const owed = await store.intake.owed();
	expect(owed.filter(({ kind }) => kind === "refresh")).toEqual(expect.arrayContaining(gone.owed));
	expect(gone.owed.map(({ channel, message }) => `${channel} ${message}`).sort()).toEqual([
		"general by-bob",
		"random by-bob",
		"random by-cyd",
	]);
	for (const rows of await everything()) {
		const atHome = rows.filter((row) => row.workspace === "home");
		expect(JSON.stringify(atHome, (_, v) => (typeof v === "bigint" ? `${v}` : v))).not.toMatch(/\bada\b/i);
	}

	expect(await agreed("by-bob")).toBeNull();
	expect(await agreed("by-bob", { ...channel, channel: "random" })).toEqual({ labels: ["cat"], by: "majority" });
	expect((await store.settings.of(channel)).moderators).toEqual(["bob"]);
	expect(await store.labelSets.current(channel)).toMatchObject({ labels: [{ text: "cat" }], madeBy: "" });
	expect(await store.images.ofMessage({ ...channel, workspace: "elsewhere" }, "by-ada")).toHaveLength(1);
	expect((await store.votes.ofMessage({ ...channel, workspace: "elsewhere" }, "by-ada")).get(0)?.votes).toHaveLength(2);
});

test("a person without anything is forgotten too, and twice is once", async () => {
	await fill(channel, ["ada", "bob"]);
	const before = await everything();
	expect(await store.forget.member(channel, "nobody", noon)).toEqual({ images: 0, votes: 0, owed: [] });
	expect(await everything()).toEqual(before);
	await store.forget.member(channel, "ada", noon);
	expect(await store.forget.member(channel, "ada", noon)).toEqual({ images: 0, votes: 0, owed: [] });
});

test("the command that asks stays owed until it is answered; what else the person is owed goes", async () => {
	const asking = command("forget", { name: "forget", options: { member: "me" } });
	await store.intake.record(asking, noon);
	await store.intake.record(command("other"), noon);
	await store.forget.member(channel, "ada", noon, jobId(asking));
	expect(await store.intake.owed()).toEqual([asking]);
});

test("learning and search stop using what was forgotten at once", async () => {
	await fill(channel, ["ada", "bob", "cyd"]);
	const scope = { ...channel, channels: ["general"], modelId: "x@1" };
	const found = async () => {
		const results = await store.search.nearest(scope, Float32Array.of(1, 0), 9);
		return results.map(({ image }) => image.author).sort();
	};
	expect(await found()).toEqual(["ada", "bob", "cyd"]);
	const state = await store.examples.state(channel, "x@1");
	expect(await store.examples.ofChannel(channel, "x@1", 9)).toHaveLength(3);

	await store.forget.member(channel, "ada", noon);
	expect(await found()).toEqual(["bob", "cyd"]);
	expect(await store.examples.ofChannel(channel, "x@1", 9)).toHaveLength(2);
	expect(await store.examples.state(channel, "x@1")).not.toBe(state);
});

test("an image that is read again while its person is forgotten stays away", async () => {
	await fill(channel, ["ada"]);
	const [image] = await store.images.ofMessage(channel, "by-ada");
	if (!image) throw new Error("no image");
	await store.forget.member(channel, "ada", noon);
	await store.images.keep({ ...image, embedding: Float32Array.of(0, 1) });
	expect(await store.images.ofMessage(channel, "by-ada")).toEqual([]);
});

test("a vote that was still being counted goes by its order, and only that one", async () => {
	await fill(channel, ["ada", "bob"]);
	await store.forget.vote({ ...channel, workspace: "elsewhere" }, "bob", 2, noon);
	expect(await agreed("by-ada")).toEqual({ labels: ["cat"], by: "majority" });
	const { owed } = await store.forget.vote(channel, "bob", 2, noon);
	expect(owed).toMatchObject([{ kind: "refresh", ...channel, message: "by-ada" }, { message: "by-bob" }]);
	expect(await store.intake.owed()).toEqual(expect.arrayContaining(owed));
	expect(await rowsWith("bob")).not.toHaveProperty("votes", 4);
	expect((await store.votes.ofMessage(channel, "by-ada")).get(0)?.votes.map(({ voter }) => voter)).toEqual(["ada"]);
	expect(await agreed("by-ada")).toBeNull();
});

test("a channel's rows are gone from every table, and no other channel's", async () => {
	await fill(channel, ["ada", "bob"]);
	for (const place of elsewhere) await fill(place, ["ada", "bob"]);
	const reaction: ReactionEvent = {
		...imagesPosted("r"),
		kind: "reaction",
		emoji: "✅",
		added: true,
		order: 1,
		message: "by-bob",
	};
	await store.intake.record(reaction, noon);
	await store.forget.channel(channel);
	for (const rows of await everything()) {
		expect(rows.length).toBeGreaterThan(0);
		for (const row of rows) expect(row).not.toMatchObject(channel);
	}
	for (const place of elsewhere) expect(await store.images.ofMessage(place, "by-bob")).toHaveLength(1);
});

test("a workspace's rows are gone from every table, and no other workspace's", async () => {
	await fill(channel, ["ada", "bob"]);
	for (const place of elsewhere) await fill(place, ["ada", "bob"]);
	await store.forget.workspace(channel);
	for (const rows of await everything()) {
		const places = new Set(rows.map((row) => JSON.stringify([row.platform, row.workspace])));
		expect(places).toEqual(new Set(['["local","elsewhere"]', '["slack","home"]']));
	}
});

test("where a picture was first seen is forgotten with what was seen there, in whichever way that goes", async () => {
	const seen = async (message: string) => (await store.tags.of({ ...channel, message, number: 0 }))?.firstSeen?.message;
	const ways = [
		() => store.forget.message(channel, "first"),
		() => store.forget.member(channel, "eve", noon),
		() => store.forget.olderThan(noon),
	];
	for (const go of ways) {
		const first = imagesPosted("first", { actor: { id: "eve", name: "Eve", canModerate: false, isBot: false } });
		await store.images.record(first);
		for (const message of ["again", "other"]) {
			await store.images.record(imagesPosted(message, { time: noon.toISOString() }));
			const said = { version: 1, modelId: "x@1", scores: [], none: 0, shown: [], examples: 0, taggedAt: noon };
			const firstSeen = { message: message === "again" ? "first" : "again", postedAt: noon.toISOString() };
			await store.tags.keep({ ...channel, message, number: 0, ...said, firstSeen });
		}
		expect(await seen("again")).toBe("first");
		await go();
		expect(await seen("again")).toBeUndefined();
		expect(await seen("other")).toBe("again");
		for (const message of ["again", "other"]) await store.forget.message(channel, message);
	}
});

test("what is too old goes; settings, label sets and what is new stay, but for who made the labels", async () => {
	await fill(channel, ["ada", "bob"]);
	const after = new Date(noon.getTime() + 1000);
	const young = imagesPosted("young", { time: after.toISOString() });
	await store.intake.record(young, after);
	await store.images.record(young);
	await store.replies.claim({ ...channel, message: "young", purpose: "autotag" }, after);

	expect(await store.forget.olderThan(noon)).toEqual({ images: 0, votes: 0 });
	expect((await store.labelSets.current(channel))?.madeBy).toBe("ada");
	expect(await store.forget.olderThan(after)).toEqual({ images: 2, votes: 4 });
	expect(await store.labelSets.current(channel)).toMatchObject({ labels: [{ text: "cat" }], madeBy: "" });
	const left = (await everything()).map((rows) => rows.length);
	expect(left).toEqual([1, 1, 1, 0, 0, 1, 1]);
	expect(await store.intake.owed()).toEqual([young]);
	expect(await store.images.ofMessage(channel, "young")).toHaveLength(1);
});
