/**
 * How probable it is that no label fits. The labels compete with a pool of negative words (NegLabel, arXiv 2403.20078);
 * d is the logarithm of the pool's mass over the labels' mass.
 */
import type { Calibration, LogisticMap, ScoringModel } from "./types.ts";
import { logSumExp, sigmoid } from "./zero-shot.ts";

/**
 * What stands in for a calibration. The raw evidence d counts as log-odds. The map of the maximum softmax is the
 * logistic curve that touches 1 − maximum at one half. A lone cosine says nothing until it has been fitted: one half.
 */
export function calibrationOf({ calibration, logitScale }: ScoringModel): Calibration {
	return (
		calibration ?? {
			temperature: 1,
			noneScale: logitScale,
			none: { a: 1, b: 0 },
			maxSoftmax: { a: -4, b: 2 },
			cosine: { a: 0, b: 0 },
		}
	);
}

export function applyMap({ a, b }: LogisticMap, x: number): number {
	return sigmoid(a * x + b);
}

/** The pool's masses for one image, so that many labels, each with its own part of the pool, share the exponentials. */
export class PoolMass {
	readonly #z: Float64Array;
	readonly #max: number;
	/** exp(z − max). */
	readonly #weights: Float64Array;

	/** @param z noneScale × the image's cosine with each negative */
	constructor(z: Float64Array) {
		const max = z.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
		this.#z = z;
		this.#max = max;
		this.#weights = z.map((value) => Math.exp(value - max));
	}

	/** logsumexp of z over the negatives whose `kept` is 1; −Infinity if there is none. */
	logSum(kept: Uint8Array): number {
		let sum = 0;
		for (let i = 0; i < kept.length; i++) if (kept[i] === 1) sum += this.#weights[i] ?? 0;
		// What is kept may be so far below the maximum that nothing is left of it in a double.
		return sum > 1e-200 ? this.#max + Math.log(sum) : logSumExp(this.#z.filter((_, i) => kept[i] === 1));
	}
}
