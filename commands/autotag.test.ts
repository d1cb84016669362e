import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startBot, type TestBot, textOf } from "../test/support/bot.ts";
import { moderator, TestChannel } from "../test/support/channel.ts";
import { imagesPosted, person } from "../test/support/events.ts";
import { photo } from "../test/support/models.ts";
import { type } from "../test/support/typing.ts";

let bot: TestBot;
let count = 0;
let channel: TestChannel;
beforeAll(async () => {
	bot = await startBot();
	bot.platform.files.set("chelsea.png", await photo("chelsea.png"));
});
afterAll(() => bot.close());
beforeEach(() => {
	channel = new TestChannel(bot, `autotag-${++count}`);
});

const moderate = (text: string) => type(channel, text, { actor: moderator });
const settings = () => bot.store.settings.of(channel.ref);

describe("/autotag", () => {
	test("on says what will happen, to the moderator alone, and then it happens", async () => {
		await channel.setLabels("🐱 cat, 🚀 rocket", { threshold: 0.4 });
		const view = await moderate("/autotag on");
		expect(view.ephemeral).toBe(true);
		expect(textOf(view)).toContain("labels from 40 % on, or “none of these”: 🐱 cat · 🚀 rocket.");
		expect((await settings()).autotag).toBe("on");
		expect(textOf(channel.reply(await channel.post(["chelsea.png"])).view)).toContain("🐱 cat");
	});

	test("quiet says which labels it can't show by emoji", async () => {
		await channel.setLabels("🐱 cat, rocket");
		expect(textOf(await moderate("/autotag quiet"))).toContain("These have no emoji, so I answer for them: rocket.");
		expect((await settings()).autotag).toBe("quiet");
	});

	test("on and quiet need labels, and say how to give some", async () => {
		for (const text of ["/autotag on", "/autotag quiet", "/autotag last 5"]) {
			expect(textOf(await moderate(text))).toBe(
				"This channel has no labels yet. A moderator gives it some: /labels set 🐱 cat, 🐶 dog, 🐻 bear",
			);
		}
		expect((await settings()).autotag).toBe("off");
	});

	test("says what keeps the bot from doing it, until nothing does", async () => {
		await channel.setLabels("cat");
		bot.platform.hindrance = async ({ channel }, from) => `${from} nothing in ${channel}`;
		const words = `But not yet: answering nothing in ${channel.ref.channel}`;
		for (const text of ["on", "quiet", "show"]) expect(textOf(await moderate(`/autotag ${text}`))).toContain(words);
		expect(textOf(await moderate("/autotag off"))).not.toContain("But not yet");
		delete bot.platform.hindrance;
		expect(textOf(await moderate("/autotag on"))).not.toContain("But not yet");
	});

	test("off needs none", async () => {
		await channel.autotag("on");
		expect(textOf(await moderate("/autotag off"))).toContain("Auto-tag is off.");
		expect((await settings()).autotag).toBe("off");
	});

	test("bots on and off", async () => {
		await channel.setLabels("cat");
		await channel.autotag("on");
		expect(textOf(await moderate("/autotag bots on"))).toContain("images of other bots are tagged too");
		expect(await settings()).toMatchObject({ autotag: "on", bots: true });
		expect(textOf(await moderate("/autotag bots off"))).toContain("images of other bots are left alone");
		expect(textOf(await moderate("/autotag bots maybe"))).toContain("/autotag bots can't use images:maybe");
		expect((await settings()).bots).toBe(false);
	});

	test("alone shows everyone how it stands", async () => {
		expect(textOf(await type(channel, "/autotag"))).toContain("Auto-tag is off. Nobody's images are tagged");
		await channel.setLabels("cat");
		await channel.autotag("on");
		expect(textOf(await type(channel, "/autotag"))).toContain("Auto-tag is on.");
		await channel.setLabels("cat", { labels: [] });
		expect(textOf(await type(channel, "/autotag"))).toContain("But there are no labels any more");
	});

	test.each(["on", "off", "quiet", "bots on", "last 5"])("%s is for moderators", async (text) => {
		await channel.setLabels("cat");
		expect(textOf(await type(channel, `/autotag ${text}`))).toContain("is for moderators of this channel.");
		expect(await settings()).toEqual({ autotag: "off", bots: false, moderators: [] });
	});
});

describe("/autotag last", () => {
	test("tags what was posted before, and says so to everyone", async () => {
		await channel.setLabels("🐱 cat, 🚀 rocket");
		const attachments = [{ id: "chelsea.png", url: "fake:chelsea", name: "chelsea.png" }];
		const old = imagesPosted(`old-${count}`, { ...channel.ref, attachments, actor: person("bob") });
		bot.platform.past.push(old);
		const before = bot.platform.edits.length;
		const view = await moderate("/autotag last 5");
		expect(view.ephemeral).not.toBe(true);
		// The answer shows the progress, and in the end what was done.
		expect(bot.platform.edits.length).toBeGreaterThan(before);
		expect((await bot.store.tags.ofMessage(channel.ref, old.message)).get(0)?.shown).toEqual(["cat"]);
	});

	test.each(["0", "1001", "many", "2.5"])("%s is no number it can use", async (given) => {
		await channel.setLabels("cat");
		expect(textOf(await moderate(`/autotag last ${given}`))).toContain("it must be a number from 1 to 1000");
	});
});
