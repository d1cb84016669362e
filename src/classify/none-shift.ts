/**
 * How confirmed examples move "none of these" for images like them. The probe learns which label is right among the labels;
 * it can't learn that one of them fits at all, and a word that means nothing to the model ("blorxly") would stay "none" for
 * ever. So the log-odds of none get a Gaussian process on top, as in Gaussian-process classification (Rasmussen and
 * Williams 2006, algorithm 3.1, its mode): it is 0 far from every example, and near one it goes where people said.
 */
import { leastPoint } from "./lbfgs.ts";
import { cosines, type EmbeddingMatrix, toMatrix } from "./matrix.ts";
import type { Embedding } from "./types.ts";
import { sigmoid } from "./zero-shot.ts";

/**
 * The kernel is exp(−10·(1 − cosine)): another view of the same thing (cosine .95) has .6 of its say, two pictures that share
 * no more than a subject (.5) next to none. Its variance of 25 lets log-odds go 5 either way before that costs much.
 * Chosen with the starter: three views of a cup confirmed as "blorxly" take none from .97 to .11 for a fourth, and leave
 * five other photos where they were.
 */
const sharpness = 10;
const variance = 25;
/** Examples to go by, the newest: more would take more time than they tell. */
export const mostShifting = 300;

export interface NoneShift {
	/** Unit vectors of the examples. */
	examples: EmbeddingMatrix;
	/** What each adds to the log-odds of none for an image just like it. */
	pulls: Float64Array;
}

/** A confirmed example. */
export interface NoneExample {
	embedding: Embedding;
	/** People agreed that none of the labels fits. */
	isNone: boolean;
	/** Log-odds of none without this. */
	logOdds: number;
}

/**
 * @param examples at most `mostShifting`
 * @returns undefined where there is nothing to go by
 */
export function fitNoneShift(examples: readonly NoneExample[]): NoneShift | undefined {
	if (examples.length === 0) return undefined;
	const embeddings = toMatrix(examples.map(({ embedding }) => embedding));
	const root = cholesky(examples.map(({ embedding }) => kernel(embedding, embeddings)));
	const size = examples.length;
	const residuals = (logOdds: Float64Array) =>
		logOdds.map((value, index) => sigmoid(value) - (examples[index]?.isNone ? 1 : 0));
	// With the shift as variance^½ · L · u, its prior is |u|²/2.
	const u = leastPoint(
		{
			origin: Float64Array.from(examples, ({ logOdds }) => logOdds),
			map: (point) => lower(root, size, point),
			residuals,
			pullBack: (values) => lowerTransposed(root, size, values),
		},
		0.5,
		new Float64Array(size),
		1e-4,
	);
	const shifted = lower(root, size, u).map((shift, index) => shift + (examples[index]?.logOdds ?? 0));
	return { examples: embeddings, pulls: residuals(shifted).map((residual) => -variance * residual) };
}

/** What is added to the log-odds of none for this image. */
export function shiftFor(image: Embedding, { examples, pulls }: NoneShift): number {
	return kernel(image, examples).reduce((sum, likeness, index) => sum + likeness * (pulls[index] ?? 0), 0);
}

/** In (0, 1], with each example. */
function kernel(image: Embedding, examples: EmbeddingMatrix): Float64Array {
	return cosines(image, examples).map((cosine) => Math.exp(-sharpness * (1 - cosine)));
}

/** variance^½ · L, where L·Lᵀ is the kernel; row by row. The same picture twice makes it singular but for the jitter. */
function cholesky(kernel: readonly Float64Array[]): Float64Array {
	const size = kernel.length;
	const root = new Float64Array(size * size);
	const at = (row: number, column: number) => root[row * size + column] ?? 0;
	for (let row = 0; row < size; row++) {
		for (let column = 0; column <= row; column++) {
			let value = variance * ((kernel[row]?.[column] ?? 0) + (row === column ? 1e-6 : 0));
			for (let k = 0; k < column; k++) value -= at(row, k) * at(column, k);
			root[row * size + column] = row === column ? Math.sqrt(Math.max(value, 1e-12)) : value / at(column, column);
		}
	}
	return root;
}

function lower(root: Float64Array, size: number, vector: Float64Array): Float64Array {
	return vector.map((_, row) => {
		let sum = 0;
		for (let column = 0; column <= row; column++) sum += (root[row * size + column] ?? 0) * (vector[column] ?? 0);
		return sum;
	});
}

function lowerTransposed(root: Float64Array, size: number, vector: Float64Array): Float64Array {
	const result = new Float64Array(size);
	for (let row = 0; row < size; row++)
		for (let column = 0; column <= row; column++)
			result[column] = (result[column] ?? 0) + (root[row * size + column] ?? 0) * (vector[row] ?? 0);
	return result;
}
