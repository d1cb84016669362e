/** What to offer while something is being typed: pure functions of the text, the caret and what the page knows. */
import type { WireCommand } from "../wire.ts";
import { type Argument, argumentAt, commandOf, endOfName, MARK, quoted, unusedOptions } from "./typed-command.ts";

export interface CompletionItem {
	label: string;
	description: string;
	/** Replaces what stands between `from` and `to`. */
	insert: string;
	who?: WireCommand["who"];
}

export interface Completion {
	of: "command" | "option" | "value" | "person";
	from: number;
	to: number;
	items: CompletionItem[];
	/**
	 * Whether Enter takes the first item at once. Where what is typed may be meant as it stands (a whole command, a
	 * label that begins like an option), Enter sends unless the person has moved to an item.
	 */
	eager: boolean;
}

export interface Known {
	commands: readonly WireCommand[];
	/** Names of people seen in the channel. */
	people: readonly string[];
	/** Commands that this person may not use come last. */
	canModerate: boolean;
}

/** What completion offers at `caret` by itself, if anything; what only the server knows is asked with `questionAt`. */
export function complete(text: string, caret: number, known: Known): Completion | undefined {
	const before = text.slice(0, caret);
	const person = completePerson(before, known.people);
	if (person || !before.startsWith("/")) return person;

	const [, first = "", space, second = ""] = /^\/(\S*)(?:(\s+)(\S*))?$/.exec(before) ?? [];
	if (space === undefined && /^\/\S*$/.test(before)) return completeName(first.toLowerCase(), text, known);
	const argument = completeArgument(text, caret, known);
	if (space === undefined) return argument;
	return joined(argument, completePart(first.toLowerCase(), second.toLowerCase(), text, caret, known));
}

/** What the server answered for an argument's value. */
export function completeValue(argument: Argument, caret: number, values: readonly string[]): Completion | undefined {
	// Nothing to offer where the only one stands there already.
	if (values.length === 1 && values[0] === argument.value) return undefined;
	const items = values.map((value) => ({
		label: value,
		description: "",
		insert: argument.isTyped ? value : `${argument.option.name}${MARK}${quoted(value)} `,
	}));
	return items.length > 0 ? { of: "value", from: argument.from, to: caret, items, eager: false } : undefined;
}

/** The text after taking an item, and where the caret then stands. */
export function applyItem(text: string, completion: Completion, item: CompletionItem): { text: string; caret: number } {
	const after = text.slice(completion.to);
	const insert = item.insert.endsWith(" ") && after.startsWith(" ") ? item.insert.trimEnd() : item.insert;
	const caret = completion.from + insert.length;
	return { text: text.slice(0, completion.from) + insert + after, caret };
}

function completePerson(before: string, people: readonly string[]): Completion | undefined {
	const [whole = "", lead = "", quote = "", typed = ""] =
		/(^|[\s:,(])@(?:(["“”])([^"“”]*)|[^\s"“”]*)$/.exec(before) ?? [];
	if (whole === "") return undefined;
	const wanted = (quote ? typed : whole.slice(lead.length + 1)).toLowerCase();
	const items = people
		.filter((name) => ` ${name.toLowerCase()}`.includes(` ${wanted}`))
		.map((name) => ({
			label: `@${name}`,
			description: "",
			// As an option's value the quotes stand around it all.
			insert: `${lead === MARK ? quoted(`@${name}`) : `@${quoted(name)}`} `,
		}));
	const eager = wanted !== "" && !people.some((name) => name.toLowerCase() === wanted);
	const from = before.length - whole.length + lead.length;
	return items.length > 0 ? { of: "person", from, to: before.length, items, eager } : undefined;
}

/** Commands by what their name begins with or, if none does, contains. */
function completeName(wanted: string, text: string, { commands, canModerate }: Known): Completion | undefined {
	const starting = commands.filter(({ name }) => name.startsWith(wanted));
	const found = starting.length > 0 ? starting : commands.filter(({ name }) => name.includes(wanted));
	const items = allowedFirst(found, canModerate).map((command) => ({
		...commandItem(command),
		insert: `/${command.name} `,
	}));
	// A group's name alone is a command too: it shows how things stand.
	const eager = !found.some(({ name }) => name === wanted || name === `${wanted} show`);
	return items.length > 0 ? { of: "command", from: 0, to: endOfName(text, commands), items, eager } : undefined;
}

/** Commands whose name's second word is being typed: the parts of a group. */
function completePart(
	group: string,
	part: string,
	text: string,
	caret: number,
	{ commands, canModerate }: Known,
): Completion | undefined {
	const wanted = `${group} ${part}`;
	const found = commands.filter(({ name }) => name.startsWith(wanted));
	const items = allowedFirst(found, canModerate).map((command) => ({
		...commandItem(command),
		insert: `${command.name.slice(group.length + 1)} `,
	}));
	// What is typed may also be an argument, where the first word is a command by itself.
	const eager = !commands.some(({ name }) => name === wanted || name === group);
	// With the caret inside a whole name, all of it is replaced.
	const isWhole = commandOf(text, commands)?.name.startsWith(`${group} `);
	const to = isWhole ? endOfName(text, commands) : caret;
	return items.length > 0 ? { of: "command", from: caret - part.length, to, items, eager } : undefined;
}

function commandItem({ name, description, who }: WireCommand) {
	return { label: `/${name}`, description, who };
}

function allowedFirst(commands: readonly WireCommand[], canModerate: boolean): readonly WireCommand[] {
	if (canModerate) return commands;
	const isOpen = ({ who }: WireCommand) => who === "everyone";
	return [...commands.filter(isOpen), ...commands.filter((command) => !isOpen(command))];
}

/** An option's choices, or the names of options that can still be given. */
function completeArgument(text: string, caret: number, { commands }: Known): Completion | undefined {
	const argument = argumentAt(text, caret, commands);
	if (!argument) return undefined;
	const choices = completeChoice(argument, caret);
	const word = /\S*$/.exec(text.slice(0, caret))?.[0] ?? "";
	if (choices || !argument.isFree || word === "") return choices;
	const items = unusedOptions(argument.command, text)
		.filter((option) => option.name.startsWith(word.toLowerCase()))
		.map((option) => ({
			label: option.name + MARK,
			description: option.description,
			insert: option.name + MARK,
		}));
	return items.length > 0 ? { of: "option", from: caret - word.length, to: caret, items, eager: false } : undefined;
}

function completeChoice(argument: Argument, to: number): Completion | undefined {
	const { option, value, from, isTyped } = argument;
	const choices = option?.choices ?? [];
	const items = choices
		.filter((choice) => choice.toLowerCase().startsWith(value.toLowerCase()))
		.map((choice) => ({
			label: choice,
			description: "",
			insert: `${isTyped ? choice : `${option.name}${MARK}${choice}`} `,
		}));
	// The plain text may be left out; a named value may not.
	const eager = !choices.includes(value) && !(isTyped && value === "");
	return items.length > 0 ? { of: "value", from, to, items, eager } : undefined;
}

function joined(one: Completion | undefined, other: Completion | undefined): Completion | undefined {
	if (!one || !other || one.from !== other.from) return other ?? one;
	return { ...one, items: [...one.items, ...other.items] };
}
