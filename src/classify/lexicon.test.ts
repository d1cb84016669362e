import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { readLexicon, readNegativeWords } from "../model/lexicon-files.ts";
import { modelsDir } from "../package-root.ts";
import { Lexicon, type LexiconData } from "./lexicon.ts";
import { NegativePool, type NegativeWord, parseNegatives } from "./negatives.ts";
import { unreadLabels } from "./unread-labels.ts";

let data: LexiconData;
let lexicon: Lexicon;
let words: NegativeWord[];
let pool: NegativePool;

beforeAll(async () => {
	data = await readLexicon(modelsDir);
	lexicon = new Lexicon(data);
	words = await readNegativeWords(modelsDir);
	pool = new NegativePool(words, lexicon);
});

const ruledOut = (label: string) => pool.ruledOutBy(label)?.map((index) => words[index]?.word);

describe("a label's senses", () => {
	it("are all that WordNet has, in its order", () => {
		expect(lexicon.sensesOf("dog")).toEqual(data.senses.dog);
		expect(data.senses.dog?.length).toBeGreaterThan(5);
	});

	it.each([
		["cats", "cat"],
		["foxes", "fox"],
		["buses", "bus"],
		["churches", "church"],
		["dishes", "dish"],
		["puppies", "puppy"],
		["firemen", "fireman"],
		["mice", "mouse"],
		["polar bears", "polar bear"],
		["field mice", "field mouse"],
		["a dog", "dog"],
		["The Dog", "dog"],
		["my dog", "dog"],
		["my neighbour’s dog", "dog"],
		["dog's", "dog"],
		["a big bear", "bear"],
		["a big polar bear", "polar bear"],
		["old sports cars", "sports car"],
		["cup of coffee", "cup"],
		["cups of coffee", "cup"],
		["a dog on a sofa", "dog"],
		["woman with an umbrella", "woman"],
		["a photo of a dog", "dog"],
		["close-up picture of my cat", "cat"],
		["ice-cream", "ice cream"],
		["Café", "cafe"],
		["dog!", "dog"],
	])("are found for %j under %j", (label, lemma) => {
		const senses = lexicon.sensesOf(label);
		expect(data.senses[lemma]).toBeDefined();
		expect(senses).toEqual(expect.arrayContaining(data.senses[lemma] ?? []));
	});

	it("are the phrase's own where WordNet has the phrase", () => {
		expect(lexicon.sensesOf("hot dog")).toEqual(data.senses["hot dog"]);
		expect(lexicon.sensesOf("potter's wheel")).toEqual(data.senses["potter's wheel"]);
		expect(lexicon.sensesOf("lady of the house")).toEqual(data.senses["lady of the house"]);
	});

	it("of men are those of the work force and of man", () => {
		expect(lexicon.sensesOf("men")).toEqual(
			expect.arrayContaining([...(data.senses.men ?? []), ...(data.senses.man ?? [])]),
		);
	});

	it.each(["xyzzy", "кошка", "", "🐱", "toString", "__proto__", "hasOwnProperty"])("are none for %j", (label) => {
		expect(lexicon.sensesOf(label)).toEqual([]);
	});

	it("never fail, whatever the label", () => {
		fc.assert(
			fc.property(fc.string({ unit: "grapheme" }), (label) => {
				expect(lexicon.sensesOf(label).every((synset) => /^\d{8}$/.test(synset))).toBe(true);
			}),
		);
	});

	it("don't depend on articles or number, for the pool's own words", () => {
		fc.assert(
			fc.property(fc.constantFrom(...words), fc.constantFrom("", "a ", "the ", "my "), ({ word, synset }, article) => {
				expect(lexicon.sensesOf(article + word)).toContain(synset);
			}),
		);
	});
});

describe("the pool", () => {
	it("has 2,000 words", () => {
		expect(words).toHaveLength(2000);
		expect(() => parseNegatives("cat\t01\ndog\n")).toThrow("Line 2");
	});

	it("loses the kinds of a label", () => {
		expect(ruledOut("monkey")).toEqual(expect.arrayContaining(["guenon", "marmoset", "mangabey"]));
		expect(ruledOut("a photo of monkeys")).toEqual(ruledOut("monkey"));
	});

	it("loses what a label is a kind of", () => {
		expect(ruledOut("bagel")).toContain("baked goods");
	});

	it("keeps what is neither", () => {
		expect(ruledOut("monkey")).not.toContain("lioness");
	});

	it("loses what is a kind of a label by its name, in any meaning of the name", () => {
		expect(ruledOut("vegetable")).toContain("white slime mushroom");
		expect(ruledOut("car")).toContain("armored car");
	});

	it("keeps people who are only named after a label", () => {
		expect(ruledOut("cat")).not.toContain("fat cat");
		expect(words.map(({ word }) => word)).toContain("fat cat");
	});

	it("follows the rule word by word", () => {
		const named = ({ word, synset }: NegativeWord) => {
			const [head = "", ...rest] = word.split(" ").reverse();
			const person = lexicon.chainOf(synset).has("00007846");
			return rest.length > 0 && !person ? lexicon.sensesOf(head) : [];
		};
		const related = (label: string) => {
			const senses = lexicon.sensesOf(label);
			return words.flatMap((negative, index) => {
				const { synset } = negative;
				const readings = [synset, ...named(negative)];
				const below = senses.some((sense) => readings.some((reading) => lexicon.chainOf(reading).has(sense)));
				const above = senses.some((sense) => lexicon.chainOf(sense).has(synset));
				return below || above ? [index] : [];
			});
		};
		for (const label of ["dog", "ship", "dish", "fruit", "train", "bagel", "car"]) {
			expect(pool.ruledOutBy(label)?.toSorted((a, b) => a - b)).toEqual(related(label));
		}
	});

	it("can't be filtered by an unknown label", () => {
		expect(pool.ruledOutBy("xyzzy")).toBeUndefined();
	});
});

describe("labels a model doesn't read", () => {
	const label = (text: string) => ({ text });
	const unread = (text: string, languages: string[], vocabulary?: Set<string>) =>
		unreadLabels([label(text)], languages, lexicon, vocabulary)[0]?.reason;

	it("are those in another script", () => {
		expect(unread("кошка", ["en"])).toBe("script");
		expect(unread("猫", ["en"])).toBe("script");
		expect(unread("cat 猫", ["en"])).toBe("script");
		expect(unread("猫", ["ja"])).toBeUndefined();
		expect(unread("ネコ", ["en", "ja"])).toBeUndefined();
		expect(unread("кошка", ["mul"])).toBeUndefined();
	});

	it("are those of no known word", () => {
		expect(unread("flibbertywump", ["en"])).toBe("word");
		expect(unread("happy", ["en"], new Set(["happy"]))).toBeUndefined();
		expect(unread("cup of coffee", ["en"])).toBeUndefined();
		expect(unread("Hund und Katze", ["de"])).toBeUndefined();
	});

	it("are neither emoji nor numbers", () => {
		expect(unread("🐱", ["en"])).toBeUndefined();
		expect(unread("42", ["en"])).toBeUndefined();
	});
});
