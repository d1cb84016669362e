/**
 * Tip-Adapter without training (Zhang et al., arXiv 2207.09519): zero-shot logits, plus what a cache of labelled images
 * says of those like it. Follows the authors' code (gaopengcuhk/Tip-Adapter).
 */
import { cosines, type EmbeddingMatrix, toMatrix } from "../classify/matrix.ts";
import type { Embedding } from "../classify/types.ts";

/** A labelled image: the cache's key, and the index of its label. */
export interface CachedExample {
	embedding: Embedding;
	label: number;
}

export interface TipAdapterOptions {
	/** How much the cache counts. */
	alpha: number;
	/** How near an image of the cache must be to count. */
	beta: number;
}

/** Where the authors' search looks (search_scale [7, 3] and search_step [200, 20] of their configurations). */
const betas = Array.from({ length: 200 }, (_, i) => (i * (7 - 0.1)) / 200 + 0.1);
const alphas = Array.from({ length: 20 }, (_, i) => (i * (3 - 0.1)) / 20 + 0.1);

/**
 * Scores images with a cache.
 * @param texts one unit vector a label
 * @returns logits in the labels' order: logitScale × cosine + α · Σ exp(−β(1 − affinity)) over the label's images
 */
export function tipAdapter(
	examples: readonly CachedExample[],
	texts: EmbeddingMatrix,
	logitScale: number,
	{ alpha, beta }: TipAdapterOptions,
): (image: Embedding) => Float64Array {
	const keys = toMatrix(examples.map(({ embedding }) => embedding));
	return (image) => {
		const logits = cosines(image, texts).map((cosine) => logitScale * cosine);
		const affinities = examples.length === 0 ? new Float64Array() : cosines(image, keys);
		for (const [index, affinity] of affinities.entries()) {
			const label = examples[index]?.label ?? 0;
			logits[label] = (logits[label] ?? 0) + alpha * Math.exp(-beta * (1 - affinity));
		}
		return logits;
	};
}

/**
 * α and β with the most right answers, the first of equals, as the authors search them. They search on a validation set;
 * where nothing but the examples is labelled, each is judged by a cache of the others.
 */
export function searchTipAdapter(
	examples: readonly CachedExample[],
	texts: EmbeddingMatrix,
	logitScale: number,
): TipAdapterOptions {
	const keys = toMatrix(examples.map(({ embedding }) => embedding));
	const seen = examples.map(({ embedding, label }) => ({
		label,
		zeroShot: cosines(embedding, texts).map((cosine) => logitScale * cosine),
		affinities: cosines(embedding, keys),
	}));
	let best: TipAdapterOptions = { alpha: 0, beta: 0 };
	let most = 0;
	for (const beta of betas) {
		const caches = seen.map(({ affinities }, own) => {
			const cache = new Float64Array(texts.rows);
			for (const [index, affinity] of affinities.entries()) {
				const label = examples[index]?.label ?? 0;
				if (index !== own) cache[label] = (cache[label] ?? 0) + Math.exp(-beta * (1 - affinity));
			}
			return cache;
		});
		for (const alpha of alphas) {
			const right = seen.filter(({ label, zeroShot }, own) => {
				const logits = zeroShot.map((logit, index) => logit + alpha * (caches[own]?.[index] ?? 0));
				return logits.indexOf(Math.max(...logits)) === label;
			}).length;
			if (right > most) [best, most] = [{ alpha, beta }, right];
		}
	}
	return best;
}
