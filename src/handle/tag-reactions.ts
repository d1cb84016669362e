/** Quiet tagging: reactions with the labels' emoji instead of a reply. */
import type { ScoreRow } from "../chat/view.ts";
import { sameLabel } from "../classify/labels.ts";
import type { Label } from "../classify/types.ts";
import type { Agreement } from "../classify/votes.ts";
import type { ImageReaction } from "../store/reactions.ts";
import type { Tag } from "../store/tags.ts";

/** Whether emoji alone say what an image shows: not where the bot is unsure, or a label has none. */
export function saysItself({ shown, scores }: Pick<Tag, "shown" | "scores">): boolean {
	return shown?.every((text) => emojiOf(text, [], scores) !== undefined) ?? false;
}

/**
 * The reactions that say what an image shows: what people agreed on, or else what the bot said when it was tagged. A label
 * without emoji has none, and so has an image that no label fits.
 * @param labels the channel's now
 */
export function reactionsOf(tag: Tag, agreed: Agreement | undefined, labels: readonly Label[]): ImageReaction[] {
	const texts = agreed ? (agreed.labels ?? []) : (tag.shown ?? []);
	return texts.flatMap((text) => {
		const emoji = emojiOf(text, agreed ? labels : [], tag.scores);
		return emoji ? [{ number: tag.number, emoji }] : [];
	});
}

/** A label's emoji as the channel has it now, or else as it was when the image was tagged. */
export function emojiOf(
	text: string,
	labels: readonly Label[],
	scores: readonly Pick<ScoreRow, "label" | "emoji">[],
): string | undefined {
	const now = labels.find((label) => sameLabel(label.text, text))?.emoji;
	return now ?? scores.find(({ label }) => sameLabel(label, text))?.emoji;
}
