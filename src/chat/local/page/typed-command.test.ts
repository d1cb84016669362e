import { describe, expect, it } from "vitest";
import type { WireCommand } from "../wire.ts";
import { appendOption, argumentAt, commandOf, endOfName, unusedOptions, usage } from "./typed-command.ts";

const option = (name: string, required = false) => ({ name, description: "", required });
const command = (name: string, typed: string | undefined, ...options: WireCommand["options"]): WireCommand => ({
	name,
	description: "",
	...(typed && { typed }),
	options,
	examples: [],
	who: "everyone",
});
const commands = [
	command("classify", "labels", option("labels", true), option("mode"), option("template")),
	command("labels", undefined),
	command("labels set", "labels", option("labels", true)),
	command("forget", undefined, option("member", true)),
];
const given = (marked: string) => {
	const argument = argumentAt(marked.replace("|", ""), marked.indexOf("|"), commands);
	return argument && [argument.option.name, argument.value];
};

describe("a typed command", () => {
	it("is known by its name, the longest that fits", () => {
		const name = (text: string) => commandOf(text, commands)?.name;
		expect(["/classify cat", "/LABELS  set cat", "/labels", "/labels show"].map(name)).toEqual([
			"classify",
			"labels set",
			"labels",
			"labels",
		]);
		expect(["/class", "classify cat", "/", ""].map(name)).toEqual([undefined, undefined, undefined, undefined]);
		expect(endOfName("/labels  set cat", commands)).toBe("/labels  set".length);
		expect(endOfName("/labels show cat", commands)).toBe("/labels".length);
	});

	it("says how it is called", () => {
		expect(commands.map(usage)).toEqual(["/classify <labels>", "/labels", "/labels set <labels>", "/forget <member:>"]);
	});

	it("knows which options can still be named", () => {
		const [classify = command("", undefined)] = commands;
		expect(unusedOptions(classify, "/classify cat mode:one").map(({ name }) => name)).toEqual(["template"]);
		expect(appendOption("/classify cat ", "mode")).toBe("/classify cat mode:");
	});

	it("knows what is being given at the caret, in quotes too", () => {
		expect(given("/classify polar b|")).toEqual(["labels", "polar b"]);
		expect(given("/classify cat mode:o| dog")).toEqual(["mode", "o"]);
		expect(given('/classify template:"a photo o|')).toEqual(["template", "a photo o"]);
		expect(given('/classify template:"a {}" mode:one polar b|')).toEqual(["labels", "polar b"]);
		expect(given("/labels set http:x|")).toEqual(["labels", "http:x"]);
	});

	it("gives nothing while its name is being typed", () => {
		expect(given("/classify|")).toBeUndefined();
		expect(given("/labels s|et cat")).toBeUndefined();
		expect(given("/zebra cat|")).toBeUndefined();
	});
});
