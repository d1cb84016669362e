/** Reads the member that someone mentioned in a command. */
import { memberErrors } from "../src/errors.ts";

/** Of members, roles (`<@&id>`) and user groups (`<!subteam^id>`): ids say nothing to people. */
const mention = /<[@!][^<>]*>/;

/**
 * The id in a mention as platforms write it: `<@id>`, also `<@!id>` and `<@id|name>`.
 * @throws UserError `member.not-one` for a role, a group or several; `member.unreadable`
 */
export function parseMember(text: string): string {
	const id = /^<@!?([^\s<>|@&]{1,200})(?:\|[^<>]*)?>$/.exec(text.trim())?.[1];
	if (id === undefined) throw mentions(text) ? memberErrors.notOne() : memberErrors.unreadable(text);
	return id;
}

/** Whether someone is named, or several, or a role. */
export function mentions(text: string): boolean {
	return mention.test(text);
}
