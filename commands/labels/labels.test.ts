import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { channelSettings, intake, labelSets, replies } from "../../src/store/schema.ts";
import { startBot, type TestBot, textOf } from "../../test/support/bot.ts";
import { moderator, TestChannel } from "../../test/support/channel.ts";
import { person } from "../../test/support/events.ts";
import { type } from "../../test/support/typing.ts";

let bot: TestBot;
let count = 0;
/** A channel of its own for every test: they share a store. */
let channel: TestChannel;
beforeAll(async () => {
	bot = await startBot();
});
afterAll(() => bot.close());
beforeEach(() => {
	channel = new TestChannel(bot, `labels-${++count}`);
	bot.platform.beforeReply = () => {};
});

const moderate = (text: string) => type(channel, text, { actor: moderator });
const stored = () => bot.store.labelSets.current(channel.ref);
const texts = async () => (await stored())?.labels.map((label) => label.text);

describe("/labels set", () => {
	test("keeps labels with their emoji and echoes them as read, to the moderator alone", async () => {
		const view = await moderate("/labels set 🐱 cat, :dog: dog, polar bear");
		expect(view.ephemeral).toBe(true);
		expect(textOf(view)).toContain("Labels, version 1: 🐱 cat · 🐶 dog · polar bear");
		expect(await stored()).toMatchObject({
			labels: [{ text: "cat", emoji: "🐱" }, { text: "dog", emoji: "🐶" }, { text: "polar bear" }],
			version: 1,
			mode: "one",
			threshold: 0.5,
			templates: null,
			madeBy: "mo",
		});
	});

	test("replaces those that were there and leaves the rest as it was", async () => {
		await moderate("/labels set cat, dog");
		await moderate("/labels mode many");
		await moderate("/labels threshold 70 %");
		await moderate("/labels set bear");
		expect(await stored()).toMatchObject({ labels: [{ text: "bear" }], mode: "many", version: 4 });
		expect((await stored())?.threshold).toBeCloseTo(0.7, 6);
	});

	test("says how to switch auto-tag on while it is off", async () => {
		expect(textOf(await moderate("/labels set cat, dog"))).toContain("Auto-tag is off: /autotag on");
		await channel.autotag("on");
		expect(textOf(await moderate("/labels set cat, dog"))).not.toContain("Auto-tag is off");
	});

	test("says which labels the model may not know", async () => {
		expect(textOf(await moderate("/labels set кошка, dog"))).toContain("I may not know “кошка”");
	});

	test("encodes the labels ahead of the next image", async () => {
		await moderate("/labels set ahead of time, dog");
		await bot.services.classifier.labelSet([{ text: "ahead of time" }, { text: "dog" }], {
			onEncoding: (prompts) => expect(prompts, "prompts left to encode").toBe(0),
		});
	});

	test("folds away what is beyond fifty labels, and loses none", async () => {
		const names = Array.from({ length: 60 }, (_, index) => `thing ${index}`);
		const view = await moderate(`/labels set ${names.join(", ")}`);
		expect(textOf(view)).toContain("and 10 more");
		for (const name of names) expect(textOf(view)).toContain(name);
	});

	test.each([
		["/labels set 🐱 cat, 🐱 dog", "“cat” and “dog” have the same emoji 🐱"],
		["/labels set 👍 yes, 👍🏽 sure", "“yes” and “sure” have the same emoji"],
		["/labels set ,", "No labels were given."],
		["/labels set", "/labels set needs labels. For example: /labels set 🐱 cat, 🐶 dog, 🐻 bear"],
	])("%s is refused in words, and nothing is written", async (text, sentence) => {
		const view = await moderate(text);
		expect(textOf(view)).toContain(sentence);
		expect(view.ephemeral).toBe(true);
		expect(await stored()).toBeUndefined();
	});
});

