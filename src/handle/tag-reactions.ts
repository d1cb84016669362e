/** Quiet tagging: reactions with the labels' emoji instead of a reply. */
import type { LabelSetContent } from "../store/label-sets.ts";
import type { Tag } from "../store/tags.ts";

/**
 * The emoji that say what the images of a message show; none at all where no label fits.
 * @returns undefined if emoji can't say it: the bot is unsure, or a label has none
 */
export function tagReactions(
	tags: readonly (Pick<Tag, "shown"> | undefined)[],
	{ labels }: Pick<LabelSetContent, "labels">,
): string[] | undefined {
	const reactions = new Set<string>();
	for (const tag of tags) {
		if (!tag) continue;
		if (!tag.shown) return undefined;
		for (const text of tag.shown) {
			const emoji = labels.find((label) => label.text === text)?.emoji;
			if (!emoji) return undefined;
			reactions.add(emoji);
		}
	}
	return [...reactions];
}
