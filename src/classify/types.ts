/** The words of the classification core. Everything under `classify/` is a pure function over these. */

/** A unit vector of `dim` float32 numbers in a model's joint space of images and texts. */
export type Embedding = Float32Array;

/** One label as a person gave it: text (NFC, 1–100 characters) and an optional emoji (Unicode, or `:name:`). */
export interface Label {
	text: string;
	emoji?: string;
}

/** `one`: the labels and "none of these" share probability 1. `many`: each label alone. */
export type Mode = "one" | "many";

/** How a model turns logits into probabilities: CLIP's softmax or SigLIP's pairwise sigmoid. */
export type Scoring = "softmax" | "sigmoid";

/** A fitted logistic map: probability = sigmoid(a·x + b). */
export interface LogisticMap {
	a: number;
	b: number;
}

/**
 * A model's calibration (design section 7), fitted by `tagalong calibrate`.
 * z = noneScale × cosine; d = logsumexp(negatives' z) − logsumexp(labels' z); P(none) = sigmoid(none.a·d + none.b).
 */
export interface Calibration {
	/** T: label logits are divided by it before the softmax. */
	temperature: number;
	noneScale: number;
	none: LogisticMap;
	/** P(none) = sigmoid(a·maxSoftmax + b), used while there is no pool, or no label is known to the lexicon. */
	maxSoftmax: LogisticMap;
	/** P(none) = sigmoid(a·cosine + b), used for a single label while there is no pool. */
	cosine: LogisticMap;
}

/** What `classify` needs to know of a model. */
export interface ScoringModel {
	/** exp of the trained logit scale: logit = logitScale × cosine + logitBias. */
	logitScale: number;
	logitBias: number;
	scoring: Scoring;
	/** Absent: scores are shown as "uncalibrated". */
	calibration?: Calibration;
}

/** Where a score came from: the label's text alone, or what confirmed examples taught. */
export type ScoreSource = "zero-shot" | "learned";

/** How "none of these" was judged: by the pool of negatives, or by a fallback that needs no pool. */
export type NoneSource = "pool" | "max-softmax" | "cosine" | "sigmoid";

export interface Score {
	label: Label;
	/** In [0, 1]. */
	probability: number;
	source: ScoreSource;
	/** How many confirmed examples taught this label; present where `source` is `learned`. */
	examples?: number;
}

/** What one image shows. */
export interface Classification {
	/** Probability that none of the labels fits, in [0, 1]. */
	none: number;
	/** By falling probability. */
	scores: Score[];
	noneSource: NoneSource;
	calibrated: boolean;
	/** How many confirmed examples taught the label set; absent where all is zero-shot. */
	learnedFrom?: number;
	/** How many confirmed examples the probabilities were fitted to; absent where the model's own calibration holds. */
	calibratedFrom?: number;
}
