/** Makes text fit where there is little room, and says how much was left out. */
import type { RichText, Span } from "../view.ts";
import { markdown, plain } from "./escape.ts";

/** @param most UTF-16 units, at least 1 */
export function shorten(text: string, most: number): string {
	if (text.length <= most) return text;
	return `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

/**
 * As markdown of at most `most` UTF-16 units. What is cut is counted in characters at its end.
 * @param most enough for the words that say so: 40
 */
export function fitted(text: RichText, most: number): string {
	const whole = markdown(text);
	if (whole.length <= most) return whole;
	const all = characters(text);
	let room = most - leftOut(all).length;
	const kept: RichText = [];
	for (const span of text) {
		const part = beginningOf(span, room);
		if (part === undefined) break;
		kept.push(part);
		room -= markdown([part]).length;
		if (part !== span) break;
	}
	return markdown(kept).trimEnd() + leftOut(all - characters(kept));
}

function leftOut(count: number): string {
	return `… (${count.toLocaleString("en")} more character${count === 1 ? "" : "s"})`;
}

/** What of a span takes at most `room` units; undefined if nothing does. */
function beginningOf(span: Span, room: number): Span | undefined {
	const fits = (candidate: Span) => markdown([candidate]).length <= room;
	if (fits(span)) return span;
	const cut = cutter(span);
	if (!cut) return undefined;
	let [least, most] = [0, cut.length];
	while (least < most) {
		const middle = Math.ceil((least + most) / 2);
		if (fits(cut.to(middle))) least = middle;
		else most = middle - 1;
	}
	return least > 0 && fits(cut.to(least)) ? cut.to(least) : undefined;
}

/** Spans that may be cut between characters: emoji and people are whole or not there. */
function cutter(span: Span): { length: number; to: (length: number) => Span } | undefined {
	const cutting = (text: string, as: (text: string) => Span) => {
		const points = [...plain(text)];
		return { length: points.length, to: (length: number) => as(points.slice(0, length).join("")) };
	};
	if (typeof span === "string") return cutting(span, (text) => text);
	if ("strong" in span) return cutting(span.strong, (strong) => ({ strong }));
	if ("code" in span) return cutting(span.code, (code) => ({ code }));
	if ("link" in span) return cutting(span.text, (text) => ({ ...span, text }));
	return undefined;
}

function characters(text: RichText): number {
	return text.reduce((sum, span) => sum + (cutter(span)?.length ?? 1), 0);
}
