/** What to offer while a command is being typed: pure functions of the text, the caret and the catalogue. */
import type { WireCommand } from "../wire.ts";

/** Stands between an option's name and its value where people type: `mode:many`. */
const MARK = ":";

export interface CompletionItem {
	label: string;
	description: string;
	/** Replaces what stands between `from` and `to`. */
	insert: string;
}

export interface Completion {
	of: "command" | "option" | "choice";
	from: number;
	to: number;
	items: CompletionItem[];
	/**
	 * Whether Enter takes the first item at once. Where what is typed may be meant as it stands (a whole command, a
	 * label that begins like an option), Enter sends unless the person has moved to an item.
	 */
	eager: boolean;
}

/** What `/` completion offers at `caret`, if anything. */
export function complete(text: string, caret: number, catalogue: readonly WireCommand[]): Completion | undefined {
	const before = text.slice(0, caret);
	const typedName = /^\/(\S*)$/.exec(before)?.[1];
	if (typedName !== undefined) return completeCommand(typedName, text, catalogue);

	const command = commandOf(text, catalogue);
	const word = /\S*$/.exec(before)?.[0] ?? "";
	if (!command || word === "") return undefined;
	const from = caret - word.length;
	const [name, value] = split(word);
	if (value !== undefined) return completeChoice(command, name, value, from, caret);
	const items = unusedOptions(command, text)
		.filter((option) => option.name.startsWith(word.toLowerCase()))
		.map((option) => ({
			label: option.name + MARK,
			description: option.description,
			insert: option.name + MARK,
		}));
	return items.length > 0 ? { of: "option", from, to: caret, items, eager: false } : undefined;
}

/** The command that a text calls, once its name is complete. */
export function commandOf(text: string, catalogue: readonly WireCommand[]): WireCommand | undefined {
	const name = /^\/(\S+)(\s|$)/.exec(text)?.[1]?.toLowerCase();
	return catalogue.find((command) => command.name === name);
}

/** Options that can still be named: all but the one that takes the plain text, and those named already. */
export function unusedOptions(command: WireCommand, text: string): WireCommand["options"] {
	const named = text.toLowerCase().split(/\s+/);
	const isNamed = (name: string) => named.some((word) => word.startsWith(name + MARK));
	return command.options.filter((option) => option.name !== command.typed && !isNamed(option.name));
}

/** The text after taking an item, and where the caret then stands. */
export function applyItem(text: string, completion: Completion, item: CompletionItem): { text: string; caret: number } {
	const after = text.slice(completion.to);
	const insert = item.insert.endsWith(" ") && after.startsWith(" ") ? item.insert.trimEnd() : item.insert;
	const caret = completion.from + insert.length;
	return { text: text.slice(0, completion.from) + insert + after, caret };
}

/** A text with an option's name added at its end, ready for the value. */
export function appendOption(text: string, name: string): string {
	return `${text.trimEnd()} ${name}${MARK}`;
}

function completeCommand(typed: string, text: string, catalogue: readonly WireCommand[]): Completion | undefined {
	const wanted = typed.toLowerCase();
	const starting = catalogue.filter((command) => command.name.startsWith(wanted));
	const found = starting.length > 0 ? starting : catalogue.filter((command) => command.name.includes(wanted));
	const items = found.map((command) => ({
		label: `/${command.name}`,
		description: command.description,
		insert: `/${command.name} `,
	}));
	const to = /^\/\S*/.exec(text)?.[0].length ?? 1;
	const eager = !found.some((command) => command.name === wanted);
	return items.length > 0 ? { of: "command", from: 0, to, items, eager } : undefined;
}

function completeChoice(
	command: WireCommand,
	name: string,
	value: string,
	from: number,
	to: number,
): Completion | undefined {
	const choices = command.options.find((option) => option.name === name.toLowerCase())?.choices ?? [];
	const items = choices
		.filter((choice) => choice.toLowerCase().startsWith(value.toLowerCase()))
		.map((choice) => ({ label: choice, description: "", insert: `${name}${MARK}${choice} ` }));
	const eager = !choices.includes(value);
	return items.length > 0 ? { of: "choice", from, to, items, eager } : undefined;
}

function split(word: string): [string, string | undefined] {
	const at = word.indexOf(MARK);
	return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}
