import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accuracy, areaUnderRoc, confusion, expectedCalibrationError, perClass, topK } from "./metrics.ts";

describe("expected calibration error", () => {
	it("is the distance between sureness and rightness, weighted by bins", () => {
		// Two answers at .9, one right: |.5 − .9| × 2/4. Two at .3, both wrong: .3 × 2/4.
		expect(expectedCalibrationError([0.9, 0.9, 0.3, 0.3], [true, false, false, false], 10)).toBeCloseTo(0.35, 12);
	});

	it("puts a bin's upper edge into the bin", () => {
		// One bin holds .1 and .05; .11 is in the next.
		expect(expectedCalibrationError([0.1, 0.05, 0.11], [true, false, false], 10)).toBeCloseTo((0.85 + 0.11) / 3, 12);
		expect(expectedCalibrationError([0, 1], [false, true])).toBe(0);
	});

	it("of answers that are right as often as they say is 0", () => {
		expect(expectedCalibrationError([0.5, 0.5], [true, false])).toBeCloseTo(0, 12);
		expect(expectedCalibrationError([], [])).toBe(0);
	});
});

describe("area under ROC", () => {
	it("is the share of pairs in the right order, ties counting half", () => {
		expect(areaUnderRoc([1, 2, 3, 4], [false, false, true, true])).toBe(1);
		expect(areaUnderRoc([1, 1, 1, 1], [false, true, false, true])).toBe(0.5);
		const examples = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.boolean()), { maxLength: 30 });
		fc.assert(
			fc.property(examples, (pairs) => {
				const positives = pairs.filter(([, positive]) => positive).map(([score]) => score);
				const others = pairs.filter(([, positive]) => !positive).map(([score]) => score);
				const found = areaUnderRoc(
					pairs.map(([score]) => score),
					pairs.map(([, positive]) => positive),
				);
				const won = positives.flatMap((p) => others.map((o) => (p > o ? 1 : p === o ? 0.5 : 0)));
				const share = won.reduce((sum: number, one) => sum + one, 0) / won.length;
				expect(found).toEqual(won.length === 0 ? undefined : expect.closeTo(share, 12));
			}),
		);
	});
});

describe("answers", () => {
	const answers = [
		{ truth: "cat", ranked: ["cat", "dog", "bear"] },
		{ truth: "cat", ranked: ["dog", "cat", "bear"] },
		{ truth: "dog", ranked: ["dog", "cat", "bear"] },
	];

	it("are counted by their first label, or their first few", () => {
		expect(accuracy(answers)).toBeCloseTo(2 / 3, 12);
		expect(topK(answers, 2)).toBe(1);
		expect(accuracy([])).toBe(0);
	});

	it("make a confusion matrix with a row for each right label", () => {
		const matrix = confusion(answers, ["bear", "cat", "dog"]);
		expect(matrix.counts).toEqual([
			[0, 0, 0],
			[0, 1, 1],
			[0, 0, 1],
		]);
		expect(perClass(matrix)).toEqual([
			{ label: "bear", images: 0 },
			{ label: "cat", images: 2, accuracy: 0.5 },
			{ label: "dog", images: 1, accuracy: 1 },
		]);
		expect(() => confusion(answers, ["cat"])).toThrow(RangeError);
	});
});
