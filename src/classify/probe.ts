/**
 * A linear probe anchored at the labels' texts (the idea of CLAP, arXiv 2312.12730): with no examples it is zero-shot, and
 * each example pulls it as far as the anchor lets go.
 */
import { leastPoint, type Objective } from "./lbfgs.ts";
import type { Embedding } from "./types.ts";
import { sigmoid } from "./zero-shot.ts";

/** `softmax`: the labels share probability 1. `sigmoid`: each label for itself. */
export type Link = "softmax" | "sigmoid";

/** Confirmed examples as numbers: n images under k labels. Matrices are row-major, one row an image. */
export interface ProbeExamples {
	images: readonly Embedding[];
	labels: number;
	/** n × k: what the model says before it learns. */
	textLogits: Float64Array;
	/** n × k, in [0, 1]: how much of each label is right. Softmax: rows sum to 1. */
	targets: Float64Array;
	link: Link;
}

/** Examples with their images in coordinates that the solver can afford. */
export interface ProbeProblem extends ProbeExamples {
	/** n × r, r = min(n, dim): same inner products as the images'. */
	features: Float64Array;
	rank: number;
	/** r × dim, orthonormal rows: image = features × basis; absent where features are the images themselves. */
	basis?: Float64Array;
}

/**
 * What is learned lies in the span of the examples, so few examples need few coordinates: an orthonormal basis of the
 * span (modified Gram–Schmidt), or the embeddings themselves where examples are many.
 * @throws RangeError if sizes don't match or a number isn't finite
 */
export function probeProblem(examples: ProbeExamples): ProbeProblem {
	const { images, labels, textLogits, targets } = examples;
	const dim = images[0]?.length ?? 0;
	const cells = images.length * labels;
	if (textLogits.length !== cells || targets.length !== cells || images.some(({ length }) => length !== dim)) {
		throw new RangeError(`${images.length} images under ${labels} labels don't match their logits or targets.`);
	}
	if (![textLogits, targets, ...images].every((values) => values.every(Number.isFinite))) {
		throw new RangeError("An example holds a number that isn't finite.");
	}
	if (images.length >= dim) {
		const features = new Float64Array(images.length * dim);
		for (const [row, image] of images.entries()) features.set(image, row * dim);
		return { ...examples, features, rank: dim };
	}
	return { ...examples, ...orthonormalise(images, dim) };
}

/** Below this length what is left of an image is rounding: it lies in the span of those before it. */
const negligible = 1e-6;

function orthonormalise(images: readonly Embedding[], dim: number) {
	const basis: Float64Array[] = [];
	const coordinates = images.map((image) => {
		const rest = Float64Array.from(image);
		const row = basis.map((direction) => {
			const along = dot(rest, direction);
			add(rest, 0, -along, direction, 0, dim);
			return along;
		});
		const length = Math.sqrt(dot(rest, rest));
		if (length > negligible) {
			basis.push(rest.map((value) => value / length));
			row.push(length);
		}
		return row;
	});
	const rank = basis.length;
	const features = new Float64Array(images.length * rank);
	for (const [index, row] of coordinates.entries()) features.set(row, index * rank);
	const joined = new Float64Array(rank * dim);
	for (const [index, direction] of basis.entries()) joined.set(direction, index * dim);
	return { features, rank, basis: joined };
}

/** What a probe learned: k × rank, logits = textLogits + features × shiftᵀ. */
export type Shift = Float64Array;

/**
 * The least point of Σ cross-entropy over `rows` + ρ · |shift|². With shift = logitScale · (W − W_text) this is design
 * section 7's objective. Strongly convex, so there is one such point whatever the start. Labels that are right in no
 * row stay at their text.
 * @param rows which examples to learn from
 * @param rho above 0; the larger, the nearer to the text
 * @param start where to begin: the text, or what another ρ gave
 * @param tolerance the gradient's length there, relative to the one at the text; the loss is within its square, or so
 */
export function fitProbe(
	problem: ProbeProblem,
	rows: readonly number[],
	rho: number,
	{ start, tolerance = 1e-3 }: { start?: Shift | undefined; tolerance?: number } = {},
): Shift {
	const { labels, rank } = problem;
	if (!(rho > 0)) throw new RangeError(`ρ = ${rho}`);
	if (rho === Number.POSITIVE_INFINITY) return new Float64Array(labels * rank);
	const taught = taughtLabels(problem, rows);
	const shift = start ? start.slice() : new Float64Array(labels * rank);
	for (let label = 0; label < labels; label++) {
		if (taught[label] === 0) shift.fill(0, label * rank, (label + 1) * rank);
	}
	return leastPoint(crossEntropy(problem, rows, taught), rho, shift, tolerance);
}

/** 1 where a label is right in one of the rows at least. */
function taughtLabels({ labels, targets }: ProbeProblem, rows: readonly number[]): Uint8Array {
	return Uint8Array.from({ length: labels }, (_, label) =>
		rows.some((row) => (targets[row * labels + label] ?? 0) > 0) ? 1 : 0,
	);
}

/** rows × k logits, row-major, after learning. */
export function probeLogits(problem: ProbeProblem, rows: readonly number[], shift: Shift): Float64Array {
	const { labels, textLogits } = problem;
	const logits = multiply(problem, rows, shift);
	for (const [at, row] of rows.entries()) {
		for (let label = 0; label < labels; label++) {
			logits[at * labels + label] = (logits[at * labels + label] ?? 0) + (textLogits[row * labels + label] ?? 0);
		}
	}
	return logits;
}

