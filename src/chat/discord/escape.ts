/** Data into Discord's markdown: what a person typed is shown as typed, and mentions, links and formats nothing. */
import { canonicalEmoji, isEmojiOnly } from "../../classify/emoji.ts";
import type { RichText, Span } from "../view.ts";
import { isSnowflake, messageLink } from "./ids.ts";

/**
 * What begins formatting, mentions, timestamps, links, emoji by name and everything in angle brackets. Discord's markdown
 * takes a backslash before any of them.
 * @see https://docs.discord.com/developers/reference#message-formatting
 */
const active = /[\\*_~|`<>[\]@#]|:(?!\s)/g;
/** What makes a list or small print of a line; any span may begin one. */
const lineStart = /^(?:\s*(?=[-+])|\s*\d+(?=\.(?:\s|$)))/;
/** Control characters, halves of characters, and what turns the reading direction; ZWJ and tags hold emoji together. */
const unseen = /(?!\u200C|\u200D|[\u{E0020}-\u{E007F}])[\p{Cc}\p{Cf}\p{Cs}]/gu;
const serverEmoji = /^<(a?):(\w{2,32}):(\d{15,20})>$/;
/** One emoji of those that Unicode recommends to everyone. Made of a text: TypeScript refuses the flag in a literal. */
const oneEmoji = String.raw`^\p{RGI_Emoji}$`;
const recommended = new RegExp(oneEmoji, "v");

export interface PartialEmoji {
	/** Of a server's own emoji. */
	id?: string;
	name: string;
	animated?: boolean;
}

/** On one line: a line break in data would begin a line of its own. */
export function plain(text: string): string {
	return text.replace(/[\s\u0085\u2028\u2029]+/g, " ").replace(unseen, "");
}

/** Text as it is, on one line. */
export function escapeText(text: string): string {
	return plain(text).replace(active, "\\$&").replace(lineStart, "$&\\");
}

/** Monospaced where it can be: in code, nothing but a backtick means anything. */
function escapeCode(text: string): string {
	const code = plain(text);
	return code.trim() === "" || code.includes("`") ? escapeText(text) : `\`${code}\``;
}

/** An emoji in a text: Unicode, by name, or a server's own; what is none is shown as it was written. */
export function emojiText(emoji: string): string {
	const known = canonicalEmoji(emoji);
	if (serverEmoji.test(known)) return known;
	return isEmojiOnly(known) ? escapeText(known) : escapeText(emoji);
}

/**
 * An emoji as buttons and selects take it. Undefined for a name that no one knows, and for a character that isn't coloured
 * (✓): Discord refuses a whole message for one of those, so they stand in the text.
 */
export function partialEmoji(emoji: string): PartialEmoji | undefined {
	const known = canonicalEmoji(emoji);
	const [, animated, name, id] = serverEmoji.exec(known) ?? [];
	if (name !== undefined && id !== undefined) return { id, name, ...(animated && { animated: true }) };
	const qualified = [known, `${known}\uFE0F`].find((text) => recommended.test(text));
	return qualified === undefined ? undefined : { name: qualified };
}

/** Text with emphasis, emoji, people and links; never a mention that notifies, as long as `allowed_mentions` names none. */
export function markdown(text: RichText): string {
	return joinAlike(text).map(spanMarkdown).join("");
}

function spanMarkdown(span: Span): string {
	if (typeof span === "string") return escapeText(span);
	if ("strong" in span) return emphasised(span.strong);
	if ("code" in span) return escapeCode(span.code);
	if ("emoji" in span) return emojiText(span.emoji);
	if ("person" in span) return isSnowflake(span.person) ? `<@${span.person}>` : escapeText(span.person);
	const address = messageLink(span.link);
	const words = escapeText(span.text);
	return address === undefined || words.trim() === "" ? words : `[${words}](${address})`;
}

/** Spaces stand outside: `** a **` is no emphasis everywhere. */
function emphasised(text: string): string {
	const [, before = "", words = "", after = ""] = /^(\s*)(.*?)(\s*)$/.exec(plain(text)) ?? [];
	return words === "" ? before + after : `${before}**${escapeText(words)}**${after}`;
}

/** `**a****b**` and `` `a``b` `` would be read as something else. */
function joinAlike(text: RichText): RichText {
	const joined: RichText = [];
	for (const span of text) {
		if (span === "") continue;
		const last = joined.at(-1);
		const both = last === undefined ? undefined : together(last, span);
		if (both) joined[joined.length - 1] = both;
		else joined.push(span);
	}
	return joined;
}

function together(a: Span, b: Span): Span | undefined {
	if (typeof a === "string" || typeof b === "string") return undefined;
	if ("strong" in a && "strong" in b) return { strong: a.strong + b.strong };
	// With a backtick it is no code in the end.
	if ("code" in a && "code" in b && !(a.code + b.code).includes("`")) return { code: a.code + b.code };
	return undefined;
}
