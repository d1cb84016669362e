import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { channel, imagesPosted, person, reaction } from "../../test/support/events.ts";
import { openTestStore } from "../../test/support/store.ts";
import { type ChannelRef, jobId } from "../chat/event.ts";
import { standingVotes, tally, type Verdict } from "../classify/votes.ts";
import { defaultLabelSet } from "./label-sets.ts";
import { images, intake, replies, votes } from "./schema.ts";
import type { Store } from "./store.ts";
import type { Tag } from "./tags.ts";
import type { Cast } from "./votes.ts";

let store: Store;
beforeAll(async () => {
	store = await openTestStore();
});
afterAll(() => store.close());
beforeEach(async () => {
	for (const table of [images, intake, replies]) await store.db.delete(table);
	await store.images.record(imagesPosted("m"));
});

const image = { ...channel, message: "m", number: 0 };
const yes: Verdict = { kind: "yes" };
const label = (text: string): Verdict => ({ kind: "label", label: text });
const cast = (voter: string, verdict: Verdict | undefined, more: Partial<Cast> = {}): Cast => ({
	voter,
	source: "button",
	verdict,
	moderator: false,
	order: 1,
	...more,
});
const tagged = (shown: string[] | null, of = image): Tag => ({
	...of,
	version: 1,
	modelId: "x@1",
	scores: [{ label: "cat", probability: 0.9 }],
	none: 0.1,
	shown,
	examples: 0,
	taggedAt: new Date(0),
	firstSeen: null,
});
const state = async (of: ChannelRef & { message: string } = image) =>
	(await store.votes.ofMessage(of, of.message)).get(0);
const row = async () => (await store.images.ofMessage(channel, "m"))[0];

test("two people agree on what was shown, and the image is an example from then on", async () => {
	await store.tags.keep(tagged(["cat"]));
	expect(await store.votes.cast(image, cast("ada", yes))).toMatchObject({ revision: 1 });
	expect(await row()).toMatchObject({ agreed: null, agreedAt: null });

	const agreed = { labels: ["cat"], by: "majority" };
	expect(await store.votes.cast(image, cast("bob", yes, { order: 2 }))).toMatchObject({ agreed, revision: 2 });
	expect(await row()).toMatchObject({ agreed, revision: 2, agreedAt: expect.any(Date) });
	expect(await state()).toEqual({
		votes: [
			{ voter: "ada", moderator: false, verdict: yes, order: 1 },
			{ voter: "bob", moderator: false, verdict: yes, order: 2 },
		],
		agreed,
		revision: 2,
	});
});

test("what is agreed on ends when a vote is taken away, and what was given in another way stands again", async () => {
	await store.votes.cast(image, cast("ada", label("dog"), { moderator: true }));
	await store.votes.cast(image, cast("ada", label("cat"), { moderator: true, source: "🐱", order: 2 }));
	expect((await state())?.agreed).toEqual({ labels: ["cat"], by: "moderator" });
	const agreedAt = (await row())?.agreedAt;

	await store.votes.cast(image, cast("ada", undefined, { moderator: true, source: "🐱", order: 3 }));
	expect((await state())?.agreed).toEqual({ labels: ["dog"], by: "moderator" });
	expect((await row())?.agreedAt?.getTime()).toBeGreaterThanOrEqual(agreedAt?.getTime() ?? Number.NaN);
	await store.votes.cast(image, cast("ada", undefined, { moderator: true, order: 4 }));
	expect(await state()).toEqual({ votes: [], revision: 4 });
	expect(await row()).toMatchObject({ agreed: null });
});

test("what arrives late, twice, or changes nothing leaves everything as it is", async () => {
	await store.votes.cast(image, cast("ada", undefined, { source: "✅", order: 5 }));
	expect(await state()).toEqual({ votes: [], revision: 0 });
	expect(await store.votes.cast(image, cast("ada", yes, { source: "✅", order: 4 }))).toEqual({
		votes: [],
		revision: 0,
	});

	const vote = cast("ada", label("cat"), { moderator: true, order: 7 });
	const first = await store.votes.cast(image, vote);
	const before = await row();
	expect(await store.votes.cast(image, vote)).toEqual(first);
	expect(await store.votes.cast(image, cast("ada", label("dog"), { order: 7 }))).toEqual(first);
	expect(await row()).toEqual(before);
});

