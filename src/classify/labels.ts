/** Reads the labels a person typed (design section 6). */
import { decode } from "html-entities";
import { labelErrors } from "../errors.ts";
import { canonicalEmoji, isEmojiOnly, splitEmoji } from "./emoji.ts";
import type { Label } from "./types.ts";

export const maxLabels = 1000;
/** In Unicode code points, after normalisation: what a letter with its accent is in NFC counts once. */
export const maxLabelLength = 100;

/** Where labels end, as regular expression sources: commas and newlines always, spaces where there is none of those. */
const separator = ",，、\\n";
const wordEnd = new RegExp(`[${separator}\\s]`);

/** A run of text without spaces outside quotes. */
interface Word {
	text: string;
	/** A comma or newline stands before it. */
	afterSeparator: boolean;
}

/**
 * Labels in the order given. HTML entities are decoded; curly quotes are quotes. With any comma (`,` `，` `、`) or newline
 * outside quotes, labels are split by those, otherwise by spaces; quotes group words. An emoji at a label's start is
 * its emoji; an emoji alone is a label as well.
 * @throws UserError `labels.*` that names the label and the rule
 */
export function parseLabels(text: string): Label[] {
	const words = splitWords(visible(decode(text)));
	const texts = words.some((word) => word.afterSeparator) ? joinBetweenSeparators(words) : joinEmoji(words);
	const labels = new Map<string, Label>();
	for (const labelText of texts) {
		const label = readLabel(labelText);
		if (!label) continue;
		const length = [...label.text].length;
		if (length > maxLabelLength) throw labelErrors.tooLong(label.text, length, maxLabelLength);
		const key = labelKey(label.text);
		if (!labels.has(key)) labels.set(key, label);
	}
	if (labels.size === 0) throw labelErrors.none();
	if (labels.size > maxLabels) throw labelErrors.tooMany(labels.size, maxLabels);
	return [...labels.values()];
}

/** The same for labels that differ only in case: those are one. */
export function labelKey(text: string): string {
	return text.toLowerCase();
}

export function sameLabel(a: string, b: string): boolean {
	return labelKey(a) === labelKey(b);
}

/** NFC, quotes straight, line ends as \n, and nothing that steers a terminal or the reading direction. */
function visible(text: string): string {
	return (
		text
			.replace(/\r\n?|[\u0085\u2028\u2029]/g, "\n")
			.replace(/[“”„‟«»]/g, '"')
			.replace(/[‘’‚‛‹›]/g, "'")
			// Format characters go, but for those that hold emoji and some scripts together (ZWNJ, ZWJ, tags).
			.replace(/(?!\n|\t|\u200C|\u200D|[\u{E0020}-\u{E007F}])[\p{Cc}\p{Cf}\p{Cs}]/gu, "")
			.normalize("NFC")
			.trim()
	);
}

/**
 * A quote opens at the start of a word and closes at the next one of its kind at the end of a word; single quotes never
 * reach over a comma. So the apostrophes of `potter's wheel`, and of `'70s car, dogs' bed`, are letters.
 */
function splitWords(text: string): Word[] {
	const words: Word[] = [];
	let word: Word = { text: "", afterSeparator: false };
	let unclosedUntil = 0;
	for (let at = 0; at < text.length; at++) {
		const char = text.charAt(at);
		const opens = (char === '"' || char === "'") && (at === 0 || wordEnd.test(text.charAt(at - 1)));
		const stop = opens && (char === '"' || at >= unclosedUntil) ? quoteStop(text, char, at + 1) : at;
		if (opens && text.charAt(stop) === char && stop > at) {
			word.text += text.slice(at + 1, stop);
			at = stop;
		} else if (opens && char === '"') {
			throw labelErrors.unclosedQuote(text.slice(at));
		} else if (wordEnd.test(char)) {
			words.push(word);
			word = { text: "", afterSeparator: char === "\n" || !/\s/.test(char) };
		} else {
			// Remembered of single quotes, so that a text full of apostrophes isn't searched to its end for each of them.
			unclosedUntil = Math.max(unclosedUntil, stop);
			word.text += char;
		}
	}
	words.push(word);
	return words;
}

/** Index of the quote that closes, or else of where the search ends: the text's end, or a comma for single quotes. */
function quoteStop(text: string, quote: string, from: number): number {
	const closing = `${quote}(?=[${separator}\\s]|$)`;
	const stop = new RegExp(quote === "'" ? `${closing}|[${separator}]` : closing, "g");
	stop.lastIndex = from;
	return stop.exec(text)?.index ?? text.length;
}

function joinBetweenSeparators(words: readonly Word[]): string[] {
	const texts: string[][] = [[]];
	for (const { text, afterSeparator } of words) {
		if (afterSeparator) texts.push([]);
		texts.at(-1)?.push(text);
	}
	return texts.map((parts) => parts.join(" "));
}

/** Where spaces separate labels, an emoji belongs to the word behind it: `🐱 cat 🐶 dog` are two labels. */
function joinEmoji(words: readonly Word[]): string[] {
	const texts: string[] = [];
	let emoji = "";
	for (const { text } of words) {
		if (text === "") continue;
		const isEmoji = isEmojiOnly(text);
		if (emoji && isEmoji) texts.push(emoji);
		if (!isEmoji) texts.push(`${emoji} ${text}`);
		emoji = isEmoji ? text : "";
	}
	return emoji ? [...texts, emoji] : texts;
}

/** `undefined` if nothing in it can be seen. */
function readLabel(raw: string): Label | undefined {
	const text = raw.replace(/\s+/g, " ").trim();
	// Marks alone would be drawn over whatever stands beside them.
	if (!/[\p{L}\p{N}\p{P}\p{S}\p{Co}]/u.test(text)) return undefined;
	const split = splitEmoji(text);
	if (!split) return { text };
	const emoji = canonicalEmoji(split.emoji);
	if (split.rest === "") return { text: textOfEmoji(emoji), emoji };
	return isEmojiOnly(split.rest) ? { text } : { text: split.rest, emoji };
}

/** The text of a label that is an emoji alone: of a server's own its name, which a model can read better than its number. */
function textOfEmoji(emoji: string): string {
	return emoji.replace(/^<a?(:\w+:)\d+>$/, "$1");
}
