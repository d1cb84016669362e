import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBot, type TestBot, textOf } from "../../test/support/bot.ts";
import { moderator, TestChannel } from "../../test/support/channel.ts";
import { choice, imagesPosted, messageDeleted, person, reaction } from "../../test/support/events.ts";
import { receive } from "./receive.ts";

let bot: TestBot;
beforeAll(async () => {
	bot = await startBot();
});
afterAll(() => bot.close());

/** A channel with a tagged photo of a cat. */
async function taggedCat(name: string) {
	const channel = new TestChannel(bot, name);
	await channel.setLabels("🐱 cat, 🐶 dog, 🐻 bear");
	await channel.autotag("on");
	const message = await channel.post(["chelsea.png"]);
	const agreed = async () => (await bot.store.images.ofMessage(channel.ref, message))[0]?.agreed;
	return { channel, message, agreed, reply: channel.reply(message) };
}

describe("votes by buttons", () => {
	test("one person is no majority, two are", async () => {
		const { channel, reply, agreed } = await taggedCat("majority");
		await channel.press(reply, "Right", person("ada"));
		expect(await agreed()).toBeNull();
		expect(textOf(reply.view)).toContain("✓ 1 – one more for the same decides");
		await channel.press(reply, "cat", person("bob"));
		expect(await agreed()).toEqual({ labels: ["cat"], by: "majority" });
		expect(textOf(reply.view)).toMatch(/^🐱 cat ✓\n/);
		expect(textOf(reply.view)).toContain("decided by majority");
	});

	test("a moderator decides alone, and against others", async () => {
		const { channel, reply, agreed } = await taggedCat("moderator");
		await channel.press(reply, "Right", person("ada"));
		await channel.press(reply, "Right", person("bob"));
		await channel.press(reply, "dog", moderator);
		expect(await agreed()).toEqual({ labels: ["dog"], by: "moderator" });
		expect(textOf(reply.view)).toContain("decided by @mo");
	});

	test("someone named as the channel's moderator decides too", async () => {
		const { channel, reply, agreed } = await taggedCat("named");
		await bot.store.settings.change(channel.ref, () => ({ moderators: ["ada"] }));
		await channel.press(reply, "dog", person("ada"));
		expect(await agreed()).toEqual({ labels: ["dog"], by: "moderator" });
	});

	test("the last vote of a person counts, and can be taken back", async () => {
		const { channel, reply, agreed } = await taggedCat("last");
		await channel.press(reply, "Right", moderator);
		await channel.press(reply, "None of these", moderator);
		expect(await agreed()).toEqual({ labels: [], by: "moderator" });
		await channel.press(reply, "Take back my vote", moderator);
		expect(await agreed()).toBeNull();
		expect(textOf(reply.view)).not.toContain("decided");
	});

	test("a label that isn't in the set is voted for, and a moderator may add it", async () => {
		const { channel, reply, agreed } = await taggedCat("other");
		await channel.press(reply, "Another label…", moderator, { label: "tabby cat" });
		expect(await agreed()).toEqual({ labels: ["tabby cat"], by: "moderator" });
		const add = "Add “tabby cat” to the labels";
		await channel.press(reply, add, person("ada"));
		expect(textOf(bot.platform.posts.at(-1)?.view)).toContain("for moderators");
		await channel.press(reply, add, moderator);
		const labelSet = await bot.store.labelSets.current(channel.ref);
		expect(labelSet?.labels.map(({ text }) => text)).toEqual(["cat", "dog", "bear", "tabby cat"]);
		expect(textOf(reply.view)).not.toContain(add);
	});

	test("taking it back takes back reactions too, but nothing that comes after it", async () => {
		const { channel, message, reply, agreed } = await taggedCat("all-back");
		await channel.react(message, "🐶", moderator);
		await channel.press(reply, "Right", moderator);
		const late = reaction(message, "🐻", { ...channel.ref, actor: moderator });
		await channel.press(reply, "Take back my vote", moderator);
		await channel.happens(late);
		expect(await agreed()).toBeNull();
		expect(() => channel.control(reply, "Take back my vote")).toThrow("to press");
		await channel.react(message, "🐻", moderator);
		expect(await agreed()).toEqual({ labels: ["bear"], by: "moderator" });
	});

	test("of the labels that aren't in the set, the two with most votes can be added", async () => {
		const { channel, reply } = await taggedCat("many-others");
		const votes = ["lynx", "tabby", "puma", "Tabby", "puma", "tabby"];
		for (const [index, label] of votes.entries()) {
			await channel.press(reply, "Another label…", person(`voter-${index}`), { label });
		}
		expect(textOf(reply.view).match(/Add “.*?”/g)).toEqual(["Add “tabby”", "Add “puma”"]);
	});

	test("a full set takes no more labels, and a long one is echoed in short", async () => {
		const { channel, reply } = await taggedCat("full");
		const labels = Array.from({ length: 1000 }, (_, index) => ({ text: `label ${index}` }));
		await channel.setLabels("cat", { labels: labels.slice(1) });
		await channel.press(reply, "Another label…", moderator, { label: "lynx" });
		await channel.press(reply, "Add “lynx” to the labels", moderator);
		expect(textOf(bot.platform.posts.at(-1)?.view)).toMatch(/^Added lynx; it counts from the next image on\.\n/);
		expect(bot.platform.posts.at(-1)?.view.blocks.some(({ kind }) => kind === "details")).toBe(true);
		await channel.press(reply, "Another label…", moderator, { label: "puma" });
		await channel.press(reply, "Add “puma” to the labels", moderator);
		expect(textOf(bot.platform.posts.at(-1)?.view)).toContain("at most 1000");
		expect((await bot.store.labelSets.current(channel.ref))?.labels).toHaveLength(1000);
	});

	test("two labels at once, or a button that is none, are refused in words to that person alone", async () => {
		const { channel, reply } = await taggedCat("refused");
		await channel.press(reply, "Another label…", moderator, { label: "cat, dog" });
		expect(textOf(bot.platform.posts.at(-1)?.view)).toContain("A vote names one label.");
		await channel.happens(choice(reply.id, "launch|missiles", channel.ref));
		expect(bot.platform.posts.at(-1)?.view).toMatchObject({ ephemeral: true });
		expect(textOf(bot.platform.posts.at(-1)?.view)).toContain("no longer does anything");
		await channel.happens(choice(reply.id, "vote|yes|refused-1|99999999999999999999", channel.ref));
		expect(textOf(bot.platform.posts.at(-1)?.view)).toContain("no longer does anything");
	});

	test("where the bot was unsure, a yes decides nothing, nor does whoever gives one", async () => {
		const channel = new TestChannel(bot, "unsure-yes");
		await channel.setLabels("🐱 cat, 🐶 dog", { threshold: 0.9999 });
		await channel.autotag("on");
		const message = await channel.post(["chelsea.png"]);
		const state = () =>
			textOf(channel.reply(message).view)
				.split("\n")
				.find((line) => line.includes(" – "));
		await channel.react(message, "✅", person("ada"));
		expect(state()).toBe("✓ 1 – I was unsure myself: it takes a label to decide");
		await channel.react(message, "🐱", person("mia", { canModerate: true }));
		await channel.react(message, "✅", moderator);
		expect(state()).toBe("✓ 2 · cat 1 – decided by @mia");
	});
});

