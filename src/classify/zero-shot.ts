/** Zero-shot scores: from cosines in the joint space to probabilities (CLIP, arXiv 2103.00020; SigLIP, arXiv 2303.15343). */

/** log Σ exp(x) for any size of x; −Infinity for nothing. */
export function logSumExp(values: Float64Array): number {
	let max = Number.NEGATIVE_INFINITY;
	for (const value of values) if (value > max) max = value;
	if (max === Number.NEGATIVE_INFINITY) return max;
	let sum = 0;
	for (const value of values) sum += Math.exp(value - max);
	return max + Math.log(sum);
}

/** exp(x) / Σ exp(x). */
export function softmax(values: Float64Array): Float64Array {
	const total = logSumExp(values);
	return values.map((value) => Math.exp(value - total));
}

/** 1 / (1 + exp(−x)). */
export function sigmoid(x: number): number {
	return 1 / (1 + Math.exp(-x));
}

/** The inverse of `sigmoid`; probabilities too near 0 or 1 for a double count as just beside them. */
export function logOdds(probability: number): number {
	const kept = Math.min(1 - 1e-9, Math.max(1e-9, probability));
	return Math.log(kept / (1 - kept));
}
