/** From embeddings to calibrated probabilities over the labels and "none of these" (design section 7). */
import { cosines, type EmbeddingMatrix, toMatrix } from "./matrix.ts";
import type { NegativePool } from "./negatives.ts";
import { applyMap, calibrationOf, PoolMass } from "./none-of-these.ts";
import { type NoneShift, shiftFor } from "./none-shift.ts";
import type { Calibration, Classification, Embedding, Label, Mode, NoneSource, Score, ScoringModel } from "./types.ts";
import { logOdds, logSumExp, sigmoid, softmax } from "./zero-shot.ts";

export interface LabelSetInput {
	labels: readonly Label[];
	/** One unit vector a label, averaged over the templates. */
	embeddings: readonly Embedding[];
	mode: Mode;
	/** Absent: "none of these" is judged without a pool. */
	negatives?: NegativePool | undefined;
}

/** Labels made ready to score any number of images with. */
export interface LabelSet {
	readonly labels: readonly Label[];
	readonly mode: Mode;
	readonly embeddings: EmbeddingMatrix;
	/** Labels that the lexicon doesn't know: they rule nothing out of the pool. */
	readonly unknown: readonly Label[];
	/** Which negatives compete, 1 or 0 a word of the pool. Mode one: one mask for all labels; mode many: one a label. */
	readonly kept: readonly Uint8Array[];
	/** What confirmed examples taught (`teach`); absent: zero-shot. */
	readonly learned?: Learned;
	/** The channel's own calibration (`teach`); absent: the model's. */
	readonly refit?: Refit;
	/** Mode one: what confirmed examples say of "none" for images like them (`teach`). */
	readonly noneShift?: NoneShift;
}

export interface Learned {
	/** What images are compared with in place of the texts; not of unit length. */
	weights: EmbeddingMatrix;
	/** How many examples taught each label; 0: it stands where its text is. */
	perLabel: readonly number[];
	/** All examples learned from; one may teach several labels. */
	examples: number;
	/** The anchor's strength that cross-validation chose. */
	rho: number;
}

/** A calibration fitted to a channel's confirmed examples, and to how many. */
export interface Refit {
	calibration: Calibration;
	examples: number;
}

/** What labels are scored by. */
export interface ModelAndPool {
	model: ScoringModel;
	/** Unit vectors of the words of the label set's pool, in their order; absent while they are not yet encoded. */
	pool?: EmbeddingMatrix | undefined;
	/** The image's cosines with the pool, where they were computed faster elsewhere. */
	poolCosines?: ArrayLike<number> | undefined;
}

/**
 * @throws RangeError if labels and embeddings don't match
 */
export function prepareLabelSet({ labels, embeddings, mode, negatives }: LabelSetInput): LabelSet {
	if (labels.length === 0 || labels.length !== embeddings.length) {
		throw new RangeError(`${labels.length} labels with ${embeddings.length} embeddings.`);
	}
	const ruledOut = labels.map(({ text }) => negatives?.ruledOutBy(text));
	const groups = mode === "one" ? [ruledOut.flatMap((indices) => indices ?? [])] : ruledOut;
	return {
		labels,
		mode,
		embeddings: toMatrix(embeddings),
		unknown: labels.filter((_, index) => ruledOut[index] === undefined),
		kept: negatives ? groups.map((indices) => keptMask(negatives.words.length, indices ?? [])) : [],
	};
}

function keptMask(size: number, ruledOut: readonly number[]): Uint8Array {
	const kept = new Uint8Array(size).fill(1);
	for (const index of ruledOut) kept[index] = 0;
	return kept;
}

/** Several labels, none of them known: the pool may be full of their own kinds, and isn't asked. */
export function isBlind({ labels, unknown }: LabelSet): boolean {
	return labels.length > 1 && unknown.length === labels.length;
}

/**
 * Scores one image.
 * @throws RangeError if an embedding's length is wrong or a number isn't finite
 */
export function classify(image: Embedding, set: LabelSet, scoring: ModelAndPool): Classification {
	const similarities = cosines(image, set.learned?.weights ?? set.embeddings);
	return set.mode === "one"
		? together(similarities, image, set, scoring)
		: eachAlone(similarities, image, set, scoring);
}

