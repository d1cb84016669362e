import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { CommandEvent } from "../src/chat/event.ts";
import type { Block } from "../src/chat/view.ts";
import { receive } from "../src/handle/receive.ts";
import type { LabelSetContent } from "../src/store/label-sets.ts";
import { startBot, type TestBot, textOf } from "../test/support/bot.ts";
import { TestChannel } from "../test/support/channel.ts";
import { command, imagesPosted, messageDeleted } from "../test/support/events.ts";
import { photo } from "../test/support/models.ts";

let bot: TestBot;
let count = 0;
/** A channel of its own for every test: they share a store. */
let here: { channel: string };
beforeAll(async () => {
	bot = await startBot();
	for (const name of ["chelsea.png", "coffee.png", "rocket.jpg"]) bot.platform.files.set(name, await photo(name));
	bot.platform.files.set("broken", new TextEncoder().encode("<html>Sign in</html>"));
});
afterAll(() => bot.close());
beforeEach(() => {
	here = { channel: `channel-${++count}` };
	bot.platform.progressTexts.length = 0;
});

/** A command in this test's channel. */
function classify(more: Partial<CommandEvent> = {}): CommandEvent {
	return command(`command-${++count}`, { ...here, ...more });
}

function attached(...ids: string[]): CommandEvent["attachments"] {
	return ids.map((id) => ({ id, url: `fake:${id}`, name: id }));
}

/** Sends an event and gives what the bot answered to it. */
async function answerTo(event: CommandEvent) {
	await receive(event, bot.services);
	await bot.idle();
	return bot.platform.posts.find((post) => post.event.key === event.key)?.view;
}

function scores(blocks: Block[] | undefined) {
	return (blocks ?? []).filter((block) => block.kind === "scores");
}

describe("/classify", () => {
	test("says what the attached image shows, likeliest first", async () => {
		const view = await answerTo(classify({ attachments: attached("chelsea.png") }));
		const [block] = scores(view?.blocks);
		expect(block?.rows.map(({ label }) => label)[0]).toBe("cat");
		expect(block?.rows).toHaveLength(2);
		const total = (block?.rows ?? []).reduce((sum, { probability }) => sum + probability, block?.none ?? 0);
		expect(total).toBeCloseTo(1, 6);
		expect(textOf(view)).toContain("Labels as read: cat · dog");
	});

	test("answers for each of several images, the unreadable one in words", async () => {
		const view = await answerTo(
			classify({
				options: { labels: "cat, cup of coffee, rocket" },
				attachments: attached("coffee.png", "broken", "rocket.jpg"),
			}),
		);
		expect(scores(view?.blocks).map(({ rows }) => rows[0]?.label)).toEqual(["cup of coffee", "rocket"]);
		expect(textOf(view)).toMatch(/2 of 3 broken: .*HTML/);
	});

	test("means the message it was called on", async () => {
		const target = { message: "earlier", attachments: attached("rocket.jpg") };
		const view = await answerTo(classify({ options: { labels: "cat, rocket" }, target }));
		expect(scores(view?.blocks)[0]?.rows[0]?.label).toBe("rocket");
	});

	test("otherwise means the latest images of the channel, and not another channel's", async () => {
		await receive(imagesPosted("p1", { ...here, attachments: attached("coffee.png") }), bot.services);
		await receive(
			imagesPosted("p2", {
				...here,
				attachments: attached("chelsea.png"),
				time: "2026-01-02T03:05:00.000Z",
			}),
			bot.services,
		);
		const elsewhere = { channel: "secret", attachments: attached("rocket.jpg"), time: "2026-01-02T03:06:00.000Z" };
		await receive(imagesPosted("p3", elsewhere), bot.services);
		await bot.idle();
		const view = await answerTo(classify({ options: { labels: "cat, rocket, cup of coffee" } }));
		expect(scores(view?.blocks)).toHaveLength(1);
		expect(scores(view?.blocks)[0]?.rows[0]?.label).toBe("cat");
		expect(view?.about).toMatchObject([{ name: "chelsea.png" }]);
	});

	test("says how to give an image where there is none", async () => {
		const view = await answerTo(classify());
		expect(textOf(view)).toBe(
			"There is no image to look at here. Attach one to the command, use it in the thread of an image, or post one first.",
		);
		expect(view?.ephemeral).toBe(true);
	});

	test("advises nobody to post an image that the bot wouldn't see", async () => {
		bot.platform.hindrance = async (_channel, from) => `I am kept from ${from} any.`;
		const view = await answerTo(classify());
		delete bot.platform.hindrance;
		expect(textOf(view)).toBe(
			"There is no image to look at here. Attach one to the command. I am kept from seeing any.",
		);
	});

	test("an image is decoded and encoded once, whatever is asked of it later", async () => {
		await answerTo(classify({ attachments: attached("chelsea.png") }));
		const missing = bot.platform.files.get("chelsea.png");
		bot.platform.files.delete("chelsea.png");
		const view = await answerTo(classify({ options: { labels: "kitten, car" } }));
		if (missing) bot.platform.files.set("chelsea.png", missing);
		expect(scores(view?.blocks)[0]?.rows[0]?.label).toBe("kitten");
	});

	test("keeps emoji beside their labels", async () => {
		const view = await answerTo(
			classify({ options: { labels: "🐱 cat, :dog: dog" }, attachments: attached("chelsea.png") }),
		);
		expect(scores(view?.blocks)[0]?.rows.map(({ emoji, label }) => `${emoji} ${label}`)).toEqual(["🐱 cat", "🐶 dog"]);
	});

	test("folds what hardly fits and says how much that is; all labels are echoed", async () => {
		const labels = Array.from({ length: 30 }, (_, index) => `thing ${index}`);
		const view = await answerTo(
			classify({ options: { labels: labels.join(", ") }, attachments: attached("chelsea.png") }),
		);
		const [block] = scores(view?.blocks);
		expect((block?.rows.length ?? 0) + (block?.more ?? 0)).toBe(30);
		expect(block?.rows.length).toBeGreaterThanOrEqual(5);
		for (const { probability } of block?.rows.slice(5) ?? []) expect(probability).toBeGreaterThanOrEqual(0.01);
		expect(textOf(view)).toContain(`Labels as read: ${labels.join(" · ")}`);
	});

	test("uses the template it is given", async () => {
		const options = { labels: "cat, dog", template: "a blurry drawing of a {}" };
		const view = await answerTo(classify({ options, attachments: attached("chelsea.png") }));
		expect(textOf(view)).toContain("Prompts: “a blurry drawing of a {}”");
	});

	test("mode many judges each label alone", async () => {
		const options = { labels: "cat, kitten, car", mode: "many" };
		const view = await answerTo(classify({ options, attachments: attached("chelsea.png") }));
		const [block] = scores(view?.blocks);
		const best = Math.max(...(block?.rows ?? []).map(({ probability }) => probability));
		expect(block?.none).toBeCloseTo(1 - best, 6);
	});

	test("says of labels it can't read that it can't, and which model could", async () => {
		const view = await answerTo(classify({ options: { labels: "кошка, dog" }, attachments: attached("chelsea.png") }));
		expect(textOf(view)).toContain(
			"I may not know “кошка”, so take its score with care. The model starter doesn't read that script. siglip2-base-patch16-224 reads many languages.",
		);
	});

	test("tells that it is reading many new labels", async () => {
		const labels = Array.from({ length: 60 }, (_, index) => `object number ${index}`).join(", ");
		await answerTo(classify({ options: { labels }, attachments: attached("chelsea.png") }));
		expect(bot.platform.progressTexts).toEqual(["Reading 120 new label prompts…"]);
	});

	test.each([
		[{ labels: "  ,, " }, "No labels were given. Name at least one, for example: cat, dog, bear."],
		[{ labels: '"cat dog' }, "A quotation mark is never closed: "],
		[{ labels: "cat", mode: "some" }, "/classify can't use mode:some"],
		[{ labels: "cat", template: "no place" }, "{}"],
		[{ labels: "cat", size: "big" }, "/classify can't use size: it has no such option."],
		[{ labels: "x".repeat(101) }, "a label has at most 100"],
	])("bad options %j are answered in words, to the person alone", async (options, sentence) => {
		const view = await answerTo(
			classify({ options: options as Record<string, string>, attachments: attached("chelsea.png") }),
		);
		expect(textOf(view)).toContain(sentence);
		expect(view?.ephemeral).toBe(true);
	});
});

