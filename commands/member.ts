/** Reads the member that someone mentioned in a command. */
import { memberErrors } from "../src/errors.ts";

/**
 * The id in a mention as platforms write it: `<@id>`, also `<@!id>` and `<@id|name>`.
 * @throws UserError `member.unreadable`
 */
export function parseMember(text: string): string {
	const id = /^<@!?([^\s<>|@&]{1,200})(?:\|[^<>]*)?>$/.exec(text.trim())?.[1];
	if (id === undefined) throw memberErrors.unreadable(text);
	return id;
}
