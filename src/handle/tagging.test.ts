import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBot, type TestBot, textOf } from "../../test/support/bot.ts";
import { moderator, TestChannel } from "../../test/support/channel.ts";
import { imagesPosted, messageDeleted, person } from "../../test/support/events.ts";
import { refreshReply } from "./refresh-reply.ts";
import { tagImages } from "./tag-images.ts";

let bot: TestBot;
beforeAll(async () => {
	bot = await startBot();
});
afterAll(() => bot.close());

async function taggedChannel(name: string, labels = "🐱 cat, 🚀 rocket, ☕ coffee"): Promise<TestChannel> {
	const channel = new TestChannel(bot, name);
	await channel.setLabels(labels);
	await channel.autotag("on");
	return channel;
}

describe("auto-tag", () => {
	test("a posted photo gets one reply with the label that fits", async () => {
		const channel = await taggedChannel("one");
		const reply = channel.reply(await channel.post(["chelsea.png"]));
		expect(textOf(reply.view)).toMatch(/^🐱 cat\n/);
		expect(textOf(reply.view)).toContain("[✓ Right]");
	});

	test("what no label fits is none of these", async () => {
		const channel = await taggedChannel("none", "submarine, violin");
		const reply = channel.reply(await channel.post(["chelsea.png"]));
		expect(textOf(reply.view)).toMatch(/^None of these\n/);
	});

	test("several photos of a message are answered in one reply, an unreadable one in words", async () => {
		const channel = await taggedChannel("several");
		bot.platform.files.set("page.png", Buffer.from("<!doctype html><title>Log in</title>"));
		const { platform } = bot;
		const message = await channel.post(["chelsea.png", "rocket.jpg"]);
		const blocks = channel.reply(message).view.blocks.filter(({ kind }) => kind === "scores");
		expect(blocks.map((block) => block.kind === "scores" && block.headline)).toEqual([
			[{ emoji: "🐱" }, " ", { strong: "cat" }],
			[{ emoji: "🚀" }, " ", { strong: "rocket" }],
		]);
		expect(platform.posts.filter(({ event }) => "message" in event && event.message === message)).toHaveLength(1);
	});

	test("nothing is said while it is off, without labels, or of other bots' photos unless the channel asks", async () => {
		const channel = new TestChannel(bot, "silent");
		await channel.setLabels("cat, dog");
		expect(channel.replies(await channel.post(["chelsea.png"]))).toEqual([]);
		await channel.autotag("on");
		const robot = person("robot", { isBot: true });
		expect(channel.replies(await channel.post(["chelsea.png"], robot))).toEqual([]);
		await bot.store.settings.change(channel.ref, () => ({ bots: true }));
		expect(channel.replies(await channel.post(["rocket.jpg"], robot))).toHaveLength(1);
		await channel.setLabels("cat", { labels: [] });
		expect(channel.replies(await channel.post(["chelsea.png"]))).toEqual([]);
	});

	test("the same photo again says where it was first seen, another channel's photo doesn't", async () => {
		const channel = await taggedChannel("again");
		const first = await channel.post(["chelsea.png"], undefined, new Date("2026-01-02T10:00:00Z"));
		expect(textOf(channel.reply(first).view)).not.toContain("Seen here before");
		const second = await channel.post(["chelsea.png"], undefined, new Date("2026-01-03T10:00:00Z"));
		expect(textOf(channel.reply(second).view)).toContain("Seen here before: first 2026-01-02.");
		const third = await channel.post(["chelsea.png"], undefined, new Date("2026-01-04T10:00:00Z"));
		await channel.happens(messageDeleted(first, channel.ref));
		await channel.press(channel.reply(third), "Right");
		expect(textOf(channel.reply(third).view)).not.toContain("Seen here before");
		const other = await taggedChannel("elsewhere");
		expect(textOf(other.reply(await other.post(["chelsea.png"])).view)).not.toContain("Seen here before");
	});

	test("a reply whose posting was interrupted is found again, and shows the votes that came meanwhile", async () => {
		const channel = await taggedChannel("interrupted");
		const { platform, store } = bot;
		platform.afterReply = async () => {
			platform.afterReply = () => {};
			const image = { ...channel.ref, message: String(platform.posts.at(-1)?.event.key), number: 0 };
			const cast = { voter: "bo", source: "button", verdict: { kind: "yes" }, moderator: false, order: 1 } as const;
			await store.votes.cast(image, cast);
			throw new Error("the answer was lost");
		};
		const replies = channel.replies(await channel.post(["chelsea.png"]));
		expect(replies).toHaveLength(1);
		expect(textOf(replies[0]?.view)).toContain("✓ 1");
	});

	test("a change of the labels leaves past tags as they are", async () => {
		const channel = await taggedChannel("changed");
		const message = await channel.post(["chelsea.png"]);
		const before = await bot.store.tags.ofMessage(channel.ref, message);
		await channel.setLabels("submarine, violin");
		await channel.press(channel.reply(message), "Right");
		expect(await bot.store.tags.ofMessage(channel.ref, message)).toEqual(before);
		expect(textOf(channel.reply(message).view)).toContain("The channel's labels have changed since.");
	});

	test("a message that is told of again, or only now, after it was deleted, does nothing", async () => {
		const channel = await taggedChannel("late");
		const message = await channel.post(["chelsea.png"]);
		await channel.happens(messageDeleted(message, channel.ref));
		const posts = bot.platform.posts.length;
		const attachments = [{ id: "chelsea.png", url: "fake:chelsea.png", name: "chelsea.png" }];
		await channel.happens(imagesPosted(message, { ...channel.ref, attachments }));
		await channel.happens(messageDeleted("late-only", channel.ref));
		await channel.happens(imagesPosted("late-only", { ...channel.ref, attachments }));
		expect(bot.platform.posts).toHaveLength(posts);
		expect(await bot.store.images.ofMessage(channel.ref, message)).toEqual([]);
		expect(await bot.store.images.ofMessage(channel.ref, "late-only")).toEqual([]);
		// Another channel's message of the same name is another message.
		const other = await taggedChannel("late-elsewhere");
		await other.happens(imagesPosted("late-only", { ...other.ref, key: "elsewhere", attachments }));
		expect(other.replies("late-only")).toHaveLength(1);
	});

	test("a message deleted before its photo was looked at leaves nothing behind", async () => {
		const channel = await taggedChannel("gone");
		const message = await channel.post(["chelsea.png"]);
		await channel.happens(messageDeleted(message, channel.ref));
		expect(await bot.store.images.ofMessage(channel.ref, message)).toEqual([]);
		expect((await bot.store.tags.ofMessage(channel.ref, message)).size).toBe(0);
	});
});

