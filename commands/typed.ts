/** Reads a command that someone typed, as `/classify cat dog bear mode:many`, where the platform has no fields to fill in. */
import { distance } from "fastest-levenshtein";
import { commandErrors } from "../src/errors.ts";
import type { CommandDescription } from "./command.ts";

export interface TypedCommand {
	name: string;
	options: Record<string, string>;
}

/**
 * Everything after the name goes to the command's `typed` option, except `name:value` or `name:"several words"` where
 * `name` is another option of the command.
 * @throws UserError `command.*` that names what is wrong and the nearest command
 */
export function parseTyped(text: string, catalogue: readonly CommandDescription[]): TypedCommand {
	const [, name = "", rest = ""] = /^\/(\S*)\s*([\s\S]*)$/.exec(text.trim()) ?? [];
	const command = catalogue.find((candidate) => candidate.name === name.toLowerCase());
	if (!command) throw commandErrors.unknown(name, nearest(name, catalogue));

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

function nearest(name: string, catalogue: readonly CommandDescription[]): string | undefined {
	const ranked = catalogue
		.map((command) => ({ name: command.name, edits: distance(name.toLowerCase(), command.name) }))
		.sort((a, b) => a.edits - b.edits);
	const best = ranked[0];
	return best && best.edits <= Math.max(2, best.name.length / 3) ? best.name : undefined;
}
