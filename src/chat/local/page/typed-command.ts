/** Where in a typed command what stands: its name, of one word or two, and the option that is being given at the caret. */
import type { WireCommand } from "../wire.ts";

/** Stands between an option's name and its value where people type: `mode:many`. */
export const MARK = ":";

type Option = WireCommand["options"][number];

/** What is being given at the caret, as far as it is typed. */
export interface Argument {
	command: WireCommand;
	option: Option;
	/** All of the option's value up to the caret. */
	value: string;
	/** Where what a completion replaces begins: the option's name, or the plain text. */
	from: number;
	/** Whether it is the command's `typed` option: the plain text after the name. */
	isTyped: boolean;
	/** Whether the word at the caret could as well begin the name of an option. */
	isFree: boolean;
}

/** The command that a text calls, once its name is complete; `/labels set` before `/labels`. */
export function commandOf(text: string, commands: readonly WireCommand[]): WireCommand | undefined {
	if (!text.startsWith("/")) return undefined;
	const [first = "", second] = text.slice(1).toLowerCase().split(/\s+/);
	return commands.find(({ name }) => name === `${first} ${second}`) ?? commands.find(({ name }) => name === first);
}

/** Where the name that a text begins with ends, known or not. */
export function endOfName(text: string, commands: readonly WireCommand[]): number {
	const isTwo = commandOf(text, commands)?.name.includes(" ") ?? false;
	return (isTwo ? /^\/\S*\s+\S*/ : /^\/\S*/).exec(text)?.[0].length ?? 0;
}

/** How a command is called: `/labels set <labels>`, `/forget [member:]`. */
export function usage({ name, typed, options }: WireCommand): string {
	const parts = options.map((option) => {
		const shown = option.name === typed ? option.name : option.name + MARK;
		return option.required ? `<${shown}>` : option.name === typed && `[${shown}]`;
	});
	return [`/${name}`, ...parts.filter(Boolean)].join(" ");
}

/** Options that can still be named: all but the one that takes the plain text, and those named already. */
export function unusedOptions(command: WireCommand, text: string): Option[] {
	const named = text.toLowerCase().split(/\s+/);
	const isNamed = (name: string) => named.some((word) => word.startsWith(name + MARK));
	return command.options.filter((option) => option.name !== command.typed && !isNamed(option.name));
}

/** A text with an option's name added at its end, ready for the value. */
export function appendOption(text: string, name: string): string {
	return `${text.trimEnd()} ${name}${MARK}`;
}

/** A value as it is typed: in quotes if it has spaces. */
export function quoted(value: string): string {
	return /\s/.test(value) ? `"${value}"` : value;
}

/** What is being given at the caret: an option by its name, else the one that takes the plain text. */
export function argumentAt(text: string, caret: number, commands: readonly WireCommand[]): Argument | undefined {
	const command = commandOf(text, commands);
	const start = endOfName(text, commands);
	const before = text.slice(0, caret);
	if (!command || caret <= start) return undefined;

	const [whole, lead = "", name = "", inQuotes, plain = ""] =
		/(^|[\s,])([\w-]+):(?:["“”]([^"“”]*)|([^\s"“”]*))$/.exec(before) ?? [];
	const named = command.options.find((option) => option.name === name.toLowerCase() && name !== command.typed);
	if (whole !== undefined && named) {
		const from = caret - whole.length + lead.length;
		return { command, option: named, value: inQuotes ?? plain, from, isTyped: false, isFree: false };
	}
	const typed = command.options.find((option) => option.name === command.typed);
	const from = start + startOfPlain(before.slice(start), command);
	const isTyped = typed !== undefined;
	// A command without plain text can still have options named.
	const option = typed ?? { name: "", description: "", required: false };
	return { command, option, value: before.slice(from), from, isTyped, isFree: true };
}

/** Where the plain text begins: after the last option that is named before it. */
function startOfPlain(rest: string, { options }: WireCommand): number {
	const names = options.map((option) => option.name).join("|");
	const named = new RegExp(`^[^]*(?:^|[\\s,])(?:${names}):(?:["“”][^"“”]*["“”]|[^\\s"“”]+)(?=\\s|$)`, "i");
	const end = (names && named.exec(rest)?.[0].length) || 0;
	return end + (/^\s*/.exec(rest.slice(end))?.[0].length ?? 0);
}
