import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { classify, type LabelSet, type ModelAndPool, prepareLabelSet } from "./classify.ts";
import { Lexicon } from "./lexicon.ts";
import { cosines, toMatrix } from "./matrix.ts";
import { NegativePool } from "./negatives.ts";
import { PoolMass } from "./none-of-these.ts";
import type { Calibration, Classification, Embedding, Label, Mode, ScoringModel } from "./types.ts";
import { logSumExp, sigmoid, softmax } from "./zero-shot.ts";

/** animal ← dog ← poodle, animal ← cat, vehicle; "seal" is an animal and a stamp. */
const lexicon = new Lexicon({
	senses: { animal: ["a"], dog: ["d"], poodle: ["p"], cat: ["c"], vehicle: ["v"], seal: ["st", "se"], stamp: ["st"] },
	hypernyms: { d: ["a"], p: ["d"], c: ["a"], se: ["a"] },
	exceptions: {},
});
const negatives = new NegativePool(
	["animal a", "poodle p", "cat c", "vehicle v", "stamp st"].map((line) => {
		const [word = "", synset = ""] = line.split(" ");
		return { word, synset };
	}),
	lexicon,
);

const calibration: Calibration = {
	temperature: 2,
	noneScale: 30,
	none: { a: 0.5, b: -1 },
	maxSoftmax: { a: -10, b: 6 },
	cosine: { a: -20, b: 5 },
};
const clip: ScoringModel = { logitScale: 14, logitBias: 0, scoring: "softmax", calibration };
const siglip: ScoringModel = { logitScale: 100, logitBias: -12, scoring: "sigmoid", calibration };

const dim = 8;
const unit = (values: readonly number[]): Embedding => {
	const length = Math.hypot(...values);
	return Float32Array.from(values, (value) => value / length);
};
const embedding = fc
	.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: dim, maxLength: dim })
	.filter((values) => Math.hypot(...values) > 0.01)
	.map(unit);
const pool = fc.array(embedding, { minLength: 5, maxLength: 5 }).map(toMatrix);
const words = ["dog", "cats", "a vehicle", "seal", "xyzzy", "big poodle", "qwerty"];
const labelled = fc
	.uniqueArray(fc.record({ label: fc.constantFrom(...words), embedding }), {
		minLength: 1,
		maxLength: words.length,
		selector: ({ label }) => label,
	})
	.map((entries) => entries.map(({ label, embedding: of }) => ({ label: { text: label }, embedding: of })));
const mode = fc.constantFrom<Mode>("one", "many");
const { calibration: _, ...bare } = clip;
const model = fc.constantFrom<ScoringModel>(clip, siglip, bare);

type Labelled = { label: Label; embedding: Embedding };
const prepare = (entries: readonly Labelled[], of: Mode): LabelSet =>
	prepareLabelSet({
		labels: entries.map(({ label }) => label),
		embeddings: entries.map((entry) => entry.embedding),
		mode: of,
		negatives,
	});
const byLabel = ({ scores }: Classification) =>
	new Map(scores.map(({ label, probability }) => [label.text, probability]));
const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

const scene = fc.record({
	entries: labelled,
	image: embedding,
	pool: fc.option(pool, { nil: undefined }),
	model,
	mode,
});

