import { describe, expect, it } from "vitest";
import type { WireCommand } from "../wire.ts";
import { appendOption, applyItem, commandOf, complete, unusedOptions } from "./completion.ts";

const catalogue: WireCommand[] = [
	{
		name: "classify",
		description: "Say which label fits an image",
		typed: "labels",
		options: [
			{ name: "labels", description: "What to choose from", required: true },
			{ name: "mode", description: "One label or many", required: false, choices: ["one", "many"] },
			{ name: "template", description: "A sentence with {}", required: false },
		],
		examples: ["/classify cat dog bear"],
	},
	{ name: "help", description: "What I can do", options: [], examples: ["/help"] },
];
const at = (marked: string) => {
	const caret = marked.indexOf("|");
	return complete(marked.replace("|", ""), caret, catalogue);
};
const labels = (marked: string) => at(marked)?.items.map((item) => item.label);

describe("completion of commands", () => {
	it("offers every command after a lone slash, and those that begin with what is typed", () => {
		expect(labels("/|")).toEqual(["/classify", "/help"]);
		expect(labels("/CL|")).toEqual(["/classify"]);
	});

	it("falls back to commands that contain what is typed, and then to nothing", () => {
		expect(labels("/sify|")).toEqual(["/classify"]);
		expect(labels("/zebra|")).toBeUndefined();
	});

	it("lets Enter take an unfinished name but send a finished one", () => {
		expect(at("/hel|")?.eager).toBe(true);
		expect(at("/help|")?.eager).toBe(false);
	});

	it("stays away from text that is no command", () => {
		expect(labels("hello /cl|")).toBeUndefined();
		expect(labels("|")).toBeUndefined();
	});

	it("replaces the whole name even with the caret inside it", () => {
		const completion = at("/cl|as cat");
		expect(completion && applyItem("/clas cat", completion, completion.items[0] ?? fail())).toEqual({
			text: "/classify cat",
			caret: 9,
		});
	});
});

describe("completion of options", () => {
	it("offers options that begin like the word, never by Enter alone, since the word may be a label", () => {
		const completion = at("/classify cat m|");
		expect(completion?.items.map((item) => item.insert)).toEqual(["mode:"]);
		expect(completion?.eager).toBe(false);
	});

	it("never offers the option that plain text goes to, nor one that is named already", () => {
		expect(labels("/classify l|")).toBeUndefined();
		expect(labels("/classify mode:one m|")).toBeUndefined();
	});

	it("offers nothing between words, and nothing for an unknown command", () => {
		expect(labels("/classify cat |")).toBeUndefined();
		expect(labels("/zebra m|")).toBeUndefined();
	});

	it("offers an option's choices after its colon and puts the caret behind the value", () => {
		expect(labels("/classify mode:|")).toEqual(["one", "many"]);
		const completion = at("/classify mode:m| cat");
		expect(completion && applyItem("/classify mode:m cat", completion, completion.items[0] ?? fail())).toEqual({
			text: "/classify mode:many cat",
			caret: 19,
		});
	});

	it("knows the command being typed and what can still be named", () => {
		const command = commandOf("/classify cat mode:one", catalogue);
		expect(command?.name).toBe("classify");
		expect(command && unusedOptions(command, "/classify cat mode:one").map((option) => option.name)).toEqual([
			"template",
		]);
		expect(appendOption("/classify cat ", "mode")).toBe("/classify cat mode:");
	});
});

function fail(): never {
	throw new Error("nothing was offered");
}