describe("/classify without labels", () => {
	const setLabels = (text: string, more: Partial<LabelSetContent> = {}) =>
		new TestChannel(bot, here.channel).setLabels(text, more);
	const plain = (options: Record<string, string> = {}) =>
		answerTo(classify({ options, attachments: attached("chelsea.png") }));

	test("uses the channel's own, with their mode and templates", async () => {
		await setLabels("🐱 cat, 🚀 rocket", { mode: "many", templates: ["a picture of a {}"] });
		const view = await plain();
		const [block] = scores(view?.blocks);
		expect(block?.rows[0]).toMatchObject({ label: "cat", emoji: "🐱" });
		const best = Math.max(...(block?.rows ?? []).map(({ probability }) => probability));
		expect(block?.none).toBeCloseTo(1 - best, 6);
		expect(textOf(view)).toContain("This channel's labels, version 1: cat · rocket");
		expect(textOf(view)).toContain("Prompts: “a picture of a {}”");
	});

	test("what the command says goes before what the channel says", async () => {
		await setLabels("cat, kitten", { mode: "many", templates: ["a picture of a {}"] });
		const view = await plain({ mode: "one", template: "a blurry {}" });
		const [block] = scores(view?.blocks);
		const total = (block?.rows ?? []).reduce((sum, { probability }) => sum + probability, block?.none ?? 0);
		expect(total).toBeCloseTo(1, 6);
		expect(textOf(view)).toContain("Prompts: “a blurry {}”");
	});

	test("named labels have nothing to do with the channel's", async () => {
		await setLabels("rocket", { mode: "many", templates: ["a picture of a {}"] });
		const view = await plain({ labels: "cat, dog" });
		expect(scores(view?.blocks)[0]?.rows.map(({ label }) => label)).toEqual(["cat", "dog"]);
		expect(textOf(view)).toContain("“a photo of a {}.”");
	});

	test("says both ways to name labels where the channel has none", async () => {
		const sentence =
			"/classify needs labels, and this channel has none of its own. Name them, as in /classify cat dog bear, or let a moderator give the channel some: /labels set cat, dog, bear";
		expect(textOf(await plain())).toBe(sentence);
		await setLabels("cat", { labels: [] });
		expect(textOf(await plain())).toBe(sentence);
	});
});

describe("a deleted message", () => {
	test("takes its images with it", async () => {
		await receive(imagesPosted("gone", { ...here, attachments: attached("chelsea.png") }), bot.services);
		await bot.idle();
		await receive(messageDeleted("gone", here), bot.services);
		await bot.idle();
		expect(textOf(await answerTo(classify()))).toContain("There is no image to look at here.");
	});
});