describe("whatever the labels", () => {
	it("probabilities are probabilities, by falling size, and none is among them", () => {
		fc.assert(
			fc.property(scene, ({ entries, image, mode, ...scoring }) => {
				const { none, scores } = classify(image, prepare(entries, mode), scoring);
				const values = scores.map(({ probability }) => probability);
				expect(values).toHaveLength(entries.length);
				expect(values).toEqual(values.toSorted((a, b) => b - a));
				for (const value of [none, ...values]) expect(value >= 0 && value <= 1).toBe(true);
			}),
		);
	});

	it("in mode one, they and none sum to 1", () => {
		fc.assert(
			fc.property(scene, ({ entries, image, ...scoring }) => {
				const answer = classify(image, prepare(entries, "one"), scoring);
				expect(answer.none + sum(byLabel(answer).values())).toBeCloseTo(1, 9);
			}),
		);
	});

	it("in mode many, none is what the most probable label leaves", () => {
		fc.assert(
			fc.property(scene, ({ entries, image, ...scoring }) => {
				const answer = classify(image, prepare(entries, "many"), scoring);
				expect(answer.none).toBeCloseTo(1 - Math.max(...byLabel(answer).values()), 12);
			}),
		);
	});

	it("their order never matters", () => {
		const shuffledScene = scene.chain((one) =>
			fc.record({
				one: fc.constant(one),
				shuffled: fc.shuffledSubarray(one.entries, { minLength: one.entries.length, maxLength: one.entries.length }),
			}),
		);
		fc.assert(
			fc.property(shuffledScene, ({ one: { entries, image, mode, ...scoring }, shuffled }) => {
				const first = classify(image, prepare(entries, mode), scoring);
				const second = classify(image, prepare(shuffled, mode), scoring);
				expect(second.none).toBeCloseTo(first.none, 9);
				expect(second.noneSource).toBe(first.noneSource);
				for (const [label, probability] of byLabel(first)) {
					expect(byLabel(second).get(label)).toBeCloseTo(probability, 9);
				}
			}),
		);
	});

	it("one more never raises another's share among the labels", () => {
		fc.assert(
			fc.property(scene, ({ entries, image, ...scoring }) => {
				fc.pre(entries.length > 1);
				const more = classify(image, prepare(entries, "one"), scoring);
				const fewer = classify(image, prepare(entries.slice(0, -1), "one"), scoring);
				fc.pre(more.none < 1 - 1e-6 && fewer.none < 1 - 1e-6);
				for (const [label, probability] of byLabel(fewer)) {
					const share = (byLabel(more).get(label) ?? Number.NaN) / (1 - more.none);
					expect(share).toBeLessThanOrEqual(probability / (1 - fewer.none) + 1e-9);
				}
			}),
		);
	});

	it("in mode many, one more changes nothing for another", () => {
		fc.assert(
			fc.property(scene, ({ entries, image, ...scoring }) => {
				const together = byLabel(classify(image, prepare(entries, "many"), scoring));
				for (const entry of entries) {
					const alone = byLabel(classify(image, prepare([entry], "many"), scoring));
					expect(together.get(entry.label.text)).toBeCloseTo(alone.get(entry.label.text) ?? Number.NaN, 9);
				}
			}),
		);
	});
});

