import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CalibrationCase, fitCalibration, fitLogistic, fitTemperature, noneScales } from "./calibrate.ts";
import { sigmoid, softmax } from "./zero-shot.ts";

/** Numbers in [0, 1) that are the same in every run. */
function numbers(seed: number): () => number {
	let state = seed;
	return () => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return state / 2 ** 32;
	};
}

describe("a logistic map", () => {
	it("is found again from what it produced", () => {
		const random = numbers(1);
		const examples = Array.from({ length: 20_000 }, () => {
			const x = random() * 8 - 4;
			return { x, none: random() < sigmoid(1.5 * x) };
		});
		const { a, b } = fitLogistic(examples);
		expect(a).toBeCloseTo(1.5, 1);
		expect(b).toBeCloseTo(0, 1);
	});

	it("doesn't depend on how many of each there are", () => {
		const few = [1, 2, 4].map((x) => ({ x, none: false }));
		const nones = [3, 5, 6].map((x) => ({ x, none: true }));
		const balanced = fitLogistic([...few, ...nones]);
		const many = fitLogistic([...few, ...Array.from({ length: 50 }, () => nones).flat()]);
		// The ridge weighs a little less against more examples.
		expect(many.a).toBeCloseTo(balanced.a, 1);
		expect(-many.b / many.a).toBeCloseTo(-balanced.b / balanced.a, 1);
	});

	it("stays finite where a line separates the examples, and rises toward none", () => {
		fc.assert(
			fc.property(
				fc.double({ min: -100, max: 100, noNaN: true }),
				fc.double({ min: 0.01, max: 100, noNaN: true }),
				(x, gap) => {
					const { a, b } = fitLogistic([
						{ x, none: false },
						{ x: x + gap, none: true },
					]);
					expect(Number.isFinite(a) && Number.isFinite(b)).toBe(true);
					expect(a).toBeGreaterThan(0);
				},
			),
		);
	});

	it("says one half where one side is missing", () => {
		expect(fitLogistic([{ x: 1, none: true }])).toEqual({ a: 0, b: 0 });
		expect(fitLogistic([])).toEqual({ a: 0, b: 0 });
	});
});

/** Insiders whose right label is drawn from the softmax of scale × cosine / T, and outsiders near the negatives. */
function cases(count: number, logitScale: number, temperature: number): CalibrationCase[] {
	const random = numbers(2);
	return Array.from({ length: count }, (_, index) => {
		const cosines = Float64Array.from({ length: 3 }, () => random());
		const outsider = index % 4 === 0;
		const level = outsider ? 0.6 + 0.5 * random() : 0.1 + 0.5 * random();
		const negatives = Float64Array.from(noneScales, (scale) => scale * level);
		if (outsider) return { cosines: cosines.map((cosine) => cosine / 2), negatives, truth: undefined };
		const shares = softmax(cosines.map((cosine) => (logitScale * cosine) / temperature));
		const drawn = random();
		const first = shares[0] ?? 0;
		const truth = drawn < first ? 0 : drawn < first + (shares[1] ?? 0) ? 1 : 2;
		return { cosines, negatives, truth };
	});
}

describe("a calibration", () => {
	it("finds the temperature that right labels were drawn at", () => {
		const insiders = cases(8000, 14, 2.5).filter(({ truth }) => truth !== undefined);
		expect(fitTemperature(insiders, 14)).toBeCloseTo(2.5, 0);
	});

	it("tells outsiders from insiders by d, by the maximum softmax and by a cosine", () => {
		const { noneScale, none, maxSoftmax, cosine } = fitCalibration(cases(400, 14, 1), 14);
		expect(noneScales).toContain(noneScale);
		expect(none.a).toBeGreaterThan(0);
		expect(maxSoftmax.a).toBeLessThan(0);
		expect(cosine.a).toBeLessThan(0);
	});

	it("needs insiders and outsiders", () => {
		const all = cases(40, 14, 1);
		expect(() =>
			fitCalibration(
				all.filter(({ truth }) => truth === undefined),
				14,
			),
		).toThrow(RangeError);
		expect(() =>
			fitCalibration(
				all.filter(({ truth }) => truth !== undefined),
				14,
			),
		).toThrow(RangeError);
	});
});
