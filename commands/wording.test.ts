import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { controlsOf, type Post, startBot, type TestBot, textOf } from "../test/support/bot.ts";
import { moderator, TestChannel } from "../test/support/channel.ts";
import { photo } from "../test/support/models.ts";

let bot: TestBot;
beforeAll(async () => {
	bot = await startBot();
});
afterAll(() => bot.close());

let count = 0;
async function channel(labels?: string): Promise<TestChannel> {
	const made = new TestChannel(bot, `wording-${++count}`);
	if (labels) await made.setLabels(labels);
	return made;
}
const tableOf = ({ view }: Post) => {
	const table = view.blocks.find((block) => block.kind === "table");
	if (!table) throw new Error("there is no table");
	return table;
};
const pictureOf = ({ view }: Post) => {
	const picture = view.blocks.find((block) => block.kind === "picture");
	if (!picture) throw new Error("there is no picture");
	return picture;
};

/** Posts photos, each confirmed by a moderator as showing one of the channel's labels. */
async function confirmed(here: TestChannel, photos: Record<string, string>): Promise<void> {
	for (const [name, label] of Object.entries(photos)) {
		const message = await here.post([name]);
		const [stored] = await bot.store.images.ofMessage(here.ref, message);
		if (!stored) throw new Error("the image is not known");
		const { classifier } = bot.services;
		const embedding = await classifier.embedImage(await photo(name));
		await bot.store.images.keep({ ...stored, embedding, modelId: classifier.model.id });
		const verdict = { kind: "label", label } as const;
		const image = { ...here.ref, message, number: 0 };
		await bot.store.votes.cast(image, { voter: "mo", source: "button", verdict, moderator: true, order: ++count });
	}
}

describe("a label under many wordings", () => {
	test("is shown as a picture and as a table with the same wordings, the likeliest first", async () => {
		const here = await channel("cat, dog, cup of coffee");
		await here.post(["chelsea.png"]);
		const post = await here.ask("wording", { label: "cat" });
		const { head, rows } = tableOf(post);
		expect(head).toEqual(["Wording", "Probability", "Rank"]);
		expect(rows.length).toBeGreaterThanOrEqual(12);
		expect(rows.map(([wording]) => wording)).toContain("a sketch of a {}.");
		expect(rows.filter(([wording]) => wording?.endsWith("(used now)"))).toHaveLength(1);
		expect(rows.slice(0, 5).map(([, , rank]) => rank)).toEqual(["1", "1", "1", "1", "1"]);
		const figures = rows.map(([, probability]) => Number.parseInt(probability?.replace(/[<>]/, "") ?? "", 10));
		expect(figures).toEqual([...figures].sort((a, b) => b - a));
		expect(new Set(figures).size).toBeGreaterThan(1);
		const { png, alt } = pictureOf(post);
		expect(Buffer.from(png).subarray(1, 4).toString()).toBe("PNG");
		expect(alt).toContain("“cat”");
		expect(post.view.ephemeral).toBeUndefined();
	});

	test("that isn't one of the channel's stands alone against everyday words", async () => {
		const here = await channel("dog, cup of coffee");
		await here.post(["chelsea.png"]);
		const alone = await here.ask("wording", { label: "cat" });
		expect(pictureOf(alone).alt).toContain("1 other answers");
		const among = await here.ask("wording", { label: "cup of coffee" });
		expect(pictureOf(among).alt).toContain("2 other answers");
		expect(pictureOf(among).png).not.toEqual(pictureOf(alone).png);
	});

	test("of several words is one label, several labels are refused", async () => {
		const here = await channel();
		await here.post(["coffee.png"]);
		expect(textOf((await here.ask("wording", { label: '"polar bear"' })).view)).toContain("polar bear gets from");
		expect(textOf((await here.ask("wording", { label: "cat, dog" })).view)).toContain("Name one, as in: /wording");
	});

	test("may be under wordings of one's own, beside what is used now", async () => {
		const here = await channel("cat, dog");
		await here.post(["chelsea.png"]);
		const post = await here.ask("wording", { label: "cat", templates: "a furry {}. | the face of a {}" });
		const wordings = tableOf(post).rows.map(([wording]) => wording);
		expect(wordings).toContain("a furry {}.");
		expect(wordings).toContain("the face of a {}");
		expect(wordings.filter((wording) => wording?.endsWith("(used now)"))).toHaveLength(1);
		expect(wordings).not.toContain("a sketch of a {}.");
		const wrong = await here.ask("wording", { label: "cat", templates: "no placeholder" });
		expect(textOf(wrong.view)).toContain("has no {} for the label");
		const many = Array.from({ length: 24 }, (_, index) => `${index} {}`).join("|");
		expect(textOf((await here.ask("wording", { label: "cat", templates: many })).view)).toContain("at most 23");
	});

	test("in a script that the chart's font lacks stands by a number, and the reply says which", async () => {
		const here = await channel("cat, 猫");
		await here.post(["chelsea.png"]);
		expect(textOf((await here.ask("wording", { label: "cat" })).view)).toContain("In its columns #2 is “猫”.");
	});

	test("needs an image", async () => {
		const here = await channel("cat, dog");
		expect(textOf((await here.ask("wording", { label: "cat" })).view)).toContain("There is no image to look at here.");
	});
});

