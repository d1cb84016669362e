/** WordNet's nouns: what a label means, in every sense, and what stands above it. */

/** The content of models/lexicon/lexicon.json.gz; synsets are WordNet 3.0 offsets of 8 digits. */
export interface LexiconData {
	/** Lower-case lemma → its synsets. */
	senses: Record<string, string[]>;
	/** Synset → the synsets right above it. */
	hypernyms: Record<string, string[]>;
	/** Irregular plural → its singulars. */
	exceptions: Record<string, string[]>;
}

/** The endings that WordNet's morphy takes off nouns (wordnet.princeton.edu/documentation/morphy7wn). */
const plurals = [
	["s", ""],
	["ses", "s"],
	["xes", "x"],
	["zes", "z"],
	["ches", "ch"],
	["shes", "sh"],
	["men", "man"],
	["ies", "y"],
] as const;

const determiners = /^(?:(?:an?|the|this|that|these|those|some|my|your|his|her|its|our|their) )+/;
/** "a photo of a dog" is about the dog. */
const pictureOf = /^(?:[\w-]+ )*?(?:photos?|photographs?|pictures?|images?|snapshots?|close-?ups?|shots?) of /;
/** What follows one of these says more about the thing named before it. */
const qualifier =
	/ (?:of|with|without|in|inside|on|at|from|for|by|near|under|over|behind|beside|between|among|against|that|which|who) .*$/;

export class Lexicon {
	readonly #data: LexiconData;

	constructor(data: LexiconData) {
		this.#data = data;
	}

	/**
	 * Every noun sense of a label, singular or plural, looked up whole, then by its head noun: the longest known end of
	 * what comes before "of", "with", "on"… ("a big polar bear on ice" → polar bear). Empty if it isn't known.
	 */
	sensesOf(label: string): string[] {
		const whole = tidy(label);
		for (const phrase of [whole, whole.replace(determiners, "")]) {
			const senses = this.#sensesOfLemma(phrase);
			if (senses.length > 0) return senses;
		}
		const named = whole.replace(determiners, "").replace(pictureOf, "").replace(determiners, "");
		const words = named.replace(qualifier, "").split(" ");
		for (let start = 0; start < words.length; start++) {
			const senses = this.#sensesOfLemma(words.slice(start).join(" "));
			if (senses.length > 0) return senses;
		}
		return [];
	}

	/** A synset and all synsets above it. */
	chainOf(synset: string): Set<string> {
		const chain = new Set([synset]);
		// A Set hands out what is added while it is walked.
		for (const each of chain) for (const above of own(this.#data.hypernyms, each)) chain.add(above);
		return chain;
	}

	/** Senses of the word as written and of what it may be the plural of ("glasses": spectacles, and glass). */
	#sensesOfLemma(text: string): string[] {
		const spellings = new Set([text, text.replaceAll("-", " "), text.replace(/'s?$/, "")]);
		const forms = [...spellings].flatMap((spelling) => [spelling, ...this.#singulars(spelling)]);
		return [...new Set(forms.flatMap((form) => own(this.#data.senses, form)))];
	}

	#singulars(text: string): readonly string[] {
		const irregular = own(this.#data.exceptions, text);
		if (irregular.length > 0) return irregular;
		const lastWord = text.slice(text.lastIndexOf(" ") + 1);
		const lead = text.slice(0, text.length - lastWord.length);
		const irregularLast = own(this.#data.exceptions, lastWord);
		if (irregularLast.length > 0) return irregularLast.map((singular) => lead + singular);
		if (lastWord.length < 3 || lastWord.endsWith("ss")) return [];
		return plurals
			.filter(([ending]) => lastWord.endsWith(ending))
			.map(([ending, singular]) => text.slice(0, -ending.length) + singular);
	}
}

/** Lower case, no accents, straight apostrophes, nothing but letters, digits and what WordNet's lemmas hold. */
function tidy(label: string): string {
	return label
		.normalize("NFD")
		.replace(/\p{M}/gu, "")
		.toLowerCase()
		.replace(/[‘’]/g, "'")
		.replace(/[^\p{L}\p{N}'./-]+/gu, " ")
		.replace(/[.!]+$/, "")
		.trim();
}

/** A label may be called "constructor": only what the data itself holds counts. */
function own(record: Record<string, string[]>, key: string): readonly string[] {
	return Object.hasOwn(record, key) ? (record[key] ?? []) : [];
}
