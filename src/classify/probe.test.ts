import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	fitProbe,
	type Link,
	type ProbeExamples,
	probabilitiesOf,
	probeLogits,
	probeProblem,
	shiftInSpace,
} from "./probe.ts";
import { logSumExp } from "./zero-shot.ts";

const number = fc.double({ min: -1, max: 1, noNaN: true });
const unit = (values: readonly number[]) => Float32Array.from(values, (value) => value / Math.hypot(...values));
/** More images than dimensions, and fewer: both forms that the solver works in. */
const examples = fc
	.record({
		images: fc.integer({ min: 1, max: 9 }),
		labels: fc.integer({ min: 1, max: 6 }),
		dim: fc.integer({ min: 2, max: 6 }),
	})
	.chain((sizes) =>
		fc.record({
			images: fc.array(
				fc
					.array(number, { minLength: sizes.dim, maxLength: sizes.dim })
					.filter((values) => Math.hypot(...values) > 0.01)
					.map(unit),
				{ minLength: sizes.images, maxLength: sizes.images },
			),
			labels: fc.constant(sizes.labels),
			right: fc.array(fc.nat(sizes.labels - 1), { minLength: sizes.images, maxLength: sizes.images }),
			logits: fc.array(fc.double({ min: -5, max: 5, noNaN: true }), {
				minLength: sizes.images * sizes.labels,
				maxLength: sizes.images * sizes.labels,
			}),
			link: fc.constantFrom<Link>("softmax", "sigmoid"),
		}),
	)
	.map(({ images, labels, right, logits, link }): ProbeExamples => {
		const targets = new Float64Array(images.length * labels);
		for (const [row, label] of right.entries()) targets[row * labels + label] = 1;
		return { images, labels, textLogits: Float64Array.from(logits, (logit) => logit + 0), targets, link };
	});
const rho = fc.constantFrom(0.5, 0.15, 0.05, 0.005);
const all = ({ images }: ProbeExamples) => [...images.keys()];

/** The objective, written down once more in the embeddings' own coordinates. */
function loss({ images, labels, textLogits, targets, link }: ProbeExamples, shift: Float64Array, strength: number) {
	let sum = strength * shift.reduce((total, value) => total + value * value, 0);
	for (const [row, image] of images.entries()) {
		const logits = Float64Array.from({ length: labels }, (_, label) => {
			const dot = image.reduce((total, value, i) => total + value * (shift[label * image.length + i] ?? 0), 0);
			return (textLogits[row * labels + label] ?? 0) + dot;
		});
		for (const [label, logit] of logits.entries()) {
			const target = targets[row * labels + label] ?? 0;
			sum += link === "softmax" ? target * (logSumExp(logits) - logit) : Math.log1p(Math.exp(logit)) - target * logit;
		}
	}
	return sum;
}

describe("the anchored probe", () => {
	it("ends where every direction leads up, whether images or dimensions are more", () => {
		fc.assert(
			fc.property(examples, rho, fc.infiniteStream(number), (of, strength, noise) => {
				const problem = probeProblem(of);
				const shift = shiftInSpace(problem, fitProbe(problem, all(of), strength));
				const least = loss(of, shift, strength);
				const dim = of.images[0]?.length ?? 0;
				const taught = (label: number) => of.images.some((_, row) => (of.targets[row * of.labels + label] ?? 0) > 0);
				for (const step of [1e-1, 1e-2]) {
					const nearby = shift.map(
						(value, at) => value + (taught(Math.floor(at / dim)) ? step * Number(noise.next().value) : 0),
					);
					expect(loss(of, nearby, strength)).toBeGreaterThan(least - 1e-4);
				}
			}),
		);
	});

	it("has a gradient of next to nothing there", () => {
		fc.assert(
			fc.property(examples, rho, (of, strength) => {
				const problem = probeProblem(of);
				const { labels, images } = of;
				const dim = images[0]?.length ?? 0;
				const inner = fitProbe(problem, all(of), strength);
				const shift = shiftInSpace(problem, inner);
				const gradientAt = (logits: Float64Array, at: Float64Array) => {
					const residuals = probabilitiesOf(logits, labels, of.link).map((p, cell) => p - (of.targets[cell] ?? 0));
					return at.map((value, cell) => {
						const [label, i] = [Math.floor(cell / dim), cell % dim];
						if (!images.some((_, row) => (of.targets[row * labels + label] ?? 0) > 0)) return 0;
						const pull = images.reduce(
							(sum, image, row) => sum + (residuals[row * labels + label] ?? 0) * (image[i] ?? 0),
							0,
						);
						return pull + 2 * strength * value;
					});
				};
				const end = Math.hypot(...gradientAt(probeLogits(problem, all(of), inner), shift));
				const start = Math.hypot(
					...gradientAt(
						of.textLogits,
						shift.map(() => 0),
					),
				);
				// Embeddings are float32: what is below their resolution is not there to be descended.
				expect(end).toBeLessThanOrEqual(0.0011 * start + 1e-6);
			}),
		);
	});

	it("ends at the same point wherever it starts", () => {
		fc.assert(
			fc.property(examples, (of) => {
				const problem = probeProblem(of);
				const near = fitProbe(problem, all(of), 0.15, { start: fitProbe(problem, all(of), 0.005) });
				const text = fitProbe(problem, all(of), 0.15);
				for (const [at, value] of near.entries()) expect(value).toBeCloseTo(text[at] ?? 0, 1);
			}),
		);
	});

	it("is zero-shot at ρ = ∞, exactly", () => {
		fc.assert(
			fc.property(examples, (of) => {
				const problem = probeProblem(of);
				expect(probeLogits(problem, all(of), fitProbe(problem, all(of), Number.POSITIVE_INFINITY))).toEqual(
					of.textLogits,
				);
			}),
		);
	});

	it("leaves labels without an example at their text", () => {
		fc.assert(
			fc.property(examples, rho, (of, strength) => {
				const problem = probeProblem(of);
				const shift = shiftInSpace(problem, fitProbe(problem, all(of), strength));
				const dim = of.images[0]?.length ?? 0;
				for (let label = 0; label < of.labels; label++) {
					if (of.images.some((_, row) => of.targets[row * of.labels + label] === 1)) continue;
					expect(shift.subarray(label * dim, (label + 1) * dim).every((value) => value === 0)).toBe(true);
				}
			}),
		);
	});

	it("bears the same image twice", () => {
		const image = Float32Array.of(0.6, 0.8, 0);
		const twice = {
			images: [image, image],
			labels: 2,
			textLogits: new Float64Array(4),
			targets: Float64Array.of(1, 0, 1, 0),
		};
		const problem = probeProblem({ ...twice, link: "softmax" });
		const [first = 0, second = 0] = probeLogits(problem, [0], fitProbe(problem, [0, 1], 0.15));
		expect(problem.rank).toBe(1);
		expect(first).toBeGreaterThan(second);
	});

	it("refuses what doesn't match or isn't a number", () => {
		const image = Float32Array.of(1, 0);
		const good: ProbeExamples = {
			images: [image],
			labels: 1,
			textLogits: Float64Array.of(0),
			targets: Float64Array.of(1),
			link: "sigmoid",
		};
		expect(() => probeProblem({ ...good, labels: 2 })).toThrow(RangeError);
		expect(() => probeProblem({ ...good, images: [Float32Array.of(Number.NaN, 0)] })).toThrow(RangeError);
		expect(() => fitProbe(probeProblem(good), [0], 0)).toThrow(RangeError);
	});
});
