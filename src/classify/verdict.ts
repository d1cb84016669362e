/** What is said of an image: the labels that are probable enough, that none of them fits, or that it is unsure. */
import type { Classification, Mode } from "./types.ts";

/** From this probability of none on, and with no label above the threshold, "none of these" is the answer. */
const NONE_FROM = 0.5;

/**
 * @param threshold a calibrated probability, in [0, 1]
 * @returns texts of the labels that are shown as right, by falling probability, at most one where the labels share one
 * answer; empty: none of these; undefined: unsure
 */
export function shownLabels({ scores, none }: Classification, mode: Mode, threshold: number): string[] | undefined {
	const right = scores.filter(({ probability }) => probability >= threshold).map(({ label }) => label.text);
	if (right.length > 0) return mode === "one" ? right.slice(0, 1) : right;
	return none >= NONE_FROM ? [] : undefined;
}
