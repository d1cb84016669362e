/** How numbers, times and answers read in words. */
import type { Block, RichText, View } from "../../view.ts";

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

export function plain(text: RichText): string {
	return text.map((span) => (typeof span === "string" ? span : Object.values(span).join(""))).join("");
}

/** An answer in one or two sentences, for those who hear the page instead of seeing it. */
export function spoken(view: View): string {
	return view.blocks
		.map(spokenBlock)
		.filter((sentence) => sentence !== "")
		.slice(0, 5)
		.join(". ");
}

function spokenBlock(block: Block): string {
	switch (block.kind) {
		case "text":
			return plain(block.text);
		case "scores": {
			const top = block.rows[0];
			const title = block.title ? `${plain(block.title)}: ` : "";
			if (!top || block.none > top.probability) return `${title}none of these, ${percent(block.none)}`;
			return `${title}${top.label}, ${percent(top.probability)}`;
		}
		case "error":
			return `${block.title ? `${plain(block.title)}: ` : ""}${plain(block.text)}`;
		case "table":
			return count(block.rows.length, "table row");
		case "note":
		case "details":
			return "";
	}
}
