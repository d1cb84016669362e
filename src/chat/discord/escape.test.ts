import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { emojiText, escapeText, markdown, partialEmoji } from "./escape.ts";

const message = {
	platform: "discord" as const,
	workspace: "613425648685547541",
	channel: "175928847299117063",
	message: "175928847299117065",
};

describe("text that a person typed", () => {
	test.each([
		["**bold** __line__ ~~gone~~ ||hidden||", "\\*\\*bold\\*\\* \\_\\_line\\_\\_ \\~\\~gone\\~\\~ \\|\\|hidden\\|\\|"],
		["`code`", "\\`code\\`"],
		[
			"@everyone <@80351110224678912> <#1> <t:1:R>",
			"\\@everyone \\<\\@80351110224678912\\> \\<\\#1\\> \\<t\\:1\\:R\\>",
		],
		["[x](https://evil.example)", "\\[x\\](https\\://evil.example)"],
		[":skull:", "\\:skull\\:"],
		["# heading", "\\# heading"],
		["-# small", "\\-\\# small"],
		["- list", "\\- list"],
		["1. list", "1\\. list"],
		["> quote", "\\> quote"],
		["back\\slash", "back\\\\slash"],
	])("%s is shown as typed", (typed, escaped) => {
		expect(escapeText(typed)).toBe(escaped);
	});

	test("plain words stay plain: 12.5 % 2026-01-31, “a photo of a {}”, rock'n'roll, A–Z", () => {
		const words = "12.5 % 2026-01-31, “a photo of a {}”, rock'n'roll, A–Z, 日本語 · مرحبا";
		expect(escapeText(words)).toBe(words);
	});

	test("begins no line of its own, and turns no reading direction", () => {
		expect(escapeText("cat\n# dog\r\u2028x\u202E\u0000y\uD800")).toBe("cat \\# dog xy");
	});

	test("keeps emoji whole", () => {
		const emoji = "👩‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿 👍🏽 ❤️";
		expect(escapeText(emoji)).toBe(emoji);
	});
});

describe("spans", () => {
	test("stand in Discord's markdown", () => {
		expect(
			markdown([
				{ emoji: "🐱" },
				" ",
				{ strong: "big_cat" },
				" by ",
				{ person: "80351110224678912" },
				", see ",
				{ link: message, text: "2026-01-31" },
				" or ",
				{ code: "/labels set *" },
			]),
		).toBe(
			"🐱 **big\\_cat** by <@80351110224678912>, see [2026-01-31](https://discord.com/channels/613425648685547541/175928847299117063/175928847299117065) or `/labels set *`",
		);
	});

	test("emphasis leaves spaces outside, joins what touches, and is none of nothing", () => {
		expect(markdown([{ strong: "Mode: " }, "one"])).toBe("**Mode\\:** one");
		expect(markdown([{ strong: "a" }, "", { strong: "b" }])).toBe("**ab**");
		expect(markdown([{ strong: "" }, { code: "" }])).toBe("");
		expect(markdown([{ strong: "*" }])).toBe("**\\***");
	});

	test("code that touches code is one piece of code", () => {
		expect(markdown([{ code: "a" }, { code: "b" }])).toBe("`ab`");
	});

	test("code with a backtick is shown without being code", () => {
		expect(markdown([{ code: "a `b` *c*" }])).toBe("a \\`b\\` \\*c\\*");
	});

	test("who is no member of Discord is named by their id, and a message without an address is no link", () => {
		expect(markdown([{ person: "@everyone" }])).toBe("\\@everyone");
		expect(markdown([{ link: { ...message, platform: "local" }, text: "2026-01-31" }])).toBe("2026-01-31");
	});

	test("no text, however it is cut into spans, leaves an active character", () => {
		const nasty = fc.string({
			unit: fc.constantFrom(..."@<>#*_~|`[]():\\-+.1 \n", "everyone", "https://", "🐱", "\uD800", "\u202E"),
		});
		fc.assert(
			fc.property(fc.array(nasty, { maxLength: 5 }), (texts) => {
				const shown = markdown(texts);
				const bare = shown.replace(/\\[^0-9A-Za-z\s]/g, "");
				expect(bare).not.toMatch(/[\\@<>#*_~|`[\]\n]|:(?!\s)/);
				expect(shown).not.toMatch(/\p{Cs}/u);
			}),
		);
	});
});

describe("emoji", () => {
	test.each([
		["🐱", "🐱", { name: "🐱" }],
		[":dog:", "🐶", { name: "🐶" }],
		["<:tag:175928847299117063>", "<:tag:175928847299117063>", { id: "175928847299117063", name: "tag" }],
		[
			"<a:tag:175928847299117063>",
			"<a:tag:175928847299117063>",
			{ id: "175928847299117063", name: "tag", animated: true },
		],
		["❤", "❤", { name: "❤️" }],
		["✓", "✓", undefined],
		[":no_such_emoji:", "\\:no\\_such\\_emoji\\:", undefined],
		["<:x:1>@everyone", "\\<\\:x\\:1\\>\\@everyone", undefined],
		["🐱🐱", "🐱🐱", undefined],
	])("%s", (emoji, inText, onButton) => {
		expect(emojiText(emoji)).toBe(inText);
		expect(partialEmoji(emoji)).toEqual(onButton);
	});
});