describe("/labels add and remove", () => {
	beforeEach(() => channel.setLabels("🐱 cat, 🐶 dog, polar bear"));

	test("adding keeps what is there and changes an emoji that is given anew", async () => {
		await moderate("/labels add 🐕 DOG, cat, 🐼 panda");
		expect((await stored())?.labels).toEqual([
			{ text: "cat", emoji: "🐱" },
			{ text: "dog", emoji: "🐕" },
			{ text: "polar bear" },
			{ text: "panda", emoji: "🐼" },
		]);
	});

	test("an emoji that is taken is refused", async () => {
		expect(textOf(await moderate("/labels add 🐱 lynx"))).toContain("“cat” and “lynx” have the same emoji 🐱");
		expect(await texts()).toEqual(["cat", "dog", "polar bear"]);
	});

	test("more than a thousand labels are refused", async () => {
		const names = Array.from({ length: 999 }, (_, index) => `thing ${index}`).join(", ");
		expect(textOf(await moderate(`/labels add ${names}`))).toContain("1002 labels were given; at most 1000");
		expect(await texts()).toHaveLength(3);
	});

	test.each([
		["/labels remove cat", ["dog", "polar bear"]],
		["/labels remove Polar Bear", ["cat", "dog"]],
		["/labels remove 🐶, polar bear", ["cat"]],
		["/labels remove :cat: dog", ["cat", "polar bear"]],
		["/labels remove cat dog", ["polar bear"]],
	])("%s leaves %j", async (text, left) => {
		await moderate(text);
		expect(await texts()).toEqual(left);
	});

	test("removing what isn't there names it and the nearest, and removes nothing", async () => {
		expect(textOf(await moderate("/labels remove dog, polar baer, sofa"))).toBe(
			"Not among this channel's labels: “polar baer”, “sofa”. Did you mean “polar bear”?",
		);
		expect(await texts()).toEqual(["cat", "dog", "polar bear"]);
		const elsewhere = new TestChannel(bot, "without-labels");
		expect(textOf(await type(elsewhere, "/labels remove cat", { actor: moderator }))).toContain(
			"This channel has no labels yet.",
		);
	});

	test("a removal whose answer was lost is answered when it is tried again", async () => {
		let left = 1;
		bot.platform.beforeReply = () => {
			if (left-- > 0) throw new Error("the platform is down");
		};
		expect(textOf(await moderate("/labels remove cat"))).toContain("Saved");
		expect(await texts()).toEqual(["dog", "polar bear"]);
	});

	test.each([
		"/labels set ant",
		"/labels add ant",
		"/labels clear",
		"/labels mode many",
		"/labels threshold 70 %",
		"/labels template a drawing of a {}",
	])("%s, tried again after its answer was lost, leaves what someone has set since", async (text) => {
		let left = 1;
		bot.platform.beforeReply = async () => {
			if (left-- <= 0) return;
			await channel.setLabels("wolf");
			throw new Error("the platform is down");
		};
		expect(textOf(await moderate(text))).toContain("wolf");
		expect(await stored()).toMatchObject({ labels: [{ text: "wolf" }], version: 3, mode: "one", templates: null });
	});

	test("a command whose channel is left meanwhile leaves nothing behind", async () => {
		for (const text of ["/labels set cat", "/labels moderators add <@ada>", "/autotag on"]) {
			bot.platform.beforeReply = () => bot.store.forget.channel(channel.ref);
			await moderate(text);
			const rows = [labelSets, channelSettings, replies, intake].map((table) =>
				bot.store.db.$count(table, eq(table.channel, channel.ref.channel)),
			);
			expect(await Promise.all(rows)).toEqual([0, 0, 0, 0]);
			bot.platform.beforeReply = () => {};
			await channel.setLabels("cat");
		}
	});

	test("two moderators who change the labels at the same moment both have their way", async () => {
		await Promise.all([moderate("/labels add ant"), moderate("/labels add bee"), moderate("/labels remove cat")]);
		expect((await texts())?.sort()).toEqual(["ant", "bee", "dog", "polar bear"]);
		expect((await stored())?.version).toBe(4);
	});
});

describe("how labels are used", () => {
	beforeEach(() => channel.setLabels("cat, dog"));

	test.each([
		["/labels template a drawing of a {}.", ["a drawing of a {}."]],
		["/labels template a photo of a {}. | a blurry {} ", ["a photo of a {}.", "a blurry {}"]],
		["/labels template a {}\nthe {}\na {}", ["a {}", "the {}"]],
		["/labels template default", null],
	])("%s", async (text, templates) => {
		await moderate("/labels template an older {}");
		const view = await moderate(text);
		expect((await stored())?.templates).toEqual(templates);
		for (const template of templates ?? ["a photo of a {}.", "the model's own"])
			expect(textOf(view)).toContain(template);
	});

	test.each([
		["/labels threshold 0.6", 0.6],
		["/labels threshold 60 %", 0.6],
		["/labels threshold 60%", 0.6],
		["/labels threshold 60", 0.6],
		["/labels threshold 0,555", 0.555],
		["/labels threshold .05", 0.05],
		["/labels threshold 99 %", 0.99],
	])("%s", async (text, threshold) => {
		const view = await moderate(text);
		expect((await stored())?.threshold).toBeCloseTo(threshold, 6);
		expect(textOf(view)).toContain(`Threshold: ${Math.round(threshold * 1000) / 10} %`);
	});

	test.each([
		["/labels threshold 4 %", "“4 %” is no threshold. It is a probability from 5 % to 99 %, such as 60 % or 0.6."],
		["/labels threshold 1", "“1” is no threshold."],
		["/labels threshold 0.999", "is no threshold."],
		["/labels threshold high", "“high” is no threshold."],
		["/labels threshold", "/labels threshold needs probability."],
		["/labels mode some", "/labels mode can't use mode:some"],
		["/labels template no place", "has no {} for the label"],
		["/labels template |", "No template was given."],
	])("%s is refused in words, and nothing is written", async (text, sentence) => {
		expect(textOf(await moderate(text))).toContain(sentence);
		expect((await stored())?.version).toBe(1);
	});

	test("/labels clear leaves none", async () => {
		await moderate("/labels mode many");
		expect(textOf(await moderate("/labels clear"))).toContain("All labels are gone");
		expect(await stored()).toMatchObject({ labels: [], mode: "one", version: 3 });
		expect(textOf(await moderate("/labels"))).toContain("No labels (version 3).");
	});
});

