/** Reads a command that someone typed, as `/classify cat dog bear mode:many`, where the platform has no fields to fill in. */
import { distance } from "fastest-levenshtein";
import { commandErrors } from "../src/errors.ts";
import type { CommandDescription } from "./command.ts";

export interface TypedCommand {
	name: string;
	options: Record<string, string>;
}

type Named = Pick<CommandDescription, "name">;

/** The member of a group that its name alone stands for: `/labels` is `/labels show`. */
const ALONE = "show";

/**
 * Everything after the name goes to the command's `typed` option, except `name:value` or `name:"several words"` where
 * `name` is another option of the command. The longest name counts: `/labels set cat` is `labels set`.
 * @throws UserError `command.*` that names what is wrong and the nearest command
 */
export function parseTyped(text: string, catalogue: readonly CommandDescription[]): TypedCommand {
	const { command, rest } = splitName(text.trim().replace(/^\//, ""), catalogue);
	const options: Record<string, string> = {};
	const names = command.options.map((option) => option.name);
	// The value may be quoted, straight or curly; an option's name starts a word, so that the emoji `:mode:` is none.
	const option = new RegExp(`(^|[\\s,])(${names.join("|")}):\\s*(?:["“”]([^"“”]*)["“”]|(\\S+))(?=$|[\\s,])`, "giu");
	const typed =
		names.length === 0
			? rest
			: rest.replace(option, (_, before, key, quoted, plain) => {
					options[String(key).toLowerCase()] = quoted ?? plain;
					return before;
				});
	const remaining = typed.trim();
	if (remaining && !command.typed) throw commandErrors.takesNothing(command.name, remaining);
	if (remaining && command.typed) options[command.typed] ??= remaining;
	return { name: command.name, options };
}

function splitName(text: string, catalogue: readonly CommandDescription[]) {
	const [, first = "", afterFirst = ""] = /^(\S*)\s*([\s\S]*)$/.exec(text) ?? [];
	const [, second = "", afterSecond = ""] = /^(\S*)\s*([\s\S]*)$/.exec(afterFirst) ?? [];
	const find = (name: string) => catalogue.find((candidate) => candidate.name === name.toLowerCase());
	const ofTwo = find(`${first} ${second || ALONE}`);
	if (ofTwo) return { command: ofTwo, rest: afterSecond };
	const ofOne = find(first);
	if (ofOne) return { command: ofOne, rest: afterFirst };
	const isGroup = catalogue.some((candidate) => groupOf(candidate) === first.toLowerCase());
	const name = isGroup ? `${first} ${second}` : first;
	throw commandErrors.unknown(name, nearest(name, catalogue), isGroup ? first.toLowerCase() : undefined);
}

/** The first word of a command's name of two. */
export function groupOf({ name }: Named): string | undefined {
	return name.includes(" ") ? name.slice(0, name.indexOf(" ")) : undefined;
}

/** The command, or group of commands, whose name is least far from what was written, if it is near at all. */
export function nearest(written: string, catalogue: readonly Named[]): string | undefined {
	const names = [...new Set(catalogue.flatMap((command) => [command.name, groupOf(command) ?? command.name]))];
	const ranked = names
		.map((name) => ({ name, edits: distance(written.toLowerCase(), name) }))
		.sort((a, b) => a.edits - b.edits);
	const best = ranked[0];
	return best && best.edits <= Math.max(2, best.name.length / 3) ? best.name : undefined;
}
