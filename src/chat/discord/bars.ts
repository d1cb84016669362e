/** Score bars that read on a phone: equally wide at the start of their lines, then the percentage, then the label. */
import type { ScoreRow } from "../view.ts";
import { shorten } from "./cut.ts";
import { emojiText, escapeText } from "./escape.ts";

/** Cells of a bar: with the percentage it takes half the width of a narrow phone and leaves the other half to the label. */
const CELLS = 10;
const PERCENT_WIDTH = ">99%".length;
/** UTF-16 units of a label or emoji: what is longer could fill a message by itself. */
const LONGEST = 100;

/** `` `████████░░  82%` 🐱 cat `` */
export function barLine({ label, emoji, probability }: ScoreRow, wins: boolean): string {
	const words = escapeText(shorten(label, LONGEST));
	const name = wins && words.trim() !== "" ? `**${words.trim()}**` : words;
	return `${bar(probability)} ${emoji && emoji !== label ? `${emojiText(shorten(emoji, LONGEST))} ` : ""}${name}`;
}

/** Told from a label of the same words by its slant. */
export function noneLine(probability: number, wins: boolean): string {
	return `${bar(probability)} ${wins ? "***none of these***" : "*none of these*"}`;
}

/** In code, whose letters are all equally wide and whose spaces stay. */
function bar(probability: number): string {
	const full = Math.round(Math.min(Math.max(probability, 0), 1) * CELLS);
	return `\`${"█".repeat(full)}${"░".repeat(CELLS - full)} ${percent(probability).padStart(PERCENT_WIDTH)}\``;
}

/** A whole percentage that never claims certainty. */
function percent(probability: number): string {
	if (probability < 0.005) return "<1%";
	if (probability >= 0.995) return ">99%";
	return `${Math.round(probability * 100)}%`;
}
