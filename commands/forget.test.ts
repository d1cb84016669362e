import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { workerOf } from "../src/handle/handle.ts";
import { createInProcessQueue } from "../src/jobs/in-process.ts";
import { startBot, type TestBot, textOf } from "../test/support/bot.ts";
import { moderator, TestChannel } from "../test/support/channel.ts";
import { person } from "../test/support/events.ts";
import { type } from "../test/support/typing.ts";

let bot: TestBot;
let count = 0;
let channel: TestChannel;
const ada = person("ada");
const bob = person("bob");
beforeAll(async () => {
	bot = await startBot();
});
afterAll(() => bot.close());
beforeEach(async () => {
	channel = new TestChannel(bot, `forget-${++count}`, `home-${count}`);
	await channel.setLabels("🐱 cat, 🚀 rocket");
	await channel.autotag("on");
});

/** A photo of Ada's, and one of Bob's on which Ada has voted. */
async function posted() {
	const adas = await channel.post(["chelsea.png"], ada);
	const bobs = await channel.post(["rocket.jpg"], bob);
	await channel.react(bobs, "🐱", ada);
	return { adas, bobs };
}

const imagesOf = (message: string) => bot.store.images.ofMessage(channel.ref, message);
const votesOn = async (message: string) =>
	(await bot.store.votes.ofMessage(channel.ref, message)).get(0)?.votes.map(({ voter }) => voter) ?? [];

describe("/forget", () => {
	test("me: images and votes are gone from the database, others' stay, and the vote is shown without", async () => {
		const { adas, bobs } = await posted();
		expect(await votesOn(bobs)).toEqual(["ada"]);
		const view = await type(channel, "/forget me", { actor: ada });
		expect(view.ephemeral).toBe(true);
		expect(textOf(view)).toContain("Forgotten in this workspace: you. What I knew of 1 image and 1 vote are gone");
		expect(textOf(view)).toContain("can be tagged anew by a moderator's /autotag last; deleting them prevents it.");
		expect(await imagesOf(adas)).toEqual([]);
		expect(await imagesOf(bobs)).toHaveLength(1);
		expect(await votesOn(bobs)).toEqual([]);
		expect(JSON.stringify(channel.reply(bobs).view)).not.toContain("one more for the same decides");
	});

	test("an answer that can't be shown anew hinders nothing, and is tried again", async () => {
		const { bobs } = await posted();
		const edit = bot.platform.edit.bind(bot.platform);
		let failures = 0;
		bot.platform.edit = async (...args) => {
			if (failures++ < 2) throw new Error("the platform is down");
			await edit(...args);
		};
		expect(textOf(await type(channel, "/forget me", { actor: ada }))).toContain("1 vote are gone");
		bot.platform.edit = edit;
		expect(failures).toBe(3);
		expect(textOf(channel.reply(bobs).view)).not.toContain("one more for the same decides");
	});

	test("what is still to be shown anew when the process dies is shown by the next one", async () => {
		const { bobs } = await posted();
		const { owed } = await bot.store.forget.member(channel.ref, "ada", new Date());
		expect(owed).toHaveLength(1);
		expect(textOf(channel.reply(bobs).view)).toContain("one more for the same decides");
		const log = bot.services.log;
		const next = createInProcessQueue({ intake: bot.store.intake, concurrency: 1, now: () => new Date(), log });
		await next.start(workerOf(bot.services));
		await vi.waitFor(async () => expect(await next.size()).toEqual({ waiting: 0, running: 0 }), { timeout: 20_000 });
		await next.stop();
		expect(textOf(channel.reply(bobs).view)).not.toContain("one more for the same decides");
	});

	test("a moderator can have a member forgotten", async () => {
		const { adas } = await posted();
		expect(textOf(await type(channel, "/forget <@ada>", { actor: moderator }))).toContain(
			"@ada. What I knew of 1 image",
		);
		expect(await imagesOf(adas)).toEqual([]);
	});

	test("nobody else can, whoever moderates just this channel included", async () => {
		const { adas } = await posted();
		await type(channel, "/labels moderators add <@bob>", { actor: moderator });
		expect(textOf(await type(channel, "/forget <@ada>", { actor: bob }))).toBe(
			"Only a moderator can have someone else forgotten. For yourself: /forget me",
		);
		expect(await imagesOf(adas)).toHaveLength(1);
		expect(textOf(await type(channel, "/forget <@bob>", { actor: bob }))).toContain("you.");
	});

	test("alone, it explains itself and forgets nothing", async () => {
		const { adas } = await posted();
		expect(textOf(await type(channel, "/forget", { actor: ada }))).toContain("/forget me deletes everything");
		expect(await imagesOf(adas)).toHaveLength(1);
	});

	test("whom it can't read is said", async () => {
		expect(textOf(await type(channel, "/forget everyone", { actor: moderator }))).toContain("“everyone” is no member.");
	});
});

test("/privacy says what is kept and for how long, at once and to the person alone", async () => {
	const view = await type(channel, "/privacy");
	expect(view.ephemeral).toBe(true);
	expect(textOf(view)).toContain(`${bot.services.config.retentionDays} days, then it is deleted`);
	for (const word of [
		"an embedding",
		"two fingerprints",
		"every version",
		"whom it has named",
		"your votes",
		"Never kept: the images themselves",
		"/forget me",
	]) {
		expect(textOf(view)).toContain(word);
	}
});
