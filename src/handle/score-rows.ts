/** Scores as a view shows them. */
import type { ScoreRow } from "../chat/view.ts";
import type { Score } from "../classify/types.ts";

export function scoreRows(scores: readonly Score[]): ScoreRow[] {
	return scores.map(({ label, probability }) => {
		return { label: label.text, ...(label.emoji && { emoji: label.emoji }), probability };
	});
}
