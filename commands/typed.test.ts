import { describe, expect, test } from "vitest";
import { catalogue } from "./catalogue.ts";
import { parseTyped } from "./typed.ts";

const parse = (text: string) => parseTyped(text, catalogue);

describe("a typed command", () => {
	test.each([
		["/classify cat dog bear", { labels: "cat dog bear" }],
		["/classify", {}],
		["  /CLASSIFY   polar bear, panda ", { labels: "polar bear, panda" }],
		["/classify cat, dog\nbear", { labels: "cat, dog\nbear" }],
		["/classify cat dog mode:many", { labels: "cat dog", mode: "many" }],
		["/classify mode: many cat dog", { labels: "cat dog", mode: "many" }],
		['/classify cat, dog template:"a drawing of a {}"', { labels: "cat, dog", template: "a drawing of a {}" }],
		["/classify cat template:“a drawing of a {}” dog", { labels: "cat  dog", template: "a drawing of a {}" }],
		["/classify :dog: dog, :mode: hat", { labels: ":dog: dog, :mode: hat" }],
		["/classify labels:cat", { labels: "cat" }],
		['/classify labels:"polar bear, cat" mode:one', { labels: "polar bear, cat", mode: "one" }],
		["/classify ratio 4:3, cat", { labels: "ratio 4:3, cat" }],
		["/help classify", { command: "classify" }],
	])("%s", (text, options) => {
		const { options: read } = parse(text);
		expect(read).toEqual(options);
	});

	test.each([
		["/labels set 🐱 cat, 🐶 dog", "labels set", { labels: "🐱 cat, 🐶 dog" }],
		["/LABELS  Set cat dog", "labels set", { labels: "cat dog" }],
		["/labels set\ncat\npolar bear", "labels set", { labels: "cat\npolar bear" }],
		["/labels", "labels show", {}],
		["/labels show", "labels show", {}],
		["/labels copy from:<#C1>", "labels copy", { from: "<#C1>" }],
		["/labels moderators add <@U1>", "labels moderators", { change: "add <@U1>" }],
		["/autotag", "autotag show", {}],
		["/autotag on", "autotag on", {}],
		["/autotag last 50", "autotag last", { count: "50" }],
		[
			"/find a red car at night in:everywhere top:3",
			"find",
			{ text: "a red car at night", in: "everywhere", top: "3" },
		],
		["/similar top:2", "similar", { top: "2" }],
		["/forget", "forget", {}],
		["/forget me", "forget", { who: "me" }],
		["/help labels set", "help", { command: "labels set" }],
	])("%s is %s", (text, name, options) => {
		expect(parse(text)).toEqual({ name, options });
	});

	test("a hundred thousand characters are read at once", () => {
		const labels = "cat dog ".repeat(12_500).trim();
		expect(parse(`/classify ${labels}`).options.labels).toBe(labels);
	});
});

describe("what isn't a command is said in words", () => {
	test.each([
		["/clasify cat", "There is no command /clasify. Did you mean /classify?"],
		["/xyz", "There is no command /xyz. /help lists the commands."],
		["/labels sett cat", "There is no command /labels sett. Did you mean /labels set?"],
		["/labels wobble", "There is no command /labels wobble. /help labels lists the commands."],
		["/label set cat", "There is no command /label. Did you mean /labels?"],
		["/autotag on now", "/autotag on takes no text: “now”. /help autotag on explains it."],
		["/", "There is no command /. /help lists the commands."],
	])("%s", (text, sentence) => {
		expect(() => parse(text)).toThrow(expect.objectContaining({ sentence }));
	});
});
