import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UserError } from "../errors.ts";
import { canonicalEmoji, shortNameOf } from "./emoji.ts";
import { parseLabels } from "./labels.ts";

const texts = (input: string) => parseLabels(input).map(({ text }) => text);
const codeOf = (input: string) => {
	try {
		parseLabels(input);
	} catch (error) {
		if (error instanceof UserError) return error.code;
		throw error;
	}
	return "no error";
};

describe("splitting", () => {
	it.each([
		["cat dog bear", ["cat", "dog", "bear"]],
		["cat, dog bear", ["cat", "dog bear"]],
		['"polar bear" cat', ["polar bear", "cat"]],
		['cat, "dog, big", bear', ["cat", "dog, big", "bear"]],
		["“polar bear” ‘big cat’ dog", ["polar bear", "big cat", "dog"]],
		["猫，犬、熊", ["猫", "犬", "熊"]],
		["cat\npolar bear\r\ndog", ["cat", "polar bear", "dog"]],
		["  cat dog  \n", ["cat", "dog"]],
		["cat, dog,, ,", ["cat", "dog"]],
		["polar bear,", ["polar bear"]],
		['"big, bad" wolf', ["big, bad", "wolf"]],
	])("reads %j", (input, expected) => {
		expect(texts(input)).toEqual(expected);
	});

	it("keeps apostrophes and inch marks inside words", () => {
		expect(texts("potter's wheel, '70s car, dogs' bed, 5\" disk")).toEqual([
			"potter's wheel",
			"'70s car",
			"dogs' bed",
			'5" disk',
		]);
		expect(texts('\'70s "polar bear" cat')).toEqual(["'70s", "polar bear", "cat"]);
		expect(texts("potter’s dog's")).toEqual(["potter's", "dog's"]);
	});

	it("reads a long text of unclosed apostrophes in passable time", () => {
		expect(codeOf("'x ".repeat(30_000))).toBe("no error");
	});
});

describe("tidying", () => {
	it("drops what differs by case alone, and keeps the first spelling", () => {
		expect(texts("Cat cat CAT dog")).toEqual(["Cat", "dog"]);
	});

	it("decodes HTML entities before it splits", () => {
		expect(texts("salt &amp; pepper, cats&#39; bed, &lt;b&gt;")).toEqual(["salt & pepper", "cats' bed", "<b>"]);
		expect(texts("&quot;polar bear&quot; cat")).toEqual(["polar bear", "cat"]);
	});

	it("collapses inner spaces and composes accents", () => {
		expect(texts("polar \u00a0 \t bear, cafe\u0301")).toEqual(["polar bear", "café"]);
	});

	it("strips control and direction characters, and joiners that would be a label by themselves", () => {
		expect(texts("\u202ecat\u0000\u200b, \u001b[31mdog, \u200d, \u2066")).toEqual(["cat", "[31mdog"]);
	});

	it("keeps the joiners that Persian words need", () => {
		expect(texts("می\u200cخواهم")).toEqual(["می\u200cخواهم"]);
	});
});

