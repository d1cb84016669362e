import { afterAll, beforeAll, expect, test } from "vitest";
import { startBot, starter, type TestBot } from "../../test/support/bot.ts";
import { moderator, TestChannel } from "../../test/support/channel.ts";
import type { Classifier } from "../classifier.ts";
import { channelLabels } from "./channel-labels.ts";

/** How many examples each fit was given, in the order they were begun; and how they end. */
const fits: number[] = [];
let fit: Classifier["teach"];
let waiting: (() => void)[] = [];

let bot: TestBot;
beforeAll(async () => {
	const classifier = await starter();
	fit = classifier.teach;
	const teach: Classifier["teach"] = async (labels, examples) => {
		fits.push(examples.length);
		return await fit(labels, examples);
	};
	// Its getters stay what they are.
	bot = await startBot(Object.create(classifier, { teach: { value: teach } }));
});
afterAll(() => bot.close());

/** A channel where photos were posted that nobody has decided. @returns with what decides the next one */
async function withPhotos(name: string, count: number) {
	fits.length = 0;
	fit = (await starter()).teach;
	const channel = new TestChannel(bot, name);
	await channel.setLabels("🐱 cat, 🚀 rocket");
	const messages: string[] = [];
	for (let index = 0; index < count; index++) messages.push(await channel.post(["chelsea.png"]));
	let decided = 0;
	const decide = () => channel.react(messages[decided++] ?? "", "🐱", moderator);
	const learnedFrom = async () => (await channelLabels(channel.ref, bot.services))?.labelSet.learned?.examples ?? 0;
	return { channel, messages, decide, learnedFrom };
}

/** From now on each fit waits until it is let go. */
function hold(): () => void {
	const teach = fit;
	waiting = [];
	fit = async (labels, examples) => {
		await new Promise<void>((resolve) => waiting.push(resolve));
		return await teach(labels, examples);
	};
	return () => {
		fit = teach;
		for (const go of waiting) go();
	};
}
const begun = async (count: number) => {
	while (waiting.length < count) await new Promise((resolve) => setTimeout(resolve, 1));
};

test("what hasn't changed is learned once", async () => {
	const { decide, learnedFrom } = await withPhotos("once", 1);
	expect(await learnedFrom()).toBe(0);
	await decide();
	expect(await Promise.all([learnedFrom(), learnedFrom(), learnedFrom()])).toEqual([1, 1, 1]);
	expect(await learnedFrom()).toBe(1);
	expect(fits).toEqual([1]);
});

test("while a fit runs, all that changes is learned in one that follows, and those between are skipped", async () => {
	const { decide, learnedFrom } = await withPhotos("skipped", 5);
	await decide();
	const letGo = hold();
	const asked = [learnedFrom()];
	await begun(1);
	for (let turn = 0; turn < 4; turn++) {
		await decide();
		asked.push(learnedFrom());
		await bot.store.ping();
	}
	letGo();
	expect(await Promise.all(asked)).toEqual([1, 5, 5, 5, 5]);
	expect(fits).toEqual([1, 5]);
});

test("what was forgotten before someone asked is in no answer to them", async () => {
	const { channel, messages, decide, learnedFrom } = await withPhotos("forgotten", 2);
	await decide();
	await decide();
	const letGo = hold();
	const before = learnedFrom();
	await begun(1);
	await bot.store.forget.message(channel.ref, messages[0] ?? "");
	const after = learnedFrom();
	letGo();
	expect(await before).toBe(2);
	expect(await after).toBe(1);
	expect(await learnedFrom()).toBe(1);
});

test("a fit that fails leaves what the labels' words say, and the next change is another chance", async () => {
	const { channel, decide, learnedFrom } = await withPhotos("failing", 2);
	const teach = fit;
	fit = async () => {
		throw new Error("out of memory");
	};
	await decide();
	await channel.autotag("on");
	const message = await channel.post(["chelsea.png"]);
	expect(channel.replies(message)).toHaveLength(1);
	expect(await learnedFrom()).toBe(0);
	fit = teach;
	await decide();
	expect(await learnedFrom()).toBe(2);
});
