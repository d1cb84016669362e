/** Reactions as data: what a click changes, who gave them in words, and what a picker offers. Pure functions. */
import type { KeptBlock } from "../../view.ts";
import type { WireMessage, WireReaction } from "../wire.ts";
import { together } from "./wording.ts";

type Person = WireReaction["people"][number];

export interface Emoji {
	emoji: string;
	/** For those who can't see it. */
	name: string;
}

/** Votes first, then what people answer pictures with. */
export const COMMON: readonly Emoji[] = [
	{ emoji: "✅", name: "yes" },
	{ emoji: "❌", name: "no" },
	{ emoji: "👍", name: "thumbs up" },
	{ emoji: "👎", name: "thumbs down" },
	{ emoji: "❤️", name: "heart" },
	{ emoji: "😂", name: "laughing" },
	{ emoji: "🎉", name: "party" },
	{ emoji: "😮", name: "surprised" },
	{ emoji: "😢", name: "sad" },
	{ emoji: "🤔", name: "thinking" },
	{ emoji: "👀", name: "eyes" },
	{ emoji: "🙏", name: "thanks" },
	{ emoji: "🔥", name: "fire" },
	{ emoji: "💯", name: "hundred" },
	{ emoji: "⭐", name: "star" },
	{ emoji: "👏", name: "clapping" },
];
const LABELS_MOST = 16;
const PICTURE = "\\p{Extended_Pictographic}(?:\\uFE0F|\\p{Emoji_Modifier})?";
/** A flag, a keycap, or pictures joined to one (a family, a flag with tags). */
const EMOJI = new RegExp(
	`^(?:\\p{Regional_Indicator}{2}|[0-9#*]\\uFE0F?\\u20E3|${PICTURE}(?:\\u200D${PICTURE})*[\\u{E0020}-\\u{E007F}]*)$`,
	"u",
);

/** Whether a text is one emoji, as far as can be told without a list of all. */
export function isEmoji(text: string): boolean {
	return EMOJI.test(text);
}

/** The reactions after someone gave one or took it back. */
export function toggled(reactions: WireReaction[], emoji: string, person: Person, added: boolean): WireReaction[] {
	const others = (people: Person[]) => people.filter(({ id }) => id !== person.id);
	const known = reactions.some((each) => each.emoji === emoji);
	if (!known) return added ? [...reactions, { emoji, people: [person] }] : reactions;
	return reactions
		.map((each) =>
			each.emoji === emoji ? { emoji, people: [...others(each.people), ...(added ? [person] : [])] } : each,
		)
		.filter(({ people }) => people.length > 0);
}

export function isMine({ people }: WireReaction, me: string): boolean {
	return people.some(({ id }) => id === me);
}

/** "You, Ann and Bo reacted with 👍" */
export function inWords({ emoji, people }: WireReaction, me: string): string {
	const mine = people.some(({ id }) => id === me) ? ["You"] : [];
	const names = people.filter(({ id }) => id !== me).map(({ name }) => name);
	return `${together([...mine, ...names])} reacted with ${emoji}`;
}

/** The emoji of labels in a channel's latest answers, newest first: reacting with one is a vote for its label. */
export function labelEmoji(messages: readonly WireMessage[]): Emoji[] {
	const found = new Map<string, Emoji>();
	for (const { view } of messages.toReversed()) {
		for (const each of view?.blocks.flatMap(emojiOf) ?? []) {
			if (found.size < LABELS_MOST && isEmoji(each.emoji) && !found.has(each.emoji)) found.set(each.emoji, each);
		}
	}
	return [...found.values()].filter(({ emoji }) => COMMON.every((common) => common.emoji !== emoji));
}

function emojiOf(block: KeptBlock): Emoji[] {
	if (block.kind !== "scores") return [];
	return block.rows.flatMap(({ emoji, label }) => (emoji ? [{ emoji, name: label }] : []));
}
