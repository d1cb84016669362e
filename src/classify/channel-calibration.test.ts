import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../study/seeded-random.ts";
import { classify, prepareLabelSet } from "./classify.ts";
import { type ConfirmedExample, teach } from "./learning.ts";
import { Lexicon } from "./lexicon.ts";
import { toMatrix } from "./matrix.ts";
import { NegativePool } from "./negatives.ts";
import type { Calibration, Embedding, ScoringModel } from "./types.ts";

const dim = 16;
const random = seededRandom(7);
const direction = () => Array.from({ length: dim }, () => random() + random() + random() - 1.5);
const unit = (values: readonly number[]): Embedding => {
	const length = Math.hypot(...values);
	return Float32Array.from(values, (value) => value / length);
};
const near = (centre: readonly number[], noise: number) => {
	const off = direction();
	return unit(centre.map((value, i) => value + noise * (off[i] ?? 0)));
};

const cat = direction();
const dog = direction();
const car = direction();
const lexicon = new Lexicon({
	senses: { cat: ["c"], dog: ["d"], car: ["v"], tree: ["t"] },
	hypernyms: {},
	exceptions: {},
});
const negatives = new NegativePool(
	[
		{ word: "car", synset: "v" },
		{ word: "tree", synset: "t" },
	],
	lexicon,
);
const pool = toMatrix([near(car, 0.3), near(direction(), 0.3)]);
const set = prepareLabelSet({
	labels: [{ text: "cat" }, { text: "dog" }],
	embeddings: [near(cat, 0.3), near(dog, 0.3)],
	mode: "one",
	negatives,
});
const calibration: Calibration = {
	temperature: 1,
	noneScale: 14,
	none: { a: 0.5, b: -1 },
	maxSoftmax: { a: -10, b: 6 },
	cosine: { a: -20, b: 5 },
};
const model: ScoringModel = { logitScale: 14, logitBias: 0, scoring: "softmax", calibration };
const scoring = { model, pool };

const cats = (count: number): ConfirmedExample[] =>
	Array.from({ length: count }, () => ({ embedding: near(cat, 0.8), labels: ["cat"] }));
const dogs = (count: number): ConfirmedExample[] =>
	Array.from({ length: count }, () => ({ embedding: near(dog, 0.8), labels: ["dog"] }));
const nones = (count: number, of = car): ConfirmedExample[] =>
	Array.from({ length: count }, () => ({ embedding: near(of, 0.8), labels: [] }));

describe("a channel's own calibration", () => {
	it("comes with the twentieth example, and the answer says from how many", () => {
		expect(teach(set, [...cats(10), ...nones(9)], scoring).refit).toBeUndefined();
		const taught = teach(set, [...cats(5), ...dogs(5), ...nones(10)], scoring);
		expect(taught.refit?.examples).toBe(20);
		expect(classify(near(cat, 0.5), taught, scoring).calibratedFrom).toBe(20);
		expect(classify(near(cat, 0.5), set, scoring).calibratedFrom).toBeUndefined();
	});

	it("learns where “none” begins in this channel", () => {
		// The model's offset is far off: it calls everything "none".
		const skewed = { ...scoring, model: { ...model, calibration: { ...calibration, none: { a: 0.5, b: 4 } } } };
		const taught = teach(set, [...cats(20), ...dogs(20), ...nones(40)], skewed);
		const noneOf = (image: Embedding, of = taught) => classify(image, of, skewed).none;
		const image = near(cat, 0.5);
		expect(noneOf(image, set)).toBeGreaterThan(0.5);
		expect(noneOf(image)).toBeLessThan(0.5);
		expect(noneOf(near(car, 0.5))).toBeGreaterThan(0.5);
	});

	it("isn't ruined by one-sided examples, whichever side", () => {
		const counts = fc.record({ cats: fc.nat(40), nones: fc.nat(40) }).filter((n) => n.cats + n.nones >= 20);
		fc.assert(
			fc.property(counts, ({ cats: some, nones: others }) => {
				const taught = teach(set, [...cats(some), ...nones(others)], scoring);
				const fitted = taught.refit?.calibration;
				expect(fitted?.none.a).toBeGreaterThan(0);
				expect(Math.abs((fitted?.none.b ?? 99) - calibration.none.b)).toBeLessThan(3);
				expect(fitted?.temperature).toBeGreaterThan(0.2);
				expect(fitted?.temperature).toBeLessThan(5);
				expect(fitted?.noneScale).toBe(calibration.noneScale);
				expect(classify(near(car, 0.1), taught, scoring).none).toBeGreaterThan(
					classify(near(cat, 0.1), taught, scoring).none,
				);
			}),
			{ numRuns: 30 },
		);
	});

	it("stays the right way round where examples contradict the model", () => {
		const upsideDown = [
			...nones(30, cat),
			...Array.from({ length: 30 }, () => ({ embedding: near(car, 0.8), labels: ["cat"] })),
		];
		expect(teach(set, upsideDown, scoring).refit?.calibration.none.a).toBeGreaterThan(0);
	});

	it("has a temperature alone while there is no pool", () => {
		const { none } = teach(set, [...cats(15), ...dogs(15)], { model }).refit?.calibration ?? {};
		expect(none).toEqual(calibration.none);
	});

	it("leaves a model's own sigmoid alone in mode many", () => {
		const many = prepareLabelSet({
			labels: set.labels,
			embeddings: [near(cat, 0.3), near(dog, 0.3)],
			mode: "many",
			negatives,
		});
		const siglip: ScoringModel = { ...model, scoring: "sigmoid", logitBias: -5 };
		const examples = [...cats(15), ...dogs(15), ...nones(5)];
		expect(teach(many, examples, { model: siglip, pool }).refit).toBeUndefined();
		expect(teach(many, examples, scoring).refit?.calibration.none.a).toBeGreaterThan(0);
	});
});