describe("votes by reactions", () => {
	test("a label's emoji on the photo, and ✓ on the reply, count and can be taken away", async () => {
		const { channel, message, reply, agreed } = await taggedCat("reactions");
		await channel.react(message, "🐶", person("ada"));
		await channel.react(message, ":dog:", person("bob"));
		expect(await agreed()).toEqual({ labels: ["dog"], by: "majority" });
		await channel.react(message, "🐶", person("bob"), false);
		expect(await agreed()).toBeNull();
		await channel.react(reply.id, "✅", moderator);
		expect(await agreed()).toEqual({ labels: ["cat"], by: "moderator" });
		await channel.react(reply.id, "❌", moderator);
		expect(await agreed()).toEqual({ by: "moderator" });
		expect(textOf(reply.view)).toMatch(/^Not 🐱 cat\. What is it\?/);
	});

	test("what is taken away lets an earlier vote of the person stand again", async () => {
		const { channel, message, agreed } = await taggedCat("earlier");
		await channel.react(message, "🐻", moderator);
		await channel.react(message, "🐶", moderator);
		await channel.react(message, "🐶", moderator, false);
		expect(await agreed()).toEqual({ labels: ["bear"], by: "moderator" });
	});

	test("reactions that mean nothing, those of bots, and those on other messages change nothing", async () => {
		const { channel, message, agreed } = await taggedCat("noise");
		await channel.react(message, "🎉", moderator);
		// People like photos.
		await channel.react(message, "👍", moderator);
		await channel.react(message, "👎", moderator);
		await channel.react(message, "🐶", person("robot", { isBot: true, canModerate: true }));
		await channel.react("no-such-message", "🐶", moderator);
		expect(await agreed()).toBeNull();
	});

	test("a reaction on a photo that still waits for its turn is not lost", async () => {
		const { channel } = await taggedCat("waiting");
		const waiting = imagesPosted("waiting-long", {
			...channel.ref,
			attachments: [{ id: "chelsea.png", url: "fake:chelsea.png", name: "chelsea.png" }],
		});
		await bot.store.intake.record(waiting, new Date());
		await channel.react("waiting-long", "🐶", moderator);
		await bot.services.jobs.enqueue(waiting);
		await bot.idle();
		expect(textOf(channel.reply("waiting-long").view)).toMatch(/^🐶 dog ✓\n/);
	});

	test("a reaction taken away that never meant anything is no vote, and one whose label is gone by now still is", async () => {
		const { channel, message, agreed } = await taggedCat("meaningless");
		await channel.react(message, "🎉", moderator, false);
		const modelId = bot.services.classifier.model.id;
		expect(await bot.store.examples.undecided(channel.ref, modelId, 9, moderator.id)).toHaveLength(1);
		expect(await bot.store.votes.hasVoted(channel.ref, message, moderator.id, "🎉")).toBe(false);

		await channel.react(message, "🐶", moderator);
		expect(await agreed()).toEqual({ labels: ["dog"], by: "moderator" });
		await channel.setLabels("🐱 cat");
		await channel.react(message, "🐶", moderator, false);
		expect(await agreed()).toBeNull();
	});

	test("on several photos, a reaction votes on each", async () => {
		const channel = new TestChannel(bot, "both");
		await channel.setLabels("🐱 cat, 🚀 rocket");
		await channel.autotag("on");
		const message = await channel.post(["chelsea.png", "rocket.jpg"]);
		await channel.react(message, "✅", moderator);
		const images = await bot.store.images.ofMessage(channel.ref, message);
		expect(images.map(({ agreed }) => agreed?.labels)).toEqual([["cat"], ["rocket"]]);
	});
});