test("a yes that came before the tags counts once they are there", async () => {
	await store.votes.cast(image, cast("ada", yes));
	await store.votes.cast(image, cast("bob", yes));
	expect(await row()).toMatchObject({ agreed: null, revision: 2 });
	await store.tags.keep(tagged(["cat"]));
	expect(await row()).toMatchObject({ agreed: { labels: ["cat"], by: "majority" }, revision: 3 });
});

test("a vote on a deleted image, or one that never was, counts for nothing and leaves no row", async () => {
	await store.votes.cast(image, cast("ada", yes));
	await store.forget.message(channel, "m");
	expect(await store.votes.cast(image, cast("bob", yes))).toBeUndefined();
	expect(await store.votes.cast({ ...image, message: "never" }, cast("bob", yes))).toBeUndefined();
	expect(await store.db.select().from(votes)).toEqual([]);
	expect(await store.votes.ofMessage(channel, "m")).toEqual(new Map());
});

test("a vote while the message is deleted ends without a row, whichever came first", async () => {
	for (let round = 0; round < 10; round++) {
		await store.images.record(imagesPosted("m"));
		const cast1 = () => store.votes.cast(image, cast("ada", yes));
		const forget = () => store.forget.message(channel, "m");
		await Promise.all(round % 2 ? [cast1(), forget()] : [forget(), cast1()]);
		expect(await store.db.select().from(votes)).toEqual([]);
	}
});

test("votes while the label set changes: the tags, what was shown and every vote stand", async () => {
	await store.tags.keep(tagged(["cat"]));
	const change = (text: string) =>
		store.labelSets.change(channel, (now) => ({ ...now, labels: [{ text }] }), "mod", new Date(0));
	await Promise.all([
		change("dog"),
		store.votes.cast(image, cast("ada", yes)),
		change("bear"),
		store.votes.cast(image, cast("bob", yes)),
		store.labelSets.change(channel, () => defaultLabelSet, "mod", new Date(0)),
	]);
	expect((await state())?.agreed).toEqual({ labels: ["cat"], by: "majority" });
	expect(await store.tags.of(image)).toMatchObject({ version: 1, shown: ["cat"] });
});

describe("many at once", () => {
	test("two people at the same moment", async () => {
		await store.tags.keep(tagged([]));
		await Promise.all([
			store.votes.cast(image, cast("ada", yes)),
			store.votes.cast(image, cast("bob", { kind: "none" })),
		]);
		expect(await state()).toMatchObject({ votes: [{ voter: "ada" }, { voter: "bob" }] });
		expect((await state())?.agreed).toEqual({ labels: [], by: "majority" });
	});

	test("a thousand votes in any order of arrival", { timeout: 120_000 }, async () => {
		await store.tags.keep(tagged(["cat"]));
		// Every third of 500 people changes their mind, and says so before or after what they said first.
		const all = Array.from({ length: 1000 }, (_, index) =>
			cast(`person ${index % 500}`, index < 500 ? yes : index % 3 === 0 ? label("dog") : yes, { order: index + 1 }),
		);
		const shuffled = [...all].sort((a, b) => Math.sin(a.order * 7919) - Math.sin(b.order * 7919));
		await Promise.all(shuffled.map((one) => store.votes.cast(image, one)));

		const end = await state();
		expect(end?.votes).toEqual(standingVotes(all.map((one) => ({ ...one, verdict: one.verdict ?? null }))));
		expect(end?.votes).toHaveLength(500);
		expect(end?.agreed).toEqual({ labels: ["cat"], by: "majority" });
		expect(await row()).toMatchObject({ agreed: end?.agreed, revision: end?.revision });
	});

	test("any votes, in any order of arrival, all at once: the same end", async () => {
		await store.tags.keep(tagged(["cat"]));
		const verdict = fc.constantFrom<Verdict | undefined>(
			yes,
			{ kind: "no" },
			{ kind: "none" },
			label("Dog"),
			undefined,
		);
		const one = fc.record({
			voter: fc.constantFrom("ada", "bob", "cyd"),
			source: fc.constantFrom("button", "🐶"),
			verdict,
			moderator: fc.boolean(),
		});
		await fc.assert(
			fc.asyncProperty(fc.array(one, { maxLength: 12 }), fc.func(fc.nat()), async (given, shuffle) => {
				await store.db.delete(votes);
				await store.db.update(images).set({ agreed: null, agreedAt: null, revision: 0 });
				const all = given.map((vote, order) => ({ ...vote, order: order + 1 }));
				const arrival = [...all].sort((a, b) => shuffle(a.order) - shuffle(b.order));
				await Promise.all(arrival.map((vote) => store.votes.cast(image, vote)));

				const last = new Map(all.map((vote) => [vote.voter + vote.source, { ...vote, verdict: vote.verdict ?? null }]));
				const standing = standingVotes([...last.values()]);
				const end = await state();
				expect(end?.votes).toEqual(standing);
				expect(end?.agreed).toEqual(tally(standing, ["cat"]));
				expect((await row())?.agreed ?? undefined).toEqual(end?.agreed);
			}),
			{ numRuns: 30 },
		);
	});
});

