/** Who and where is named in a typed command: `@Ada` becomes `<@id>`, `#wildlife` `<#id>`, as on every platform. */
import { localChatErrors } from "../../errors.ts";

interface Person {
	id: string;
	name: string;
}

/**
 * The longest name that fits wins, whatever its case; quotes may stand around it (`@"Ada L"`). Names that no one goes by
 * stay as they are typed.
 * @throws UserError `local.which-member` for a name that several people go by: a guess could forget the wrong one
 */
export function nameMembers(text: string, people: readonly Person[]): string {
	const byName = new Map<string, Person[]>();
	for (const person of people) byName.set(fold(person.name), [...(byName.get(fold(person.name)) ?? []), person]);
	const names = [...byName.keys()].sort((a, b) => b.length - a.length).map(literal);
	if (names.length === 0) return text;
	const anyName = names.join("|");
	const mention = new RegExp(
		String.raw`(?<![\p{L}\p{N}_<])@(?:["“”](${anyName})["“”]|(${anyName})(?![\p{L}\p{M}\p{N}_]))`,
		"giu",
	);
	return text.replace(mention, (typed, quoted: string | undefined, plain: string | undefined) => {
		const [person, ...others] = byName.get(fold(quoted ?? plain ?? "")) ?? [];
		if (!person) return typed;
		if (others.length > 0) throw localChatErrors.whichMember(person.name);
		return `<@${person.id}>`;
	});
}

/** Channels by their names; what isn't one stays as it is typed. */
export function nameChannels(text: string, channels: readonly { id: string; name: string }[]): string {
	return text.replace(/(?<![\p{L}\p{N}_<&])#([\p{L}\p{M}\p{N}_-]+)/gu, (typed, name: string) => {
		const channel = channels.find((each) => each.name === name.toLowerCase());
		return channel ? `<#${channel.id}>` : typed;
	});
}

const fold = (name: string) => name.toLowerCase();
const literal = (name: string) => name.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
