import { expect, test } from "vitest";
import { type Candidate, mostTelling, uncertainty } from "./review.ts";

const unit = (angle: number) => Float32Array.of(Math.cos(angle), Math.sin(angle));

function candidate(cat: number, angle: number, age = 0): Candidate {
	const scores = [
		{ label: { text: "cat" }, probability: cat, source: "zero-shot" as const },
		{ label: { text: "dog" }, probability: 0.9 - cat, source: "zero-shot" as const },
	];
	return { embedding: unit(angle), answer: { none: 0.1, scores }, age };
}

test("the most uncertain image is asked about first", () => {
	expect(mostTelling([candidate(0.88, 1), candidate(0.45, 1), candidate(0.7, 1)], [])).toBe(1);
});

test("an image that looks like a decided one waits behind one that doesn't", () => {
	expect(mostTelling([candidate(0.45, 0), candidate(0.55, 1.5)], [unit(0)])).toBe(1);
});

test("of two alike the newer one is asked about", () => {
	expect(mostTelling([candidate(0.45, 1, 90), candidate(0.45, 1, 1)], [])).toBe(1);
});

test("there may be nothing to ask", () => {
	expect(mostTelling([], [unit(0)])).toBeUndefined();
});

test("uncertainty is 0 for a sure answer and 1 where everything is as probable", () => {
	const sure = { none: 0, scores: [{ label: { text: "cat" }, probability: 1, source: "zero-shot" as const }] };
	const even = { none: 0.5, scores: [{ label: { text: "cat" }, probability: 0.5, source: "zero-shot" as const }] };
	expect(uncertainty(sure)).toBe(0);
	expect(uncertainty(even)).toBeCloseTo(1);
});