describe("votes by reactions on a message", () => {
	const found = async (message = "m", emoji?: string, of: ChannelRef = channel) => {
		const votes = await store.votes.byReaction(of, message, emoji);
		return votes.map((vote) => `${vote.voter} ${vote.emoji}`).sort();
	};

	test("are those that count, whatever of it was reacted to; buttons are none, nor is what was taken away", async () => {
		await store.votes.cast(image, cast("ada", yes, { source: "✅" }));
		await store.votes.cast(image, cast("ada", label("cat"), { source: "👍", order: 2 }));
		await store.votes.cast(image, cast("bob", yes, { source: "✅" }));
		await store.votes.cast(image, cast("cyd", yes));
		await store.votes.cast(image, cast("dan", yes, { source: "✅" }));
		await store.votes.cast(image, cast("dan", undefined, { source: "✅", order: 2 }));
		await store.images.record(imagesPosted("other"));
		await store.votes.cast({ ...image, message: "other" }, cast("eve", yes, { source: "✅" }));
		const answer = { ...channel, message: "m", purpose: "autotag" };
		await store.replies.claim(answer, new Date(0));
		await store.replies.markPosted(answer, "the answer");

		for (const message of ["m", "the answer"]) {
			expect(await found(message)).toEqual(["ada ✅", "ada 👍", "bob ✅"]);
			expect(await found(message, "👍🏽")).toEqual(["ada 👍"]);
		}
		expect(await found("m", "✅", { ...channel, channel: "random" })).toEqual([]);
	});

	test("include those that wait to be counted", async () => {
		const waiting = reaction("m", "👍🏽", { actor: person("ada") });
		const settled = reaction("m", "✅", { actor: person("bob") });
		const taken = reaction("m", "✅", { actor: person("cyd"), added: false });
		for (const event of [waiting, settled, taken]) await store.intake.record(event, new Date(0));
		await store.intake.settle(jobId(settled), "done", new Date(0));
		expect(await found("m")).toEqual(["ada 👍🏽"]);
		expect(await found("m", "👍")).toEqual(["ada 👍🏽"]);
		expect(await found("m", "✅")).toEqual([]);
	});
});

test("no workspace, channel or platform votes on another's images, or sees its votes", async () => {
	await store.votes.cast(image, cast("ada", yes));
	for (const other of [{ workspace: "elsewhere" }, { channel: "random" }, { platform: "slack" as const }]) {
		const elsewhere = { ...image, ...other };
		expect(await store.votes.cast(elsewhere, cast("bob", yes))).toBeUndefined();
		expect(await state(elsewhere)).toBeUndefined();
		await store.images.record(imagesPosted("m", other));
		await store.votes.cast(elsewhere, cast("bob", label("dog"), { moderator: true }));
		expect(await state(elsewhere)).toMatchObject({ votes: [{ voter: "bob" }] });
	}
	expect(await state()).toEqual({ votes: [{ voter: "ada", moderator: false, verdict: yes, order: 1 }], revision: 1 });
	expect(await row()).toMatchObject({ agreed: null });
});
