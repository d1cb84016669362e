/** How numbers, times and answers read in words. */
import type { KeptBlock, KeptView, RichText, Span } from "../../view.ts";

/** A probability as a whole percentage that never claims certainty. */
export function percent(probability: number): string {
	if (probability < 0.005) return "<1%";
	if (probability >= 0.995) return ">99%";
	return `${Math.round(probability * 100)}%`;
}

export function bytes(size: number): string {
	if (size < 1000) return `${size} B`;
	if (size < 1e6) return `${Math.round(size / 1000)} KB`;
	return `${(size / 1e6).toFixed(1)} MB`;
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });
const longDay = new Intl.DateTimeFormat(undefined, { weekday: "long", month: "long", day: "numeric" });
const otherYear = new Intl.DateTimeFormat(undefined, { dateStyle: "long" });

export const timeOfDay = (time: string) => clock.format(new Date(time));
export const fullTime = (time: string) => full.format(new Date(time));

export function day(time: string, now: Date): string {
	const date = new Date(time);
	const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
	if (date.toDateString() === now.toDateString()) return "Today";
	if (date.toDateString() === yesterday.toDateString()) return "Yesterday";
	return (date.getFullYear() === now.getFullYear() ? longDay : otherYear).format(date);
}

export function count(number: number, one: string, many = `${one}s`): string {
	return `${number.toLocaleString()} ${number === 1 ? one : many}`;
}

/** Names in a row: "Ann", "Ann and Bo", "Ann, Bo and 3 others". */
export function together(names: string[], most = 8): string {
	const shown = names.length > most ? [...names.slice(0, most), count(names.length - most, "other")] : names;
	return new Intl.ListFormat("en-GB").format(shown);
}

export function plain(text: RichText): string {
	return text.map(plainSpan).join("");
}

function plainSpan(span: Span): string {
	if (typeof span === "string") return span;
	if ("strong" in span) return span.strong;
	if ("code" in span) return span.code;
	if ("emoji" in span) return span.emoji;
	if ("link" in span) return span.text;
	return "someone";
}

/**
 * An answer in a few sentences, for those who hear the page instead of seeing it.
 * @param before what the answer was, if it has changed: then only what is new in it is said
 */
export function spoken(view: KeptView, before?: KeptView): string {
	const known = new Set(before?.blocks.flatMap(sentences));
	return view.blocks
		.flatMap(sentences)
		.filter((sentence) => sentence !== "" && !known.has(sentence))
		.slice(0, 5)
		.join(". ");
}

function sentences(block: KeptBlock): string[] {
	switch (block.kind) {
		case "text":
			return [plain(block.text)];
		case "scores": {
			const title = block.title ? `${plain(block.title)}: ` : "";
			return [title + verdict(block), block.votes ? title + plain(block.votes) : ""];
		}
		case "error":
			return [`${block.title ? `${plain(block.title)}: ` : ""}${plain(block.text)}`];
		case "table":
			return [count(block.rows.length, "table row")];
		case "gallery": {
			const first = block.items[0];
			return first ? [`${count(block.items.length, "picture")}, first: ${plain(first.caption)}`] : [];
		}
		case "picture":
			return [block.alt];
		case "file":
			return [`${block.name}, ${bytes(block.size)} to download`];
		case "note":
		case "details":
		case "controls":
			return [];
	}
}

function verdict({ headline, rows, none }: Extract<KeptBlock, { kind: "scores" }>): string {
	if (headline) return plain(headline);
	const top = rows[0];
	if (!top || none > top.probability) return `none of these, ${percent(none)}`;
	return `${top.label}, ${percent(top.probability)}`;
}
