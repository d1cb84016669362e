import { describe, expect, it } from "vitest";
import type { WireCommand } from "../wire.ts";
import { applyItem, complete, completeValue } from "./completion.ts";
import { argumentAt } from "./typed-command.ts";

const everyone = { who: "everyone", examples: [] } as const;
const moderators = { who: "moderators", examples: [] } as const;
const commands: WireCommand[] = [
	{
		name: "labels set",
		description: "Which labels this channel uses",
		typed: "labels",
		options: [{ name: "labels", description: "", required: true }],
		...moderators,
		examples: [],
	},
	{ name: "labels show", description: "", options: [], ...everyone, examples: [] },
	{
		name: "autotag",
		description: "Tag each new image",
		typed: "how",
		options: [{ name: "how", description: "", required: false, choices: ["on", "off", "quiet"] }],
		...moderators,
		examples: [],
	},
	{ name: "autotag last", description: "Tag history", options: [], ...moderators, examples: [] },
	{
		name: "classify",
		description: "Say which label fits an image",
		typed: "labels",
		options: [
			{ name: "labels", description: "What to choose from", required: true },
			{ name: "mode", description: "One label or many", required: false, choices: ["one", "many"] },
			{ name: "template", description: "A sentence with {}", required: false },
		],
		...everyone,
		examples: [],
	},
	{
		name: "forget",
		description: "Drop what is kept of someone",
		options: [{ name: "member", description: "", required: false, completes: true }],
		...everyone,
		examples: [],
	},
	{
		name: "labels remove",
		description: "",
		typed: "labels",
		options: [{ name: "labels", description: "", required: true, completes: true }],
		...moderators,
		examples: [],
	},
	{ name: "help", description: "What I can do", options: [], ...everyone, examples: [] },
];
const known = { commands, people: ["Ann", "Bo Berg"], canModerate: true };

const at = (marked: string, changed = {}) =>
	complete(marked.replace("|", ""), marked.indexOf("|"), { ...known, ...changed });
const labels = (marked: string, changed = {}) => at(marked, changed)?.items.map((item) => item.label);
/** The text with the caret as `|` after taking an item. */
const taking = (marked: string, index = 0) => {
	const completion = at(marked);
	const item = completion?.items[index];
	if (!completion || !item) throw new Error("nothing was offered");
	const { text, caret } = applyItem(marked.replace("|", ""), completion, item);
	return `${text.slice(0, caret)}|${text.slice(caret)}`;
};

describe("completion of commands", () => {
	it("offers every command after a lone slash, and those that begin with what is typed", () => {
		expect(labels("/|")).toEqual(commands.map(({ name }) => `/${name}`));
		expect(labels("/CL|")).toEqual(["/classify"]);
	});

	it("falls back to commands that contain what is typed, and then to nothing", () => {
		expect(labels("/sify|")).toEqual(["/classify"]);
		expect(labels("/zebra|")).toBeUndefined();
	});

	it("lets Enter take an unfinished name but send a finished one", () => {
		expect(at("/hel|")?.eager).toBe(true);
		expect(at("/help|")?.eager).toBe(false);
		expect(at("/labels se|")?.eager).toBe(true);
		expect(at("/labels set|")?.eager).toBe(false);
		// A group's name alone shows how things stand.
		expect([at("/label|")?.eager, at("/labels|")?.eager]).toEqual([true, false]);
	});

	it("stays away from text that is no command", () => {
		expect(labels("hello /cl|")).toBeUndefined();
		expect(labels("|")).toBeUndefined();
	});

	it("replaces the whole name even with the caret inside it", () => {
		expect(taking("/cl|as cat")).toBe("/classify| cat");
		expect(taking("/labels sh|")).toBe("/labels show |");
		expect(taking("/labels s|et cat", 1)).toBe("/labels show| cat");
		expect(taking("/lab|els set cat", 1)).toBe("/labels show| cat");
	});

	it("offers the parts of a group by its name, and narrows them by what follows", () => {
		expect(labels("/lab|")).toEqual(["/labels set", "/labels show", "/labels remove"]);
		expect(labels("/labels |")).toEqual(["/labels set", "/labels show", "/labels remove"]);
		expect(labels("/labels s|")).toEqual(["/labels set", "/labels show"]);
		expect(labels("/labels x|")).toBeUndefined();
	});

	it("offers a command's choices together with the parts of its group", () => {
		expect(labels("/autotag |")).toEqual(["on", "off", "quiet", "/autotag last"]);
		expect(labels("/autotag la|")).toEqual(["/autotag last"]);
		expect(taking("/autotag la|")).toBe("/autotag last |");
		expect(taking("/autotag q|")).toBe("/autotag quiet |");
		expect([at("/autotag |")?.eager, at("/autotag o|")?.eager, at("/autotag on|")?.eager]).toEqual([
			false,
			true,
			false,
		]);
	});

	it("puts what only moderators may use last for everyone else", () => {
		expect(labels("/|", { canModerate: false })).toEqual([
			"/labels show",
			"/classify",
			"/forget",
			"/help",
			"/labels set",
			"/autotag",
			"/autotag last",
			"/labels remove",
		]);
		expect(at("/labels s|", { canModerate: false })?.items.map(({ who }) => who)).toEqual(["everyone", "moderators"]);
	});
});

describe("completion of options", () => {
	it("offers options that begin like the word, never by Enter alone, since the word may be a label", () => {
		const completion = at("/classify cat m|");
		expect(completion?.items.map((item) => item.insert)).toEqual(["mode:"]);
		expect(completion?.eager).toBe(false);
		expect(labels("/forget m|")).toEqual(["member:"]);
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
		expect(taking("/classify mode:m| cat")).toBe("/classify mode:many| cat");
	});
});

describe("completion of values that the server knows", () => {
	const answer = (marked: string, ...values: string[]) => {
		const text = marked.replace("|", "");
		const caret = marked.indexOf("|");
		const argument = argumentAt(text, caret, commands);
		const completion = argument && completeValue(argument, caret, values);
		const item = completion?.items[0];
		return completion && item && applyItem(text, completion, item).text;
	};

	it("quotes those with spaces, but for the plain text, which they replace whole", () => {
		expect(answer("/forget member:a|", "Ann")).toBe("/forget member:Ann ");
		expect(answer('/forget member:"bo b|', "Bo Berg")).toBe('/forget member:"Bo Berg" ');
		expect(answer("/labels remove polar b|", "polar bear")).toBe("/labels remove polar bear");
	});

	it("offers nothing where the only one stands there already", () => {
		expect(answer("/labels remove cat|", "cat")).toBeUndefined();
		expect(answer("/labels remove cat|", "cat", "cattle")).toBe("/labels remove cat");
	});
});

describe("completion of names", () => {
	it("offers people of the channel anywhere, by any of their names, and quotes those with spaces", () => {
		expect(labels("thanks @|")).toEqual(["@Ann", "@Bo Berg"]);
		expect(taking("thanks @a|")).toBe("thanks @Ann |");
		expect(taking("@ber|")).toBe('@"Bo Berg" |');
		expect(taking('@"bo be|')).toBe('@"Bo Berg" |');
	});

	it("puts the quotes of an option's value around it all", () => {
		expect(taking("/forget member:@bo|")).toBe('/forget member:"@Bo Berg" |');
	});

	it("leaves addresses alone, and lets Enter send a whole name", () => {
		expect(labels("ann@b|")).toBeUndefined();
		expect([at("@an|")?.eager, at("@ann|")?.eager, at("@|")?.eager]).toEqual([true, false, false]);
	});
});
