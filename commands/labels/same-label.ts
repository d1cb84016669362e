/** Which label of a set someone means. */
import { distance } from "fastest-levenshtein";
import { bareEmoji, isEmojiOnly } from "../../src/classify/emoji.ts";
import { sameLabel } from "../../src/classify/labels.ts";
import type { Label } from "../../src/classify/types.ts";

/** The label of a set with this text, or this emoji where nothing but an emoji was given. */
export function labelMeant(labels: readonly Label[], given: Label): Label | undefined {
	const byText = labels.find((label) => sameLabel(label.text, given.text));
	if (byText || !given.emoji || !isEmojiOnly(given.text)) return byText;
	const { emoji } = given;
	return labels.find((label) => label.emoji && bareEmoji(label.emoji) === bareEmoji(emoji));
}

/** The label whose text is least far from what was written, if it is near at all. */
export function nearestLabel(labels: readonly Label[], written: string): string | undefined {
	const ranked = labels
		.map(({ text }) => ({ text, edits: distance(text.toLowerCase(), written.toLowerCase()) }))
		.sort((a, b) => a.edits - b.edits);
	const best = ranked[0];
	return best && best.edits <= Math.max(1, best.text.length / 3) ? best.text : undefined;
}
