import { describe, expect, test } from "vitest";
import { fitNoneShift, type NoneShift, shiftFor } from "./none-shift.ts";
import { sigmoid } from "./zero-shot.ts";

/** A unit vector at this cosine from (1, 0, …, 0), its rest in a direction of its own. */
function unit(cosine: number, direction = 1): Float32Array {
	const vector = new Float32Array(40);
	vector[0] = cosine;
	vector[direction] = Math.sqrt(1 - cosine * cosine);
	return vector;
}
const fits = (embedding: Float32Array) => ({ embedding, isNone: false, logOdds: 4 });
const none = (embedding: Float32Array) => ({ embedding, isNone: true, logOdds: -4 });

function fitted(...examples: Parameters<typeof fitNoneShift>[0]): NoneShift {
	const shift = fitNoneShift(examples);
	if (!shift) throw new Error("nothing was fitted");
	return shift;
}

describe("what confirmed examples say about none", () => {
	test("nothing without examples", () => {
		expect(fitNoneShift([])).toBeUndefined();
	});

	test("an image like the examples becomes one that a label fits, one unlike them stays what it was", () => {
		const shift = fitted(fits(unit(0.97, 1)), fits(unit(0.97, 2)), fits(unit(0.97, 3)));
		expect(sigmoid(4 + shiftFor(unit(1), shift))).toBeLessThan(0.2);
		expect(Math.abs(shiftFor(unit(0.2, 9), shift))).toBeLessThan(0.05);
	});

	test("an image like those of none becomes none", () => {
		const shift = fitted(none(unit(0.97, 1)), none(unit(0.97, 2)), none(unit(0.97, 3)));
		expect(sigmoid(-4 + shiftFor(unit(1), shift))).toBeGreaterThan(0.8);
	});

	test("more examples say it more strongly, and one that was right anyway says next to nothing", () => {
		const one = shiftFor(unit(1), fitted(fits(unit(0.97, 1))));
		const three = shiftFor(unit(1), fitted(...[1, 2, 3].map((direction) => fits(unit(0.97, direction)))));
		expect(three).toBeLessThan(one);
		expect(one).toBeLessThan(-1);
		const known = fitted({ embedding: unit(1), isNone: false, logOdds: -6 });
		expect(Math.abs(shiftFor(unit(1), known))).toBeLessThan(0.1);
	});

	test("the same picture many times, and people who disagree about it, are borne", () => {
		const same = fitted(...Array.from({ length: 20 }, () => fits(unit(1))));
		expect(shiftFor(unit(1), same)).toBeLessThan(-5);
		const split = fitted(fits(unit(1)), { ...fits(unit(1)), isNone: true });
		expect(sigmoid(4 + shiftFor(unit(1), split))).toBeCloseTo(0.5, 0);
	});

	test("it is the mode: each pull is the variance times what is still wrong", () => {
		const examples = [fits(unit(0.9, 1)), fits(unit(0.8, 2)), none(unit(0.7, 3)), fits(unit(0.3, 4))];
		const shift = fitted(...examples);
		for (const [index, { embedding, isNone, logOdds }] of examples.entries()) {
			const wrong = (isNone ? 1 : 0) - sigmoid(logOdds + shiftFor(embedding, shift));
			expect(shift.pulls[index]).toBeCloseTo(25 * wrong, 2);
		}
	});
});
