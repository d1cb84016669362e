import { expect, it } from "vitest";
import { type LabelSet, prepareLabelSet } from "../classify/classify.ts";
import type { Classification } from "../classify/types.ts";
import { evaluate, evaluateSets, type Score } from "./evaluate.ts";
import { seededRandom, shuffled } from "./seeded-random.ts";

const labels = ["cat", "dog"].map((text) => ({ text }));
const axes = [Float32Array.of(1, 0), Float32Array.of(0, 1)];
const labelSet = prepareLabelSet({ labels, embeddings: axes, mode: "one" });

/** An "embedding" is what its image is scored with: P(cat), P(dog). */
const score: Score = (image: Float32Array, set: LabelSet): Classification => {
	const scores = set.labels.map((label, index) => ({
		label,
		probability: image[index] ?? 0,
		source: "zero-shot" as const,
	}));
	scores.sort((a, b) => b.probability - a.probability);
	const none = 1 - (image[0] ?? 0) - (image[1] ?? 0);
	return { none, scores, noneSource: "pool", calibrated: true };
};
const image = (folder: string, cat: number, dog: number) => ({ folder, embedding: Float32Array.of(cat, dog) });

it("counts accuracy among the labels, and “none” as a wrong answer that was shown", () => {
	// The second is right among the labels, but shown as none with .75.
	const evaluation = evaluate([image("cat", 1, 0), image("dog", 0, 0.25)], labelSet, score);
	expect(evaluation.accuracy).toBe(1);
	expect(evaluation.top5).toBe(1);
	expect(evaluation.ece).toBeCloseTo(0.75 / 2, 6);
	expect(evaluation.confusion.counts).toEqual([
		[1, 0],
		[0, 1],
	]);
});

it("of a label set counts “none” as the right answer for outsiders", () => {
	const set = { name: "pets", labels, labelOf: new Map([["tabby", 0]]) };
	const images = [image("tabby", 0.75, 0), image("jeep", 0, 0.5), image("mug", 0, 0)];
	const evaluation = evaluateSets(images, [{ set, labels: labelSet }], score);
	expect(evaluation).toMatchObject({ insiders: 1, outsiders: 2, accuracy: 1, noneAuroc: 1 });
	// Shown: cat .75, right; none .5 and 1, both right.
	expect(evaluation.ece).toBeCloseTo((0.25 + 0.5 + 0) / 3, 6);
});

it("has no area under ROC where there are no outsiders", () => {
	const set = { name: "pets", labels, labelOf: new Map([["tabby", 0]]) };
	expect(evaluateSets([image("tabby", 1, 0)], [{ set, labels: labelSet }], score)).not.toHaveProperty("noneAuroc");
});

it("draws the same order from the same seed", () => {
	const items = Array.from({ length: 50 }, (_, index) => index);
	const drawn = shuffled(items, seededRandom(1));
	expect(shuffled(items, seededRandom(1))).toEqual(drawn);
	expect(shuffled(items, seededRandom(2))).not.toEqual(drawn);
	expect(drawn.toSorted((a, b) => a - b)).toEqual(items);
});
