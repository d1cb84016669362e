import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { startBot, type TestBot, textOf } from "../../test/support/bot.ts";
import { moderator, TestChannel } from "../../test/support/channel.ts";
import { imagesPosted, messageDeleted, person } from "../../test/support/events.ts";
import { photo } from "../../test/support/models.ts";
import { localChatErrors } from "../errors.ts";
import { MAX_ATTEMPTS } from "../jobs/jobs.ts";
import { intake, replies } from "../store/schema.ts";
import { receive } from "./receive.ts";

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

	test("a reply that is refused at first is made up for, one that can't be made ends no walk", async () => {
		const channel = await withHistory("refusing", 3);
		const refused = [new Error("try later"), localChatErrors.messageGone()];
		bot.platform.beforeReply = () => {
			const isAnswer = bot.platform.posts.at(-1)?.event.channel !== "refusing";
			const error = isAnswer ? undefined : refused.shift();
			if (error) throw error;
		};
		const answer = await channel.ask("autotag last", { count: "3" }, moderator);
		bot.platform.beforeReply = () => {};
		expect([0, 1, 2].map((index) => channel.replies(`refusing-old-${index}`).length)).toEqual([1, 1, 0]);
		expect(textOf(answer.view)).toContain("Done: tagged the images of 2 messages.");
	});

	test("goes by what the bot has seen where the platform gives no history", async () => {
		const channel = new TestChannel(bot, "no-history");
		await channel.setLabels("cat, rocket");
		const messages = [await channel.post(["chelsea.png"]), await channel.post(["rocket.jpg"])];
		await withoutHistory(() => channel.ask("autotag last", { count: "10" }, moderator));
		for (const message of messages) expect(channel.replies(message)).toHaveLength(1);
	});

	/** Without the platform's history, goes by what the bot has seen. */
	async function withoutHistory(walk: () => Promise<unknown>): Promise<void> {
		const { history } = bot.platform;
		delete bot.platform.history;
		try {
			await walk();
		} finally {
			if (history) bot.platform.history = history;
		}
	}

	test("goes on where a message that it has just passed is deleted, by the platform's history and by its own", async () => {
		const channel = await withHistory("passed", 4);
		bot.platform.afterReply = async () => {
			const passed = bot.platform.posts.at(-1)?.event;
			if (!passed || !("message" in passed) || passed.message !== "passed-old-3") return;
			bot.platform.deleted.add("passed-old-3");
			await receive(messageDeleted("passed-old-3", channel.ref), bot.services);
		};
		await channel.ask("autotag last", { count: "4" }, moderator);
		bot.platform.afterReply = () => {};
		expect(await tagged(channel, 4)).toEqual([0, 1, 2].map((index) => `passed-old-${index}`));

		const seen = new TestChannel(bot, "passed-seen");
		await seen.setLabels("cat, rocket");
		const messages: string[] = [];
		for (const name of ["chelsea.png", "rocket.jpg", "chelsea.png"]) messages.push(await seen.post([name]));
		const newest = messages[2] ?? "";
		bot.platform.afterReply = async () => {
			const passed = bot.platform.posts.at(-1)?.event;
			if (passed && "message" in passed && passed.message === newest) await bot.store.forget.message(seen.ref, newest);
		};
		await withoutHistory(() => seen.ask("autotag last", { count: "9" }, moderator));
		bot.platform.afterReply = () => {};
		expect(messages.slice(0, 2).map((message) => seen.replies(message).length)).toEqual([1, 1]);
	});

	test("a message that is deleted after the platform named it leaves nothing behind", async () => {
		const channel = await withHistory("named", 1);
		const { history } = bot.platform;
		bot.platform.history = async (...asked) => {
			const found = (await history?.(...asked)) ?? [];
			await receive(messageDeleted("named-old-0", channel.ref), bot.services);
			while ((await bot.services.jobs.size()).running > 1) await new Promise((resolve) => setTimeout(resolve, 2));
			return found;
		};
		const answer = await channel.ask("autotag last", { count: "1" }, moderator);
		if (history) bot.platform.history = history;
		expect(textOf(answer.view)).toContain("Done: tagged the images of 0 messages.");
		expect(channel.replies("named-old-0")).toEqual([]);
		expect(await bot.store.images.ofMessage(channel.ref, "named-old-0")).toEqual([]);
	});

	test("a message that is deleted just before the walk notes it leaves nothing behind", async () => {
		const channel = await withHistory("noted", 1);
		const { recordFor } = bot.store.images;
		const noting = vi.spyOn(bot.store.images, "recordFor").mockImplementationOnce(async (...given) => {
			await receive(messageDeleted("noted-old-0", channel.ref), bot.services);
			while ((await bot.services.jobs.size()).running > 1) await new Promise((resolve) => setTimeout(resolve, 2));
			return await recordFor(...given);
		});
		await channel.ask("autotag last", { count: "1" }, moderator);
		expect(noting).toHaveBeenCalledOnce();
		noting.mockRestore();
		expect(await bot.store.images.ofMessage(channel.ref, "noted-old-0")).toEqual([]);
		expect(await bot.store.db.$count(replies, eq(replies.message, "noted-old-0"))).toBe(0);
	});

	test("other bots' photos that the bot has seen are left alone too", async () => {
		const channel = new TestChannel(bot, "seen-robots");
		await channel.setLabels("cat, rocket");
		const messages = [
			await channel.post(["chelsea.png"], person("robot", { isBot: true })),
			await channel.post(["rocket.jpg"]),
		];
		await withoutHistory(() => channel.ask("autotag last", { count: "10" }, moderator));
		expect(messages.map((message) => channel.replies(message).length)).toEqual([0, 1]);
	});

	test("when a step fails for good, the answer says how far it came and that it stopped", async () => {
		const channel = await withHistory("failing", 2);
		let asked = 0;
		bot.platform.beforeHistory = () => {
			if (asked++ > 0) throw new Error("the platform is down");
		};
		const answer = await channel.ask("autotag last", { count: "2" }, moderator);
		bot.platform.beforeHistory = () => {};
		expect(asked).toBe(1 + MAX_ATTEMPTS);
		expect(textOf(answer.view)).toMatch(/^Stopped at 1 of 2 messages, 1 tagged: something went wrong on my side/);
	});

	test("ends quietly when the command's message is deleted, or the channel left, and writes nothing more", async () => {
		for (const [name, go] of [
			["command-gone", (channel: TestChannel, asking: string) => bot.store.forget.message(channel.ref, asking)],
			["channel-gone", (channel: TestChannel) => bot.store.forget.channel(channel.ref)],
		] as const) {
			const channel = await withHistory(name, 4);
			let asked = 0;
			bot.platform.beforeHistory = async () => {
				if (++asked === 2) await go(channel, `${name}-ask-1`);
			};
			await channel.ask("autotag last", { count: "4" }, moderator);
			bot.platform.beforeHistory = () => {};
			expect(asked).toBe(2);
			expect(await tagged(channel, 4)).toEqual(name === "command-gone" ? [`${name}-old-3`] : []);
			for (const index of [0, 1, 2]) {
				expect(await bot.store.images.ofMessage(channel.ref, `${name}-old-${index}`)).toEqual([]);
			}
			expect(await bot.store.db.$count(intake, eq(intake.channel, name))).toBe(0);
		}
	});

	test("that the command's message is gone when there is nothing left to tag is no failure", async () => {
		const channel = await withHistory("nobody-waits", 1);
		let asked = 0;
		bot.platform.beforeHistory = async () => {
			if (++asked === 2) await bot.store.forget.message(channel.ref, "nobody-waits-ask-1");
		};
		const failures = vi.spyOn(bot.services.log, "error");
		await channel.ask("autotag last", { count: "4" }, moderator);
		bot.platform.beforeHistory = () => {};
		expect(asked).toBe(2);
		expect(failures).not.toHaveBeenCalled();
		failures.mockRestore();
	});
});