describe("/labels show", () => {
	test("shows everyone what counts, to them alone", async () => {
		await channel.setLabels("🐱 cat, dog", { threshold: 0.6, mode: "many", templates: ["a drawing of a {}"] });
		const view = await type(channel, "/labels");
		expect(view.ephemeral).toBe(true);
		expect(textOf(view).split("\n")).toEqual([
			"What I look for in this channel's images.",
			"Labels, version 1: 🐱 cat · dog",
			"Mode: many, each label alone, as several may fit",
			"Threshold: 60 %, from which a label counts as right",
			"Templates: “a drawing of a {}”",
			"Auto-tag is off: /autotag on has me tag each new image with these labels.",
		]);
	});

	test("says how to begin where there are none", async () => {
		expect(textOf(await type(channel, "/labels show"))).toBe(
			"This channel has no labels yet. A moderator gives it some: /labels set 🐱 cat, 🐶 dog, 🐻 bear",
		);
	});
});

describe("/labels copy", () => {
	let other: TestChannel;
	beforeEach(async () => {
		other = new TestChannel(bot, `wildlife-${count}`);
		await other.setLabels("🦊 fox, 🦉 owl", { mode: "many", threshold: 0.4, templates: ["a wild {}"] });
		bot.platform.canRead = () => [channel.ref.channel, other.ref.channel, "empty"];
	});

	test("takes labels, templates, mode and threshold over", async () => {
		const view = await moderate(`/labels copy from:<#${other.ref.channel}>`);
		expect(textOf(view)).toContain("Labels, version 1: 🦊 fox · 🦉 owl");
		expect(await stored()).toMatchObject({ mode: "many", templates: ["a wild {}"], version: 1, madeBy: "mo" });
		expect((await stored())?.threshold).toBeCloseTo(0.4, 6);
	});

	test("a channel that the moderator can't read is as good as none", async () => {
		bot.platform.canRead = () => [channel.ref.channel];
		const sentence = "There is no such channel here, or you can't read it.";
		expect(textOf(await moderate(`/labels copy <#${other.ref.channel}>`))).toContain(sentence);
		expect(textOf(await moderate("/labels copy #nowhere"))).toContain(sentence);
		expect(await stored()).toBeUndefined();
	});

	test("there must be something to copy, from elsewhere", async () => {
		expect(textOf(await moderate("/labels copy #empty"))).toContain("That channel has no labels.");
		expect(textOf(await moderate(`/labels copy <#${channel.ref.channel}>`))).toContain("That is this channel itself.");
	});
});

describe("who may", () => {
	test("a member may not, and is told so alone", async () => {
		const view = await type(channel, "/labels set cat");
		expect(textOf(view)).toBe("/labels set is for moderators of this channel. Ask one of them.");
		expect(view.ephemeral).toBe(true);
		expect(await stored()).toBeUndefined();
	});

	test("whom a moderator has named may, in this channel alone, until the name is taken back", async () => {
		const ada = person("ada");
		expect(textOf(await moderate("/labels moderators"))).toContain("Only this chat's own moderators.");
		expect(textOf(await moderate("/labels moderators add <@ada>"))).toBe(
			"@ada may now change this channel's labels.\nBeside this chat's own moderators: @ada.",
		);
		await type(channel, "/labels set cat", { actor: ada });
		expect(await texts()).toEqual(["cat"]);
		const elsewhere = new TestChannel(bot, "another-room");
		expect(textOf(await type(elsewhere, "/labels set cat", { actor: ada }))).toContain("is for moderators");

		await moderate("/labels moderators add <@!bob>");
		expect(textOf(await moderate("/labels moderators remove <@ada>"))).toContain(
			"Beside this chat's own moderators: @bob.",
		);
		expect(textOf(await type(channel, "/labels set dog", { actor: ada }))).toContain("is for moderators");
	});

	test.each([
		["/labels moderators add Ada", "“Ada” is no member. Mention one, as in @Ada."],
		["/labels moderators promote <@ada>", "I can't tell whether to add or to remove them."],
		["/labels moderators <@!123456789012345678>", "Write: /labels moderators add @Ada, or remove @Ada."],
		["/labels moderators promote Ada", "“promote Ada” can't be done with moderators."],
		["/labels moderators add <@&123456789012345678>", "That is not one member: I take no roles and no groups."],
	])("%s is refused in words", async (text, sentence) => {
		expect(textOf(await moderate(text))).toContain(sentence);
	});
});