/** Mode one: "none" first, then the labels share what is left of probability 1. */
function together(similarities: Float64Array, image: Embedding, set: LabelSet, scoring: ModelAndPool): Classification {
	const { model } = scoring;
	const calibration = set.refit?.calibration ?? calibrationOf(model);
	const shares = softmax(similarities.map((cosine) => (model.logitScale * cosine) / calibration.temperature));
	const d = isBlind(set) ? undefined : evidence(similarities, image, set, scoring)?.[0];
	let none: number;
	let noneSource: NoneSource;
	if (d !== undefined) {
		none = applyMap(calibration.none, d);
		noneSource = "pool";
	} else if (set.labels.length > 1) {
		none = applyMap(calibration.maxSoftmax, Math.max(...shares));
		noneSource = "max-softmax";
	} else {
		none = applyMap(calibration.cosine, similarities[0] ?? 0);
		noneSource = "cosine";
	}
	if (set.noneShift) none = sigmoid(logOdds(none) + shiftFor(image, set.noneShift));
	const probabilities = shares.map((share) => (1 - none) * share);
	return classification(set, probabilities, none, noneSource, model.calibration !== undefined);
}

/** Mode many: each label for itself; "none" is what the best of them leaves. */
function eachAlone(similarities: Float64Array, image: Embedding, set: LabelSet, scoring: ModelAndPool): Classification {
	const { model } = scoring;
	const calibration = set.refit?.calibration ?? calibrationOf(model);
	let probabilities: Float64Array;
	let noneSource: NoneSource;
	if (model.scoring === "sigmoid") {
		probabilities = similarities.map((cosine) => sigmoid(model.logitScale * cosine + model.logitBias));
		noneSource = "sigmoid";
	} else {
		const ds = evidence(similarities, image, set, scoring);
		probabilities = ds
			? ds.map((d) => 1 - applyMap(calibration.none, d))
			: similarities.map((cosine) => 1 - applyMap(calibration.cosine, cosine));
		noneSource = ds ? "pool" : "cosine";
	}
	// A model's own sigmoid is what it was trained to say; no calibration has touched it.
	const calibrated = model.calibration !== undefined && noneSource !== "sigmoid";
	return classification(set, probabilities, 1 - Math.max(...probabilities), noneSource, calibrated);
}

/**
 * d = logsumexp over the negatives − logsumexp over the labels, of z = noneScale × cosine. Mode one: one number for all
 * labels; mode many: one a label. `undefined` without a pool.
 * @param similarities the image's cosines with the labels, or with what was learned of them
 */
export function evidence(similarities: Float64Array, image: Embedding, set: LabelSet, scoring: ModelAndPool) {
	const { model, pool, poolCosines } = scoring;
	const words = set.kept[0]?.length;
	if (!pool || words === undefined) return undefined;
	if (pool.rows !== words) throw new RangeError(`${pool.rows} embeddings of a pool of ${words} words.`);
	const { noneScale } = set.refit?.calibration ?? calibrationOf(model);
	const mass = new PoolMass(Float64Array.from(poolCosines ?? cosines(image, pool), (cosine) => noneScale * cosine));
	const z = similarities.map((cosine) => noneScale * cosine);
	const labels = set.mode === "one" ? Float64Array.of(logSumExp(z)) : z;
	return labels.map((label, index) => mass.logSum(set.kept[index] ?? new Uint8Array()) - label);
}

function classification(
	{ labels, learned, refit }: LabelSet,
	probabilities: Float64Array,
	none: number,
	noneSource: NoneSource,
	calibrated: boolean,
): Classification {
	const scores = labels.map((label, index): Score => {
		const probability = probabilities[index] ?? 0;
		const examples = learned?.perLabel[index] ?? 0;
		return examples === 0
			? { label, probability, source: "zero-shot" }
			: { label, probability, source: "learned", examples };
	});
	scores.sort((a, b) => b.probability - a.probability);
	return {
		none,
		scores,
		noneSource,
		calibrated,
		...(learned && { learnedFrom: learned.examples }),
		...(refit && noneSource !== "sigmoid" && { calibratedFrom: refit.examples }),
	};
}