describe("emoji", () => {
	it.each([
		[
			"🐱 cat, :dog: dog",
			[
				{ text: "cat", emoji: "🐱" },
				{ text: "dog", emoji: "🐶" },
			],
		],
		[
			"🐱 cat 🐶 dog",
			[
				{ text: "cat", emoji: "🐱" },
				{ text: "dog", emoji: "🐶" },
			],
		],
		["🐱cat", [{ text: "cat", emoji: "🐱" }]],
		["👨‍👩‍👧 family,", [{ text: "family", emoji: "👨‍👩‍👧" }]],
		[
			"🇩🇪 flag, 1️⃣ one",
			[
				{ text: "flag", emoji: "🇩🇪" },
				{ text: "one", emoji: "1️⃣" },
			],
		],
		[
			"👍🏽 good, :wave::skin-tone-3: hello",
			[
				{ text: "good", emoji: "👍🏽" },
				{ text: "hello", emoji: "👋🏼" },
			],
		],
		["🏴󠁧󠁢󠁥󠁮󠁧󠁿 England,", [{ text: "England", emoji: "🏴󠁧󠁢󠁥󠁮󠁧󠁿" }]],
		[
			"<:blob:123456789> blob, <a:party:42> party",
			[
				{ text: "blob", emoji: "<:blob:123456789>" },
				{ text: "party", emoji: "<a:party:42>" },
			],
		],
		[":our_own: mascot,", [{ text: "mascot", emoji: ":our_own:" }]],
	])("reads %j", (input, expected) => {
		expect(parseLabels(input)).toEqual(expected);
	});

	it("alone is a label too", () => {
		expect(parseLabels("🐱 🐶")).toEqual([
			{ text: "🐱", emoji: "🐱" },
			{ text: "🐶", emoji: "🐶" },
		]);
		expect(parseLabels("<:blob:1>")).toEqual([{ text: ":blob:", emoji: "<:blob:1>" }]);
	});

	it("has its short name looked up both ways", () => {
		expect(canonicalEmoji(":dog:")).toBe("🐶");
		expect(canonicalEmoji(":flag-de:")).toBe("🇩🇪");
		expect(canonicalEmoji(":no_such_name:")).toBe(":no_such_name:");
		expect(shortNameOf("🐶")).toBe("dog");
	});

	it("isn't seen in numbers and times", () => {
		expect(texts("7 dwarfs, 10:30:00, #1")).toEqual(["7 dwarfs", "10:30:00", "#1"]);
	});

	it("of many skin tones is read in passable time", () => {
		expect(codeOf(`:a:${":skin-tone-2:".repeat(5000)}x`)).toBe("labels.too-long");
	});
});

describe("limits", () => {
	it.each(["", "  \n ", ", ,", '""', "'' \"\"", "\u200b\u202e", "&nbsp;"])("refuses %j as no labels", (input) => {
		expect(codeOf(input)).toBe("labels.none");
	});

	it("names the quotation mark that is never closed", () => {
		expect(() => parseLabels('cat "polar bear')).toThrow('never closed: "polar bear');
	});

	it("allows 1,000 labels, counted without repetitions, and refuses one more", () => {
		const thousand = Array.from({ length: 1000 }, (_, index) => `label${index}`);
		expect(parseLabels([...thousand, "LABEL7"].join(" "))).toHaveLength(1000);
		expect(() => parseLabels([...thousand, "another"].join(" "))).toThrow("1001 labels were given; at most 1000");
	});

	it("allows 100 code points in a label and refuses one more, naming label and length", () => {
		expect(texts(`${"é".repeat(100)},`)).toEqual(["é".repeat(100)]);
		expect(texts(`${"𝒳".repeat(100)},`)).toHaveLength(1);
		expect(() => parseLabels("x".repeat(101))).toThrow("has 101 characters; a label has at most 100");
	});

	it("refuses a label of 100 kB in a short sentence", () => {
		const refused = expect(() => parseLabels(`cat, ${"𝒳 ".repeat(50_000)}`));
		refused.toThrow(/^The label “(𝒳 ){20}…” has 99999 characters; a label has at most 100\.$/u);
	});
});

describe("whatever is typed", () => {
	const pieces = fc.constantFrom(
		..."abA,，、 \n\"'“”‘’&;:<>#é🐱🐶",
		"&amp;",
		"&quot;",
		"&#39;",
		":dog:",
		":x:",
		"<:x:1>",
		"\u200d",
		"\u202e",
		"1️⃣",
		"e\u0301",
		":skin-tone-2:",
	);
	const typed = fc.oneof(
		fc.string({ unit: "binary" }),
		fc.array(pieces, { maxLength: 30 }).map((each) => each.join("")),
	);

	it("is read, or refused in words", () => {
		fc.assert(
			fc.property(typed, (text) => {
				const code = codeOf(text);
				expect(code === "no error" || code.startsWith("labels.")).toBe(true);
			}),
			{ numRuns: 2000 },
		);
	});

	it("of plain words reads the same again when joined by commas", () => {
		// No apostrophe before a word: that may open a quote, and what was in it may open another.
		const label = fc.stringMatching(/^[a-z][a-z0-9' .-]{0,20}[a-z0-9]$/).filter((text) => !/\s'/.test(text));
		const words = fc.uniqueArray(label, { minLength: 2, maxLength: 20 });
		fc.assert(
			fc.property(words, (given) => {
				const once = texts(given.join(", "));
				fc.pre(once.length > 1);
				expect(texts(once.join(", "))).toEqual(once);
			}),
		);
	});
});
