import { parse as readCsv } from "csv-parse/sync";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Post, startBot, type TestBot, textOf } from "../test/support/bot.ts";
import { moderator, TestChannel } from "../test/support/channel.ts";

let bot: TestBot;
let here: TestChannel;
beforeAll(async () => {
	bot = await startBot();
	here = new TestChannel(bot, "zoo #1");
	await here.setLabels("🐱 cat, 🐶 dog, cup of coffee");
	await here.autotag("on");
	await here.post(["chelsea.png", "coffee.png"]);
	await here.press(here.reply(await here.post(["chelsea.png"])), "Right", moderator);
});
afterAll(() => bot.close());

async function fileOf({ view }: Post) {
	const file = view.blocks.find((block) => block.kind === "file");
	if (!file) throw new Error(`no file in ${textOf(view)}`);
	const chunks: Uint8Array[] = [];
	for await (const chunk of file.content) chunks.push(chunk);
	return { ...file, text: Buffer.concat(chunks).toString("utf8") };
}

test("JSON Lines have every image with its tags and votes, linked to its message", async () => {
	const post = await here.ask("export", { format: "jsonl" }, moderator);
	expect(post.view.ephemeral).toBe(true);
	expect(textOf(post.view)).toContain("3 images of this channel");
	const { name, type, text } = await fileOf(post);
	expect(name).toMatch(/^tagalong-zoo-1-\d{4}-\d\d-\d\d\.jsonl$/);
	expect(type).toBe("application/jsonl");
	const rows = text
		.trimEnd()
		.split("\n")
		.map((line) => JSON.parse(line));
	expect(rows.map(({ image_name }) => image_name)).toEqual(["chelsea.png", "coffee.png", "chelsea.png"]);
	expect(rows[0].message_link).toBe(`https://chat.test/home/zoo #1/${rows[0].message_link.split("/").at(-1)}`);
	for (const row of rows) {
		const sum = Object.values<number>(row.probabilities).reduce((a, b) => a + b, row.none);
		expect(sum).toBeCloseTo(1, 3);
		expect(row.model).toBe(bot.services.classifier.model.id);
		expect(row.label_set_version).toBe(1);
		expect(row.embedding).toBeUndefined();
	}
	expect(rows[2].agreed).toEqual(rows[2].shown);
	expect(rows[2].decided_by).toBe("moderator");
	expect(rows[2].decided_by_people).toEqual([moderator.id]);
	expect(rows[0].agreed).toBeNull();
});

test("CSV is the same, and parses back", async () => {
	const { name, text } = await fileOf(await here.ask("export", {}, moderator));
	expect(name).toMatch(/\.csv$/);
	const [head = [], ...rows] = readCsv(text);
	expect(rows).toHaveLength(3);
	expect(JSON.parse(rows[2]?.[head.indexOf("agreed")] ?? "")).toEqual(
		JSON.parse(rows[2]?.[head.indexOf("shown")] ?? ""),
	);
});

test("embeddings come when they are asked for, as unit vectors of the model's length", async () => {
	const { text } = await fileOf(await here.ask("export", { format: "jsonl", embeddings: "yes" }, moderator));
	const { embedding } = JSON.parse(text.split("\n")[0] ?? "");
	expect(embedding).toHaveLength(bot.services.classifier.model.manifest.dim);
	expect(Math.hypot(...embedding)).toBeCloseTo(1, 4);
});

test("is refused to who doesn't moderate, and never has another channel's or workspace's rows", async () => {
	expect(textOf((await here.ask("export")).view)).toContain("is for moderators");
	const beside = new TestChannel(bot, "zoo #1", "elsewhere");
	expect(textOf((await beside.ask("export", {}, moderator)).view)).toBe("I have seen no images in this channel yet.");
});