describe("votes that cross", () => {
	test("two people voting at the same moment both count", async () => {
		const { channel, reply, agreed } = await taggedCat("same-moment");
		const { control } = channel.control(reply, "Right");
		const press = (id: string) => choice(reply.id, control, { ...channel.ref, actor: person(id) });
		await channel.happens(press("ada"), press("bob"));
		expect(await agreed()).toEqual({ labels: ["cat"], by: "majority" });
		expect(textOf(reply.view)).toContain("✓ 2");
	});

	test("votes that arrive in the wrong order end as they were meant", async () => {
		const { channel, message, agreed } = await taggedCat("order");
		const by = { ...channel.ref, actor: moderator };
		const given = reaction(message, "🐶", by);
		const takenAway = reaction(message, "🐶", { ...by, added: false });
		const newer = reaction(message, "🐻", by);
		await channel.happens(newer);
		await channel.happens(takenAway);
		await channel.happens(given);
		expect(await agreed()).toEqual({ labels: ["bear"], by: "moderator" });
	});

	test("a vote counts for what was shown, though the labels change meanwhile", async () => {
		const { channel, reply, agreed } = await taggedCat("while-changing");
		const { control } = channel.control(reply, "Right");
		await Promise.all([
			channel.setLabels("submarine, violin"),
			channel.happens(choice(reply.id, control, { ...channel.ref, actor: moderator })),
		]);
		expect(await agreed()).toEqual({ labels: ["cat"], by: "moderator" });
	});

	test("a vote that comes while the reply is being posted is shown in it", async () => {
		const channel = new TestChannel(bot, "early");
		await channel.setLabels("🐱 cat, 🐶 dog");
		await channel.autotag("on");
		let voted = 0;
		bot.platform.afterReply = async () => {
			if (voted++ > 0) return;
			await receive(reaction("early-1", "🐶", { ...channel.ref, actor: moderator }), bot.services);
			while ((await bot.services.jobs.size()).running > 1) await new Promise((resolve) => setTimeout(resolve, 2));
		};
		const message = await channel.post(["chelsea.png"]);
		bot.platform.afterReply = () => {};
		expect(voted).toBe(1);
		expect(textOf(channel.reply(message).view)).toMatch(/^🐶 dog ✓\n/);
	});

	test("a vote on a deleted photo is refused in words, and brings nothing back", async () => {
		const { channel, message, reply } = await taggedCat("deleted");
		await channel.happens(messageDeleted(message, channel.ref));
		await channel.press(reply, "Right", moderator);
		await channel.react(message, "🐶", moderator);
		expect(textOf(bot.platform.posts.at(-1)?.view)).toContain("no longer here");
		expect(await bot.store.images.ofMessage(channel.ref, message)).toEqual([]);
	});

	test("a thousand votes end in the right state, shown by few edits", async () => {
		const { channel, reply, agreed } = await taggedCat("thousand");
		const right = channel.control(reply, "Right");
		const dog = channel.control(reply, "dog");
		const edits = bot.platform.edits.length;
		const votes = Array.from({ length: 1000 }, (_, index) => {
			const { control, values } = index % 5 < 3 ? right : dog;
			return choice(reply.id, control, { ...channel.ref, values, actor: person(`person-${index}`) });
		});
		await channel.happens(...votes);
		expect(await agreed()).toEqual({ labels: ["cat"], by: "majority" });
		expect(textOf(reply.view)).toContain("✓ 600 · dog 400 – decided by majority");
		expect(bot.platform.edits.length - edits).toBeLessThan(1000);
	});
});
