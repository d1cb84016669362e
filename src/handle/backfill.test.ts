import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBot, type TestBot, textOf } from "../../test/support/bot.ts";
import { moderator, TestChannel } from "../../test/support/channel.ts";
import { imagesPosted, person } from "../../test/support/events.ts";
import { photo } from "../../test/support/models.ts";

let bot: TestBot;
beforeAll(async () => {
	bot = await startBot();
	for (const name of ["chelsea.png", "rocket.jpg"]) bot.platform.files.set(name, await photo(name));
});
afterAll(() => bot.close());

/** A channel whose platform remembers so many messages with a photo, posted before the bot came. */
async function withHistory(name: string, count: number): Promise<TestChannel> {
	const channel = new TestChannel(bot, name);
	await channel.setLabels("🐱 cat, 🚀 rocket");
	for (let index = 0; index < count; index++) {
		const file = index % 2 === 0 ? "chelsea.png" : "rocket.jpg";
		const {
			kind: _,
			key: __,
			...posted
		} = imagesPosted(`${name}-old-${index}`, {
			...channel.ref,
			time: new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString(),
			attachments: [{ id: file, url: `fake:${file}`, name: file }],
		});
		bot.platform.past.push(posted);
	}
	return channel;
}

const tagged = async (channel: TestChannel, count: number) => {
	const messages = Array.from({ length: count }, (_, index) => `${channel.ref.channel}-old-${index}`);
	const tags = await Promise.all(messages.map((message) => bot.store.tags.ofMessage(channel.ref, message)));
	return messages.filter((_, index) => (tags[index]?.size ?? 0) > 0);
};

describe("/autotag last", () => {
	test("tags the newest N messages of the history, in their threads, and says when it is done", async () => {
		const channel = await withHistory("history", 7);
		const answer = await channel.ask("autotag last", { count: "5" }, moderator);
		expect(await tagged(channel, 7)).toEqual([2, 3, 4, 5, 6].map((index) => `history-old-${index}`));
		expect(textOf(channel.reply("history-old-6").view)).toMatch(/^🐱 cat\n/);
		expect(textOf(answer.view)).toBe("Done: tagged the images of 5 messages.");
	});

	test("shows its progress on the way", async () => {
		const channel = await withHistory("progress", 6);
		const answer = await channel.ask("autotag last", { count: "6" }, moderator);
		const said = bot.platform.edits.filter(({ post }) => post.message === answer.id).map(({ view }) => textOf(view));
		expect(said).toEqual([
			"Tagging earlier images: 5 of 6 messages looked at, 5 tagged.",
			"Done: tagged the images of 6 messages.",
		]);
	});

	test("leaves what was tagged before, and other bots' photos", async () => {
		const channel = await withHistory("twice", 2);
		await channel.ask("autotag last", { count: "2" }, moderator);
		const robot = person("robot", { isBot: true });
		const last = bot.platform.past.at(-1);
		if (last)
			bot.platform.past.push({ ...last, message: "by-a-robot", actor: robot, time: "2026-02-01T00:00:00.000Z" });
		const answer = await channel.ask("autotag last", { count: "9" }, moderator);
		expect(channel.replies("twice-old-1")).toHaveLength(1);
		expect(channel.replies("by-a-robot")).toEqual([]);
		expect(textOf(answer.view)).toBe(
			"Done: tagged the images of 0 messages. 3 messages were tagged before, or couldn't be read.",
		);
	});

	test("goes by what the bot has seen where the platform gives no history", async () => {
		const channel = new TestChannel(bot, "no-history");
		await channel.setLabels("cat, rocket");
		const messages = [await channel.post(["chelsea.png"]), await channel.post(["rocket.jpg"])];
		const { history } = bot.platform;
		delete bot.platform.history;
		try {
			await channel.ask("autotag last", { count: "10" }, moderator);
		} finally {
			if (history) bot.platform.history = history;
		}
		for (const message of messages) expect(channel.replies(message)).toHaveLength(1);
	});
});
