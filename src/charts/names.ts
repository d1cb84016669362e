/** What a chart writes for texts that people gave: only what its font has, and each name once. */
import { fonts } from "./font.ts";

/** Pieces of emoji, joiners and tags; a keycap leaves its digit. */
const emoji =
	/(?![©®™])[\p{RI}\p{Emoji_Presentation}\p{Extended_Pictographic}\p{EMod}]|\u200D|\u20E3|\uFE0F|[\u{E0020}-\u{E007F}]/gu;

/**
 * Names in the order of the texts. Emoji are left out. A text in a script that the font lacks (CJK, Thai, Devanagari…)
 * would come out as boxes, and two that look the same would become one: these are called `#2`, their place from 1, and
 * stand by that number in the table beside the chart.
 */
export function chartNames(texts: readonly string[]): string[] {
	const seen = new Set<string>();
	return texts.map((text, index) => {
		const name = text.replace(emoji, "").replace(/\s+/gu, " ").trim();
		const fits = !/^(#\d+)?$/.test(name) && fonts.regular.has(name) && !seen.has(name);
		const written = fits ? name : `#${index + 1}`;
		seen.add(written);
		return written;
	});
}

/** Which texts stand behind numbers in a chart: `#2 is “猫”`; undefined if none does. */
export function numbersInWords(texts: readonly string[]): string | undefined {
	const names = chartNames(texts);
	const numbered = texts.flatMap((text, index) =>
		names[index] === `#${index + 1}` ? [`${names[index]} is “${text}”`] : [],
	);
	return numbered.length === 0 ? undefined : numbered.join(", ");
}
