import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBot, type TestBot, textOf } from "../../test/support/bot.ts";
import { moderator, TestChannel } from "../../test/support/channel.ts";
import { choice, messageDeleted, person, reaction } from "../../test/support/events.ts";

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

	test("two labels at once, or a button that is none, are refused in words to that person alone", async () => {
		const { channel, reply } = await taggedCat("refused");
		await channel.press(reply, "Another label…", moderator, { label: "cat, dog" });
		expect(textOf(bot.platform.posts.at(-1)?.view)).toContain("A vote names one label.");
		await channel.happens(choice(reply.id, "launch|missiles", channel.ref));
		expect(bot.platform.posts.at(-1)?.view).toMatchObject({ ephemeral: true });
		expect(textOf(bot.platform.posts.at(-1)?.view)).toContain("no longer does anything");
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
		await channel.react(reply.id, "👍🏽", moderator);
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
		await channel.react(message, "🐶", person("robot", { isBot: true, canModerate: true }));
		await channel.react("no-such-message", "🐶", moderator);
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