describe("where people have confirmed images", () => {
	const labels = "zebra, cat, cup, flower, person";
	/** Longer than what the model reads: under it all labels are the same, and the first of them wins. */
	const useless = `${"1 2 3 4 5 6 7 8 9 ".repeat(10)}{}`;
	const photos = {
		"chelsea.png": "cat",
		"coffee.png": "cup",
		"flower.jpg": "flower",
		"astronaut.png": "person",
	};

	test("each wording says how many it gets right, and how few that rests on", async () => {
		const here = await channel(labels);
		await confirmed(here, photos);
		const post = await here.ask("wording", { label: "cat" });
		const { head, rows } = tableOf(post);
		expect(head.at(-1)).toBe("Right");
		expect(rows.every((row) => /^[0-4] of 4$/.test(row.at(-1) ?? ""))).toBe(true);
		expect(textOf(post.view)).toContain("measured on only 4 confirmed images: too few to choose by");
	});

	test("a label that was taken out since counts no more", async () => {
		const here = await channel(labels);
		await confirmed(here, { "chelsea.png": "cat", "coffee.png": "cup" });
		await here.setLabels("cat, dog");
		const post = await here.ask("wording", { label: "cat" });
		expect(tableOf(post).rows[0]?.at(-1)).toMatch(/ of 1$/);
	});

	test("the best can be adopted by a moderator, and by no one else", async () => {
		const here = await channel(labels);
		await confirmed(here, photos);
		await here.setLabels(labels, { templates: [useless] });
		const post = await here.ask("wording", { label: "cat" });
		const [button] = controlsOf(post.view);
		if (button?.kind !== "button") throw new Error(`no button in ${textOf(post.view)}`);

		await here.press(post, button.label);
		expect(textOf(bot.platform.posts.at(-1)?.view)).toContain("is for moderators");
		const before = await bot.store.labelSets.current(here.ref);
		expect(before?.templates).toEqual([useless]);

		await here.press(post, button.label, moderator);
		const answer = bot.platform.posts.at(-1);
		expect(answer?.view.ephemeral).toBe(true);
		expect(textOf(answer?.view)).toContain("from the next image on");
		const after = await bot.store.labelSets.current(here.ref);
		expect(after?.version).toBe((before?.version ?? 0) + 1);
		expect(after?.labels).toEqual(before?.labels);
		expect(after?.templates).not.toEqual(before?.templates);
		if (after?.templates?.length === 1) expect(button.label).toBe(`Adopt “${after.templates[0]}”`);
		else expect(button.label).toBe("Adopt all of these together");

		await here.press(post, button.label, moderator);
		expect((await bot.store.labelSets.current(here.ref))?.version).toBe(after?.version);
	});

	test("a wording of one's own that is best comes with the command that adopts it", async () => {
		const here = await channel(labels);
		await confirmed(here, photos);
		await here.setLabels(labels, { templates: [useless] });
		const post = await here.ask("wording", { label: "cat", templates: "a nice photo of a {}" });
		expect(controlsOf(post.view)).toEqual([]);
		expect(textOf(post.view)).toContain("/labels template a nice photo of a {}");
	});
});