describe("none of these", () => {
	/** Unit vectors of two numbers by their angle: cosines are the cosines of differences. */
	const at = (angle: number) => Float32Array.of(Math.cos(angle), Math.sin(angle));
	const labels = (...texts: string[]) => texts.map((text, index) => ({ label: { text }, embedding: at(0.2 + index) }));
	const five = toMatrix([at(0.5), at(0.6), at(0.7), at(0.8), at(0.9)]);
	const answer = (entries: Labelled[], scoring: ModelAndPool, of: Mode = "one") =>
		classify(at(0), prepare(entries, of), scoring);
	const z = (angle: number) => 30 * Math.cos(angle);

	it("is judged by the negatives that are no kind of a label and above none", () => {
		// "dog" rules out poodle (below) and animal (above).
		const d = logSumExp(Float64Array.of(z(0.7), z(0.8), z(0.9))) - logSumExp(Float64Array.of(z(0.2), z(1.2)));
		const { none, noneSource, calibrated, scores } = answer(labels("dog", "xyzzy"), { model: clip, pool: five });
		expect(noneSource).toBe("pool");
		expect(calibrated).toBe(true);
		expect(none).toBeCloseTo(sigmoid(0.5 * d - 1), 6);
		const shares = softmax(Float64Array.of(7 * Math.cos(0.2), 7 * Math.cos(1.2)));
		expect(scores[0]?.probability).toBeCloseTo((1 - none) * (shares[0] ?? 0), 6);
		expect(scores[0]?.source).toBe("zero-shot");
	});

	it("counts every sense of a label", () => {
		const seal = prepare(labels("seal"), "one").kept[0];
		expect([...(seal ?? [])]).toEqual([0, 1, 1, 1, 0]);
	});

	it("judges a label alone against the pool, known or not", () => {
		const d = logSumExp(Float64Array.from([0.5, 0.6, 0.7, 0.8, 0.9], z)) - z(0.2);
		const { none, noneSource, scores } = answer(labels("xyzzy"), { model: clip, pool: five });
		expect(noneSource).toBe("pool");
		expect(none).toBeCloseTo(sigmoid(0.5 * d - 1), 6);
		expect(scores[0]?.probability).toBeCloseTo(1 - none, 12);
	});

	it("falls back to the maximum softmax where no label is known", () => {
		const { none, noneSource } = answer(labels("xyzzy", "qwerty"), { model: clip, pool: five });
		const shares = softmax(Float64Array.of(7 * Math.cos(0.2), 7 * Math.cos(1.2)));
		expect(noneSource).toBe("max-softmax");
		expect(none).toBeCloseTo(sigmoid(6 - 10 * (shares[0] ?? 0)), 6);
	});

	it("falls back to the maximum softmax, or a lone label's cosine, while there is no pool", () => {
		expect(answer(labels("dog", "cat"), { model: clip }).noneSource).toBe("max-softmax");
		const { none, noneSource } = answer(labels("dog"), { model: clip });
		expect(noneSource).toBe("cosine");
		expect(none).toBeCloseTo(sigmoid(5 - 20 * Math.cos(0.2)), 6);
	});

	it("of an uncalibrated model says so, and says one half where a lone cosine is all there is", () => {
		expect(answer(labels("dog"), { model: bare })).toMatchObject({ none: 0.5, calibrated: false });
		expect(answer(labels("dog", "cat"), { model: bare, pool: five })).toMatchObject({ calibrated: false });
	});

	it("in mode many judges each label against its own part of the pool", () => {
		const { scores, noneSource } = answer(labels("dog", "xyzzy"), { model: clip, pool: five }, "many");
		const dog = logSumExp(Float64Array.of(z(0.7), z(0.8), z(0.9))) - z(0.2);
		const other = logSumExp(Float64Array.from([0.5, 0.6, 0.7, 0.8, 0.9], z)) - z(1.2);
		expect(noneSource).toBe("pool");
		expect(scores.map(({ probability }) => probability)).toEqual([
			expect.closeTo(1 - sigmoid(0.5 * dog - 1), 6),
			expect.closeTo(1 - sigmoid(0.5 * other - 1), 6),
		]);
	});

	it("in mode many of a sigmoid model is its own sigmoid, which no calibration has touched", () => {
		const { scores, noneSource, calibrated } = answer(labels("dog", "cat"), { model: siglip, pool: five }, "many");
		expect(noneSource).toBe("sigmoid");
		expect(calibrated).toBe(false);
		expect(scores[1]?.probability).toBeCloseTo(sigmoid(100 * Math.cos(1.2) - 12), 6);
	});

	it("of a sigmoid model in mode one uses the pool", () => {
		expect(answer(labels("dog", "cat"), { model: siglip, pool: five }).noneSource).toBe("pool");
	});
});

describe("numbers", () => {
	it("stay finite at any scale", () => {
		fc.assert(
			fc.property(
				fc.float64Array({ minLength: 1, maxLength: 20, noNaN: true, min: -1e6, max: 1e6 }),
				fc.integer({ min: 0, max: 2 ** 20 - 1 }),
				(values, bits) => {
					const kept = Uint8Array.from(values, (_, index) => (bits >> index) & 1);
					const of = values.filter((_, index) => kept[index] === 1);
					const expected = logSumExp(of);
					const found = new PoolMass(values).logSum(kept);
					if (of.length === 0) expect(found).toBe(Number.NEGATIVE_INFINITY);
					else expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-6 + 1e-9 * Math.abs(expected));
					expect(sum(softmax(values))).toBeCloseTo(1, 6);
				},
			),
		);
		expect(sigmoid(-1e5)).toBe(0);
		expect(sigmoid(1e5)).toBe(1);
	});

	it("that are none are refused, never scored", () => {
		const image = unit([1, 2, 3, 4, 5, 6, 7, 8]);
		const set = prepare([{ label: { text: "dog" }, embedding: image }], "one");
		const broken = Float32Array.from(image).fill(Number.NaN, 3, 4);
		expect(() => classify(broken, set, { model: clip })).toThrow(RangeError);
		expect(() => classify(image, set, { model: clip, pool: toMatrix(Array(5).fill(broken)) })).toThrow(RangeError);
		expect(() => classify(image.slice(1), set, { model: clip })).toThrow(RangeError);
		expect(() => classify(image, set, { model: clip, pool: toMatrix([image]) })).toThrow(RangeError);
		expect(() => prepareLabelSet({ labels: [], embeddings: [], mode: "one" })).toThrow(RangeError);
		expect(() => toMatrix([image, image.slice(1)])).toThrow(RangeError);
		expect([...cosines(image, toMatrix([image]))]).toEqual([expect.closeTo(1, 6)]);
	});
});
