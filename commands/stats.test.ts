import { afterAll, beforeAll, expect, test } from "vitest";
import { type Post, startBot, type TestBot, textOf } from "../test/support/bot.ts";
import { moderator, TestChannel } from "../test/support/channel.ts";

let bot: TestBot;
beforeAll(async () => {
	bot = await startBot();
});
afterAll(() => bot.close());

const picturesOf = ({ view }: Post) => view.blocks.filter((block) => block.kind === "picture");

test("a channel where nothing happened says so, without pictures", async () => {
	const post = await new TestChannel(bot, "quiet").ask("stats");
	expect(post.view.ephemeral).toBe(true);
	expect(textOf(post.view)).toContain("Images seen | 0");
	expect(textOf(post.view)).toContain("shown right | none agreed on yet");
	expect(picturesOf(post)).toEqual([]);
});

test("images, tags, agreement and labels are counted, and drawn", async () => {
	const here = new TestChannel(bot, "busy");
	await here.setLabels("cat, dog, cup of coffee, 花");
	await here.autotag("on");
	await here.press(here.reply(await here.post(["chelsea.png"])), "Right", moderator);
	await here.post(["coffee.png"]);
	const post = await here.ask("stats");
	const text = textOf(post.view);
	expect(text).toContain("Images seen | 2");
	expect(text).toContain("Tagged | 2");
	expect(text).toContain("Agreed on | 1");
	expect(text).toContain("shown right | 100 % (1 of 1)");
	expect(text).toContain("Waiting for re-encoding | 0");
	expect(text).toContain("cat | 1");
	const [picture, another] = picturesOf(post);
	expect(picture?.alt).toMatch(/^Bars: images by label/);
	expect(
		Buffer.from(picture?.png ?? [])
			.subarray(1, 4)
			.toString(),
	).toBe("PNG");
	// One day makes no line.
	expect(another).toBeUndefined();
});

test("from two days on, how often it was right is a line and a table", async () => {
	const here = new TestChannel(bot, "old");
	const figures = await bot.store.export.figures(here.ref, bot.services.classifier.model.id);
	const accuracy = [
		{ day: "2026-01-30", agreed: 4, right: 1 },
		{ day: "2026-01-31", agreed: 2, right: 2 },
	];
	const { export: real } = bot.store;
	bot.services.store.export = { ...real, figures: async () => ({ ...figures, agreed: 6, accuracy }) };
	const post = await here.ask("stats");
	bot.services.store.export = real;
	expect(picturesOf(post).map(({ name }) => name)).toEqual(["accuracy.png"]);
	expect(textOf(post.view)).toContain("2026-01-31 | 100 % | 2 of 2\n2026-01-30 | 25 % | 1 of 4");
	expect(textOf(post.view)).toContain("shown right | 50 % (3 of 6)");
});

test("labels that the chart's font can't write stand by their number", async () => {
	const here = new TestChannel(bot, "kanji");
	const { export: real } = bot.store;
	const figures = await real.figures(here.ref, bot.services.classifier.model.id);
	const perLabel = [
		{ label: "猫", images: 1200 },
		{ label: null, images: 3 },
	];
	bot.services.store.export = { ...real, figures: async () => ({ ...figures, perLabel }) };
	const post = await here.ask("stats");
	bot.services.store.export = real;
	expect(textOf(post.view)).toContain("# | Label | Images\n#1 | 猫 | 1,200\n#2 | none of these | 3");
});

test("label prompts known already are counted since the start, over all channels", async () => {
	bot.services.metrics.textCacheHits.inc(3);
	bot.services.metrics.textCacheMisses.inc(1);
	const post = await new TestChannel(bot, "cached").ask("stats");
	expect(textOf(post.view)).toContain("Label prompts that were known already | 75 %");
});
