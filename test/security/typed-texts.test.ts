/** Whatever people type, the bot answers in few words and at once, mentions no one and runs nothing. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commands } from "../../commands/catalogue.ts";
import type { View } from "../../src/chat/view.ts";
import { parseLabels } from "../../src/classify/labels.ts";
import { packageRoot } from "../../src/package-root.ts";
import { startBot, type TestBot, textOf } from "../support/bot.ts";
import { moderator, TestChannel } from "../support/channel.ts";
import { inEachTest, type TestChat } from "../support/local-chat.ts";
import { type } from "../support/typing.ts";

let bot: TestBot;
let channel: TestChannel;
beforeAll(async () => {
	bot = await startBot();
	channel = new TestChannel(bot, "general");
	await channel.setLabels("cat, rocket");
	await channel.post(["chelsea.png"]);
});
afterAll(() => bot.close());

describe("an option of 100 kB", () => {
	const each = commands.flatMap(({ name, options }) => Object.keys(options.shape).map((option) => [name, option]));

	test.each(each)("is answered in few words by /%s as its %s", async (name = "", option = "") => {
		const given = findCommandOptions(name);
		for (const value of ["x".repeat(100_000), '"'.repeat(100_000)]) {
			const answer = await channel.ask(name, { ...given, [option]: value }, moderator);
			const said = textOf(answer.view);
			expect(said.length, said.slice(0, 200)).toBeLessThan(2000);
			expect(said).not.toContain("Something went wrong");
		}
	});

	test("is no name of an option, or of a command", async () => {
		const long = "x".repeat(100_000);
		const answer = textOf((await channel.ask("classify", { [long]: "x" }, moderator)).view);
		expect(answer).toContain("it has no such option");
		expect(answer.length).toBeLessThan(500);
		await expect(type(channel, `/${long}`)).rejects.toMatchObject({
			code: "command.unknown",
			message: expect.stringMatching(/^.{1,100}$/),
		});
	});
});

/** What a command needs beside the option that is tried. */
function findCommandOptions(name: string): Record<string, string> {
	const needed: Record<string, Record<string, string>> = { wording: { label: "cat" }, find: { text: "cat" } };
	return needed[name] ?? {};
}

describe("labels that are refused in words", () => {
	test.each([
		["a label of 100 kB", "x".repeat(100_000), /has 100000 characters; a label has at most 100/],
		["1,001 labels", Array.from({ length: 1001 }, (_, index) => `l${index}`).join(","), /1001 labels were given/],
		["20,000 labels", Array.from({ length: 20_000 }, (_, index) => index).join(), /labels were given; at most 1000/],
		["marks alone", "\u0301\u0489, \u20e3", /No labels were given/],
		["100 kB of marks", "\u0301".repeat(100_000), /No labels were given/],
		["a letter under 100 kB of marks", `o${"\u0335".repeat(100_000)}`, /has 100001 characters/],
		["what can't be seen", "\u200b, \u202e, \ufeff, \u00ad", /No labels were given/],
		["100 kB of quotes", `${'"a '.repeat(33_000)}`, /quotation mark is never closed|has \d+ characters/],
		["100 kB of entities", "&amp;".repeat(20_000), /has 20000 characters/],
		["100 kB of emoji", "👩‍👩‍👧‍👦".repeat(4000), /has \d+ characters/],
	])("%s", async (_, labels, words) => {
		const before = (await bot.store.labelSets.current(channel.ref))?.version;
		for (const name of ["classify", "labels set", "labels add"]) {
			const said = textOf((await channel.ask(name, { labels }, moderator)).view);
			expect(said).toMatch(words);
			expect(said.length).toBeLessThan(400);
		}
		expect((await bot.store.labelSets.current(channel.ref))?.version).toBe(before);
	});
});

/** Texts that mention, format, run or steer somewhere. */
const hostile = [
	"@everyone",
	"@here",
	"<!channel>",
	"<!subteam^S1>",
	"<@U1>",
	"<@!1>",
	"<@&1>",
	"<#C1>",
	"<https://evil.test|click>",
	"[click](javascript:alert(1))",
	"</script><script>alert(1)</script>",
	"<img src=x onerror=alert(1)>",
	"*bold* _it_ ~no~ `code` ||spoiler||",
	"$" + "{7*7}{{7*7}}%s%n",
	"=HYPERLINK(1)",
	"'; drop table images; --",
	"__proto__",
	"constructor",
	"\u202ereversed",
	"\u001b[31mred\u001b[0m\u0007",
	"\u009b31mred",
];
/** As they are read: what steers a terminal or the direction of reading is gone. */
const asRead = hostile.map((text) => parseLabels(`"${text}",`)[0]?.text ?? "");