/** features × shiftᵀ for some rows. */
function multiply({ features, labels, rank }: ProbeProblem, rows: readonly number[], shift: Shift): Float64Array {
	const result = new Float64Array(rows.length * labels);
	for (const [at, row] of rows.entries()) {
		for (let label = 0; label < labels; label += 4) {
			const count = Math.min(4, labels - label);
			// Past the last label the first of the four stands in; its products are not kept.
			const from = [0, 1, 2, 3].map((ahead) => (label + (ahead < count ? ahead : 0)) * rank);
			const products = dotFour(features, row * rank, shift, from, rank);
			for (let ahead = 0; ahead < count; ahead++) result[at * labels + label + ahead] = products[ahead] ?? 0;
		}
	}
	return result;
}

/** The sum over `rows`, as the solver needs it: linear in the shift up to the logits, which it moves along itself. */
function crossEntropy(problem: ProbeProblem, rows: readonly number[], taught: Uint8Array): Objective {
	const { features, labels, rank, targets: all, link } = problem;
	const targets = Float64Array.from({ length: rows.length * labels }, (_, cell) => {
		return all[(rows[Math.floor(cell / labels)] ?? 0) * labels + (cell % labels)] ?? 0;
	});
	const origin = probeLogits(problem, rows, new Float64Array(labels * rank));
	return {
		origin,
		map: (shift) => multiply(problem, rows, shift),
		residuals(logits) {
			const residuals = probabilitiesOf(logits, labels, link);
			for (let cell = 0; cell < residuals.length; cell++)
				residuals[cell] = (residuals[cell] ?? 0) - (targets[cell] ?? 0);
			return residuals;
		},
		pullBack(residuals) {
			const gradient = new Float64Array(labels * rank);
			for (let label = 0; label < labels; label++) {
				if (taught[label] === 0) continue;
				for (let at = 0; at < rows.length; at += 4) {
					const four = [0, 1, 2, 3].map((ahead) => residuals[(at + ahead) * labels + label] ?? 0);
					// Most labels of a large set are far from an image: what they add is lost in rounding.
					if (four.every((residual) => Math.abs(residual) < 1e-9)) continue;
					// Past the last row the first of the four stands in, with a residual of 0.
					const from = [0, 1, 2, 3].map((ahead) => (rows[at + ahead] ?? rows[at] ?? 0) * rank);
					addFour(gradient, label * rank, four, features, from, rank);
				}
			}
			return gradient;
		},
	};
}

/** n × k logits to probabilities. */
export function probabilitiesOf(logits: Float64Array, labels: number, link: Link): Float64Array {
	if (link === "sigmoid") return logits.map(sigmoid);
	const result = new Float64Array(logits.length);
	for (let from = 0; from < logits.length; from += labels) {
		const to = from + labels;
		let max = Number.NEGATIVE_INFINITY;
		for (let cell = from; cell < to; cell++) max = Math.max(max, logits[cell] ?? 0);
		let sum = 0;
		for (let cell = from; cell < to; cell++) sum += result[cell] = Math.exp((logits[cell] ?? 0) - max);
		for (let cell = from; cell < to; cell++) result[cell] = (result[cell] ?? 0) / sum;
	}
	return result;
}

/** The shift in the embeddings' own coordinates: k × dim, to be added to logitScale × W_text. */
export function shiftInSpace({ basis, labels, rank, images }: ProbeProblem, shift: Shift): Float64Array {
	if (!basis) return shift;
	const dim = images[0]?.length ?? 0;
	const result = new Float64Array(labels * dim);
	for (let label = 0; label < labels; label++) {
		for (let axis = 0; axis < rank; axis++) {
			add(result, label * dim, shift[label * rank + axis] ?? 0, basis, axis * dim, dim);
		}
	}
	return result;
}

/*
 * The solver spends its time in the next two: four products share each number read, which is 2 to 3 times faster than one
 * after the other. The casts hold: callers pass stretches that lie inside their arrays, and four of them.
 */

/** Dot products of a stretch of x with four stretches of y. */
function dotFour(x: Float64Array, fromX: number, y: Float64Array, fromY: readonly number[], length: number): number[] {
	const [y0, y1, y2, y3] = fromY as [number, number, number, number];
	let [a, b, c, d] = [0, 0, 0, 0];
	for (let i = 0; i < length; i++) {
		const value = x[fromX + i] as number;
		a += value * (y[y0 + i] as number);
		b += value * (y[y1 + i] as number);
		c += value * (y[y2 + i] as number);
		d += value * (y[y3 + i] as number);
	}
	return [a, b, c, d];
}

/** target += Σ factor × source over four stretches. */
function addFour(
	target: Float64Array,
	at: number,
	factors: readonly number[],
	source: Float64Array,
	from: readonly number[],
	length: number,
): void {
	const [s0, s1, s2, s3] = from as [number, number, number, number];
	const [f0, f1, f2, f3] = factors as [number, number, number, number];
	for (let i = 0; i < length; i++) {
		const pairs = f0 * (source[s0 + i] as number) + f1 * (source[s1 + i] as number);
		target[at + i] =
			(target[at + i] as number) + pairs + f2 * (source[s2 + i] as number) + f3 * (source[s3 + i] as number);
	}
}

function dot(x: Float64Array, y: Float64Array): number {
	let sum = 0;
	for (let i = 0; i < x.length; i++) sum += (x[i] ?? 0) * (y[i] ?? 0);
	return sum;
}

/** target += factor × source, over a stretch of `length` numbers. */
function add(
	target: Float64Array,
	at: number,
	factor: number,
	source: Float64Array,
	from: number,
	length: number,
): void {
	for (let i = 0; i < length; i++) target[at + i] = (target[at + i] as number) + factor * (source[from + i] as number);
}
