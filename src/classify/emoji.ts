/** The emoji that a label may carry: Unicode, a short name (`:dog:`), or a server's own (`<:name:123>`). */
import * as nodeEmoji from "node-emoji";

const pictograph = String.raw`\p{Extended_Pictographic}(?:\p{EMod}|\uFE0F)?[\u{E0020}-\u{E007F}]*`;
/** One emoji by the grammar of Unicode TS #51: flags, keycaps, skin tones, tag and ZWJ sequences. */
const unicode = String.raw`\p{RI}\p{RI}|[0-9#*]\uFE0F?\u20E3|${pictograph}(?:\u200D${pictograph})*`;
const shortName = String.raw`:[\w+-]+:(?::skin-tone-[2-6]:)?`;
const serverOwn = String.raw`<a?:\w+:\d+>`;

const emojiHere = new RegExp(`(?:${unicode}|${shortName}|${serverOwn})`, "uy");

/** Slack's `:skin-tone-2:` to `:skin-tone-6:` are the five modifiers from U+1F3FB on. */
const firstSkinTone = 0x1f3fb;

/** Splits `🐱 cat` into the emoji as written and the rest; `undefined` if the text doesn't start with an emoji. */
export function splitEmoji(text: string): { emoji: string; rest: string } | undefined {
	emojiHere.lastIndex = 0;
	const emoji = emojiHere.exec(text)?.[0];
	return emoji === undefined ? undefined : { emoji, rest: text.slice(emoji.length).trim() };
}

/** Whether a text is made of emoji alone. */
export function isEmojiOnly(text: string): boolean {
	// One emoji at a time: a single pattern could be made to try every way of reading `:a::skin-tone-2:…`.
	const solid = text.replace(/\s+/g, "");
	emojiHere.lastIndex = 0;
	while (emojiHere.lastIndex < solid.length) if (!emojiHere.test(solid)) return false;
	return solid !== "";
}

/** The Unicode emoji of a short name (`:dog:` → 🐶, `:wave::skin-tone-3:` → 👋🏼); what isn't a known name is returned as it is. */
export function canonicalEmoji(emoji: string): string {
	const [, name, tone] = /^:([\w+-]+):(?::skin-tone-([2-6]):)?$/.exec(emoji) ?? [];
	if (name === undefined) return emoji;
	// Slack writes flags as `flag-de` and joins words by hyphens where the list has `de` and underscores.
	const found = nodeEmoji.get(name) ?? nodeEmoji.get(name.replace(/^flag-/, "").replaceAll("-", "_"));
	if (found === undefined) return emoji;
	return tone === undefined ? found : found + String.fromCodePoint(firstSkinTone + Number(tone) - 2);
}

/** The short name of a Unicode emoji, without colons (🐶 → `dog`); `undefined` if it has none. */
export function shortNameOf(emoji: string): string | undefined {
	return nodeEmoji.which(emoji);
}

/** Without skin tone and the selectors of its plain or coloured form, whichever way it was typed: 👍🏽 means what 👍 does. */
export function bareEmoji(emoji: string): string {
	return canonicalEmoji(emoji).replace(/[\u{1F3FB}-\u{1F3FF}\uFE0E\uFE0F]/gu, "");
}