describe("labels that mean something elsewhere", () => {
	test("lose what steers, and keep the rest as it was typed", () => {
		for (const [index, text] of asRead.entries()) {
			expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
			expect(text).toBe(hostile[index]?.replace(/[\p{Cc}\p{Cf}]/gu, ""));
		}
	});

	test("are data wherever the bot shows them: no mention, no link, no markup is made of them", async () => {
		const labels = hostile.map((text) => `"${text}"`).join(", ");
		const views: View[] = [];
		const channel = new TestChannel(bot, "hostile");
		await channel.post(["chelsea.png"]);
		const ask = async (name: string, options: Record<string, string> = {}) => {
			views.push((await channel.ask(name, options, moderator)).view);
		};
		await ask("classify", { labels });
		await ask("labels set", { labels });
		await channel.autotag("on");
		const message = await channel.post(["rocket.jpg"]);
		views.push(channel.reply(message).view);
		await channel.press(channel.reply(message), "</script><script>alert(1)</script>", moderator);
		views.push(channel.reply(message).view);
		for (const name of ["labels show", "stats", "review", "autotag show"]) await ask(name);
		await ask("wording", { label: "</script>" });
		await ask("find", { text: "<!channel> @everyone" });
		await ask("labels remove", { labels });

		const shown = views.map(textOf).join("\n");
		expect(shown).not.toContain("Something went wrong");
		for (const text of asRead) expect(shown).toContain(text);
		// People and messages are spans of their own; typed text is in none of them.
		for (const view of views) {
			for (const span of spansOf(view)) {
				if (typeof span === "object" && span !== null && "person" in span)
					expect([moderator.id, "ada"]).toContain(span.person);
				if (typeof span === "object" && span !== null && "link" in span)
					expect(span.link).toMatchObject({ channel: channel.ref.channel });
			}
		}
		expect(views.flatMap(idsOf).filter((id) => hostile.some((text) => id.includes(text)))).toEqual([]);
	});

	test("take no part in files for a spreadsheet but as text", async () => {
		const channel = new TestChannel(bot, "spreadsheet");
		await channel.setLabels('"=HYPERLINK(1)", "@everyone", "+1", "-1"', { threshold: 0.05 });
		await channel.autotag("on");
		await channel.post(["rocket.jpg"]);
		const { view } = await channel.ask("export", { format: "csv" }, moderator);
		const file = view.blocks.find((block) => block.kind === "file");
		const chunks: Uint8Array[] = [];
		for await (const chunk of file?.kind === "file" ? file.content : []) chunks.push(chunk);
		const cells = Buffer.concat(chunks).toString().split(/[,\n]/);
		expect(cells.length).toBeGreaterThan(10);
		expect(cells.filter((cell) => /^"?[=+@-]/.test(cell))).toEqual([]);
	});
});

/** Every piece of rich text in a view. */
function spansOf(value: unknown): unknown[] {
	if (Array.isArray(value)) return value.flatMap((each) => [each, ...spansOf(each)]);
	return typeof value === "object" && value !== null && !ArrayBuffer.isView(value)
		? Object.values(value).flatMap(spansOf)
		: [];
}

/** What controls carry to the platform and back. */
function idsOf(value: unknown): string[] {
	return spansOf(value).flatMap((each) =>
		typeof each === "object" && each !== null && "id" in each && "label" in each ? [String(each.id)] : [],
	);
}

describe("in the chat page", () => {
	let chat: TestChat;
	inEachTest((opened) => {
		chat = opened;
	});

	test("texts, names of people and of files are data, and steer nothing", async () => {
		for (const [index, text] of hostile.entries()) {
			const posted = await chat.post(text, [new File(["x"], `${text}.png`)], { name: text });
			expect(posted.text).toBe(text.trim());
			expect(posted.author.name).toBe(asRead[index]?.slice(0, 40).trim());
			expect(posted.files[0]?.name).toBe(`${asRead[index]}.png`);
		}
		const response = await chat.request("/api/channels/general/messages");
		expect(response.headers.get("content-type")).toContain("application/json");
		expect(response.headers.get("x-content-type-options")).toBe("nosniff");
	});

	test("an answer that quotes them is stored and sent as it is, and names no one by it", async () => {
		await chat.answer({ blocks: hostile.map((text) => ({ kind: "text", text: [text, { strong: text }] })) });
		const [reply] = await chat.replies();
		expect(reply?.view?.blocks).toEqual(hostile.map((text) => ({ kind: "text", text: [text, { strong: text }] })));
	});

	test("nothing is ever read as markup: the page builds its elements itself", async () => {
		const folder = join(packageRoot, "src", "chat", "local", "page");
		const names = (await readdir(folder)).filter((name) => /\.tsx?$/.test(name));
		expect(names.length).toBeGreaterThan(20);
		const ways =
			/innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|\beval\(|new Function|srcdoc|javascript:/;
		for (const name of names)
			expect([name, ways.exec(await readFile(join(folder, name), "utf8"))]).toEqual([name, null]);
	});
});
