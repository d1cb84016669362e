/** Labels that the model was not taught to read: they get a soft notice, not an error (design section 6). */
import type { Lexicon } from "./lexicon.ts";
import type { Label } from "./types.ts";

export interface UnreadLabel {
	label: Label;
	/** `script`: letters that the model's languages don't use. `word`: no word that lexicon or vocabulary knows. */
	reason: "script" | "word";
}

/** Scripts that stand for several (ISO 15924, as Intl gives them). */
const mixedScripts: Record<string, string[]> = {
	Jpan: ["Hira", "Kana", "Hani"],
	Kore: ["Hang", "Hani"],
	Hans: ["Hani"],
	Hant: ["Hani"],
};

/**
 * @param languages the manifest's BCP 47 tags; `mul` reads everything
 * @param lexicon English nouns; used only where the model reads English
 * @param vocabulary whole words (lower case) that the model's tokenizer knows
 */
export function unreadLabels(
	labels: readonly Label[],
	languages: readonly string[],
	lexicon?: Lexicon,
	vocabulary?: ReadonlySet<string>,
): UnreadLabel[] {
	if (languages.includes("mul")) return [];
	const foreign = lettersOutside(languages);
	const english = languages.every((tag) => new Intl.Locale(tag).language === "en") ? lexicon : undefined;
	return labels.flatMap((label): UnreadLabel[] => {
		if (foreign.test(label.text)) return [{ label, reason: "script" }];
		return english && !hasKnownWord(label.text, english, vocabulary) ? [{ label, reason: "word" }] : [];
	});
}

/**
 * What to tell whoever named the labels; undefined if all are read.
 * @param model the model's name
 */
export function unreadInWords(unread: readonly UnreadLabel[], model: string): string | undefined {
	if (unread.length === 0) return undefined;
	const named = unread.slice(0, 3).map(({ label }) => `“${label.text}”`);
	const list = unread.length > 3 ? `${named.join(", ")} and ${unread.length - 3} more` : named.join(", ");
	const why = unread.some(({ reason }) => reason === "script")
		? `The model ${model} doesn't read that script. siglip2-base-patch16-224 reads many languages.`
		: "Check the spelling, or try a simpler word.";
	return `I may not know ${list}, so take its score with care. ${why}`;
}

function lettersOutside(languages: readonly string[]): RegExp {
	const scripts = languages.flatMap((tag) => {
		const script = new Intl.Locale(tag).maximize().script ?? "Latn";
		return mixedScripts[script] ?? [script];
	});
	const read = scripts.map((script) => String.raw`\p{Script=${script}}`).join("");
	return new RegExp(String.raw`(?![${read}\p{Script=Common}\p{Script=Inherited}])\p{L}`, "u");
}

function hasKnownWord(text: string, lexicon: Lexicon, vocabulary: ReadonlySet<string> | undefined): boolean {
	if (lexicon.sensesOf(text).length > 0) return true;
	const words = text.toLowerCase().match(/[\p{L}\p{M}]+/gu) ?? [];
	// Numbers and emoji hold no word that could be unknown.
	return words.length === 0 || words.some((word) => vocabulary?.has(word));
}