describe("quiet auto-tag", () => {
	test("puts the label's emoji on the photo and says nothing", async () => {
		const channel = await taggedChannel("quiet");
		await channel.autotag("quiet");
		const message = await channel.post(["chelsea.png"]);
		expect(channel.replies(message)).toEqual([]);
		expect(bot.platform.reactions).toContain(`quiet/${message} 🐱`);
	});

	test("replies where it is unsure, or a label has no emoji", async () => {
		const channel = new TestChannel(bot, "unsure");
		await channel.autotag("quiet");
		await channel.setLabels("🐱 cat, 🐶 dog", { threshold: 0.9999 });
		const unsure = channel.replies(await channel.post(["chelsea.png"]));
		expect(textOf(unsure[0]?.view)).toMatch(/^Not sure\. 🐱 cat\?/);
		await channel.setLabels("cat, dog");
		expect(channel.replies(await channel.post(["chelsea.png"]))).toHaveLength(1);
	});

	/** A quiet channel with a message, and the bot's reactions on it as they stand. */
	async function quietly(name: string, photos: string[], labels?: string) {
		const channel = await taggedChannel(name, labels);
		await channel.autotag("quiet");
		const message = await channel.post(photos);
		const put = () => {
			const start = `${name}/${message} `;
			const here = [...bot.platform.reactions].filter((reaction) => reaction.startsWith(start));
			return here.map((reaction) => reaction.slice(start.length)).sort();
		};
		return { channel, message, put };
	}

	test("its reaction follows what people agree on, one after the other, and back", async () => {
		const { channel, message, put } = await quietly("quiet-vote", ["chelsea.png"]);
		await channel.react(message, "☕", moderator);
		expect(put()).toEqual(["☕"]);
		await channel.react(message, "🚀", moderator);
		expect(put()).toEqual(["🚀"]);
		await channel.react(message, "❌", moderator);
		expect(put()).toEqual([]);
		for (const emoji of ["❌", "🚀", "☕"]) await channel.react(message, emoji, moderator, false);
		expect(put()).toEqual(["🐱"]);
	});

	test("what it put goes, though the labels' emoji have changed since, or tagging was switched off", async () => {
		const { channel, message, put } = await quietly("quiet-changed", ["chelsea.png"]);
		await channel.react(message, "☕", moderator);
		await channel.setLabels("😺 cat, 🛸 rocket, 🍵 coffee");
		await channel.react(message, "🛸", moderator);
		expect(put()).toEqual(["🛸"]);
		await channel.autotag("off");
		await channel.react(message, "🛸", moderator, false);
		expect(put()).toEqual(["🍵"]);
		await channel.react(message, "☕", moderator, false);
		expect(put()).toEqual(["🐱"]);
	});

	test("a label without emoji takes away its own image's reaction alone", async () => {
		const labels = "🐱 cat, 🚀 rocket, tabby";
		const { channel, message, put } = await quietly("quiet-several", ["chelsea.png", "rocket.jpg"], labels);
		expect(put()).toEqual(["🐱", "🚀"]);
		const cast = { voter: "mo", source: "button", moderator: true, order: 1 };
		const verdict = { kind: "label" as const, label: "tabby" };
		await bot.store.votes.cast({ ...channel.ref, message, number: 0 }, { ...cast, verdict });
		await refreshReply({ ...channel.ref, message }, bot.services);
		expect(put()).toEqual(["🚀"]);
	});

	test("tagged again after a crash, it doesn't put back what people found wrong", async () => {
		const { channel, message, put } = await quietly("quiet-again", ["chelsea.png"]);
		await channel.react(message, "☕", moderator);
		const attachments = [{ id: "chelsea.png", url: "fake:chelsea.png", name: "chelsea.png" }];
		await tagImages(imagesPosted(message, { ...channel.ref, attachments }), "quiet", bot.services);
		expect(put()).toEqual(["☕"]);
	});

	test("a reaction that was noted and not put, since the bot died in between, is put at the next chance", async () => {
		const { channel, message, put } = await quietly("quiet-died", ["chelsea.png"]);
		bot.platform.reactions.delete(`quiet-died/${message} 🐱`);
		await refreshReply({ ...channel.ref, message }, bot.services);
		expect(put()).toEqual(["🐱"]);
	});
});
