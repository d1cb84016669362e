/** Which image to ask people about: the one whose answer would teach most. */
import { cosines, type EmbeddingMatrix, toMatrix } from "./matrix.ts";
import type { Classification, Embedding } from "./types.ts";

export interface Candidate {
	embedding: Embedding;
	answer: Pick<Classification, "scores" | "none">;
	/** Days since it was posted. */
	age: number;
}

/** After so many days an image counts half as much: what a channel posts changes. */
const HALF_LIFE_DAYS = 30;
/** How much of an image's weight is left if it looks just like one that people have decided: its answer teaches little. */
const LEFT_OF_A_TWIN = 0.1;

/**
 * Uncertain: the entropy of the answer (uncertainty sampling, Lewis and Gale 1994, arXiv cmp-lg/9407020). Diverse: far from
 * what is decided already, as embeddings (a greedy step of core-set selection, Sener and Savarese, arXiv 1708.00489).
 * Recent: by half-lives.
 * @param decided embeddings of images that people have decided
 * @returns the index of the most telling candidate; undefined if there is none
 */
export function mostTelling(candidates: readonly Candidate[], decided: readonly Embedding[]): number | undefined {
	const others = toMatrix(decided);
	let best: { index: number; weight: number } | undefined;
	for (const [index, { embedding, answer, age }] of candidates.entries()) {
		const weight = uncertainty(answer) * (LEFT_OF_A_TWIN + novelty(embedding, others)) * 0.5 ** (age / HALF_LIFE_DAYS);
		if (!best || weight > best.weight) best = { index, weight };
	}
	return best?.index;
}

/** Entropy over the labels and "none", in [0, 1]; labels that stand alone are weighed as shares. */
export function uncertainty({ scores, none }: Candidate["answer"]): number {
	const weights = [none, ...scores.map(({ probability }) => probability)];
	const total = weights.reduce((sum, weight) => sum + weight, 0);
	if (total === 0) return 0;
	const entropy = weights.reduce((sum, weight) => {
		const share = weight / total;
		return share > 0 ? sum - share * Math.log(share) : sum;
	}, 0);
	return entropy / Math.log(weights.length);
}

/** 1 − the largest cosine with what is decided, in [0, 1]; 1 if nothing is. */
function novelty(embedding: Embedding, decided: EmbeddingMatrix): number {
	if (decided.rows === 0) return 1;
	const nearest = cosines(embedding, decided).reduce((most, cosine) => Math.max(most, cosine), 0);
	return 1 - Math.min(1, nearest);
}
