import { afterAll, beforeAll, expect, test } from "vitest";
import { startBot, type TestBot, textOf } from "../../test/support/bot.ts";
import { TestChannel } from "../../test/support/channel.ts";
import { command, imagesPosted } from "../../test/support/events.ts";
import { photo } from "../../test/support/models.ts";
import { type ChatEvent, jobId } from "../chat/event.ts";
import { imageErrors } from "../errors.ts";
import { workerOf } from "./handle.ts";

let bot: TestBot;
beforeAll(async () => {
	bot = await startBot();
});
afterAll(() => bot.close());

/** What a queue does with an event that ended its process twice. */
async function abandon(event: ChatEvent): Promise<void> {
	await bot.store.intake.record(event, new Date());
	await bot.store.intake.settle(jobId(event), "failed", new Date());
	await workerOf(bot.services).abandon?.(event);
}

test("an image that stopped the program is said to be left alone, its neighbour is tagged, and it is never read again", async () => {
	const channel = new TestChannel(bot, "deadly");
	await channel.setLabels("cat, rocket");
	await channel.autotag("on");
	const files = ["chelsea.png", "rocket.jpg"];
	const event = imagesPosted("m1", {
		...channel.ref,
		attachments: files.map((name) => ({ id: name, url: `fake:${name}`, name })),
	});
	// The first was read before the second stopped the program.
	bot.platform.files.set("chelsea.png", await photo("chelsea.png"));
	await bot.store.intake.record(event, new Date());
	await bot.store.images.record(event);
	const [cat] = await bot.store.images.ofMessage(event, "m1");
	if (!cat) throw new Error("the message has images");
	const embedding = await bot.services.classifier.embedImage(await photo("chelsea.png"));
	await bot.store.images.keep({ ...cat, embedding, modelId: bot.services.classifier.model.id, sha256: "00" });

	await abandon(event);
	const answer = textOf(channel.reply("m1").view);
	expect(answer).toContain("1 of 2 chelsea.png\ncat");
	expect(answer).toContain(imageErrors.deadly().sentence);

	// It could be read now.
	bot.platform.files.set("rocket.jpg", await photo("rocket.jpg"));
	await channel.happens(
		command("again", {
			...channel.ref,
			options: { labels: "rocket" },
			target: { message: "m1", attachments: event.attachments },
		}),
	);
	expect(textOf(channel.reply("again").view)).toContain(imageErrors.deadly().sentence);
});

test("who waits for a command that stopped the program is told, and the platform learns that nothing more comes", async () => {
	const asked = command("deadly-command");
	await abandon(asked);
	expect(bot.platform.posts.filter(({ event }) => event.key === asked.key).map(({ view }) => textOf(view))).toEqual([
		imageErrors.deadly().sentence,
	]);
	expect(bot.platform.settledKeys).toContain(asked.key);
});
