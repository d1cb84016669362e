/** What can be chosen for an image: the ways out first, then labels, the likely ones before the rest. */
import type { Control, ScoreRow } from "../chat/view.ts";
import type { Label } from "../classify/types.ts";
import { labelId } from "./controls.ts";

export type Options = Extract<Control, { kind: "select" }>["options"];

export const NONE = "none";
export const OTHER = "other";
export const WITHDRAW = "withdraw";

/** A platform that shows only the first options folds away the least likely labels. */
export function labelChoices(labels: readonly Label[], scores: readonly ScoreRow[], canWithdraw: boolean): Options {
	const place = new Map(scores.map(({ label }, index) => [label, index]));
	const ranked = [...labels].sort(
		(a, b) => (place.get(a.text) ?? scores.length) - (place.get(b.text) ?? scores.length),
	);
	return [
		{ id: NONE, label: "None of these" },
		{ id: OTHER, label: "Another label…" },
		...(canWithdraw ? [{ id: WITHDRAW, label: "Take back my vote" }] : []),
		...ranked.map(({ text, emoji }) => ({ id: labelId(text), label: text, ...(emoji && { emoji }) })),
	];
}
