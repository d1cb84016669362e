/** The pool of negative words that labels compete with, and which of them a label rules out (NegRefine, arXiv 2507.09795). */
import type { Lexicon } from "./lexicon.ts";

/** One of the pool's words and its WordNet synset. */
export interface NegativeWord {
	word: string;
	synset: string;
}

/** The lines of models/lexicon/negatives.tsv: word, tab, synset. */
export function parseNegatives(tsv: string): NegativeWord[] {
	return tsv
		.split("\n")
		.filter((line) => line !== "")
		.map((line, index) => {
			const [word, synset] = line.split("\t");
			if (!word || !synset) throw new Error(`Line ${index + 1} of the negatives is not a word and its synset.`);
			return { word, synset };
		});
}

/** WordNet's synset of a human being. */
const PERSON = "00007846";

/** The words of the pool, indexed so that a label's kinds and what it is a kind of are found without a search. */
export class NegativePool {
	readonly words: readonly NegativeWord[];
	readonly #lexicon: Lexicon;
	/** Synset → the words whose own synset it is. */
	readonly #at = new Map<string, number[]>();
	/** Synset → the words at it or below it. */
	readonly #below = new Map<string, number[]>();

	constructor(words: readonly NegativeWord[], lexicon: Lexicon) {
		this.words = words;
		this.#lexicon = lexicon;
		for (const [index, word] of words.entries()) {
			push(this.#at, word.synset, index);
			for (const above of this.#readings(word)) push(this.#below, above, index);
		}
	}

	/**
	 * What a word is a kind of: all above its own synset and, as WordNet's hypernyms miss kinds that a name tells, above
	 * every sense of its head noun ("white slime mushroom" is a mushroom, "armored car" a car). Not of people, who are
	 * named after what they have to do with: a sign painter is no painter's kind, a fat cat no cat.
	 */
	#readings(word: NegativeWord): Set<string> {
		const own = this.#lexicon.chainOf(word.synset);
		const head = word.word.slice(word.word.lastIndexOf(" ") + 1);
		if (head === word.word || own.has(PERSON)) return own;
		return new Set([...own, ...this.#lexicon.sensesOf(head).flatMap((sense) => [...this.#lexicon.chainOf(sense)])]);
	}

	/**
	 * The words (by index) that would make right answers look wrong: kinds of the label, in any of its senses
	 * ("poodle" for "dog"), and what the label is a kind of ("animal").
	 * @returns `undefined` if the lexicon doesn't know the label; nothing can be ruled out then
	 */
	ruledOutBy(label: string): number[] | undefined {
		const senses = this.#lexicon.sensesOf(label);
		if (senses.length === 0) return undefined;
		const indices = new Set<number>();
		for (const sense of senses) {
			for (const index of this.#below.get(sense) ?? []) indices.add(index);
			for (const above of this.#lexicon.chainOf(sense))
				for (const index of this.#at.get(above) ?? []) indices.add(index);
		}
		return [...indices];
	}
}

function push(map: Map<string, number[]>, key: string, value: number): void {
	const list = map.get(key);
	if (list) list.push(value);
	else map.set(key, [value]);
}
