/** The anchored probe over a label set's confirmed examples: which numbers are fitted, and to what. */
import { cautiousRho, chooseRho } from "./choose-rho.ts";
import { evidence, type LabelSet, type ModelAndPool } from "./classify.ts";
import { cosines, type EmbeddingMatrix } from "./matrix.ts";
import { calibrationOf } from "./none-of-these.ts";
import { fitProbe, type Link, type ProbeProblem, probeProblem, type Shift, shiftInSpace } from "./probe.ts";
import type { Embedding } from "./types.ts";

/** An image whose labels people agreed on. */
export interface ConfirmedExample {
	embedding: Embedding;
	/** Texts of the labels that are right, compared without case; empty: none of these. */
	labels: readonly string[];
	/** The image's cosines with the pool, where they were computed faster elsewhere. */
	poolCosines?: ArrayLike<number> | undefined;
}

/** An example in the label set's own terms. */
export interface ReadExample extends ConfirmedExample {
	/** Indices of the right labels. */
	right: readonly number[];
}

/** How an image's similarity becomes the logit that a score is made of. */
interface Scale {
	link: Link;
	/** logit = slope × similarity + what doesn't depend on the label's embedding. */
	slope: number;
	/** Logits at the texts. */
	logitsOf(example: ReadExample): Float64Array;
}

/** What is learned, and from what. */
export interface Lesson {
	problem: ProbeProblem;
	/** The examples of the problem's rows. */
	taughtBy: readonly ReadExample[];
	/** Of the logits that were fitted, along the similarities. */
	slope: number;
	rho: number;
	shift: Shift;
}

/** @returns undefined where no example names a label */
export function lessonOf(set: LabelSet, examples: readonly ReadExample[], scoring: ModelAndPool): Lesson | undefined {
	const scale = scaleOf(set, scoring);
	// In mode one "none" is no label that could be moved; in mode many it says that each label is wrong.
	const taughtBy = examples.filter(({ right }) => right.length > 0 || set.mode === "many");
	const taught = new Set(taughtBy.flatMap(({ right }) => right)).size;
	if (taught === 0 || !(scale.slope > 0)) return undefined;
	const problem = probeProblem({
		images: taughtBy.map(({ embedding }) => embedding),
		labels: set.labels.length,
		textLogits: joined(taughtBy.map((example) => scale.logitsOf(example))),
		targets: joined(taughtBy.map(({ right }) => targetsOf(right, set))),
		link: scale.link,
	});
	const rho = isOneSided(set, taughtBy, taught) ? cautiousRho : chooseRho(problem);
	const shift = fitProbe(problem, [...taughtBy.keys()], rho);
	return { problem, taughtBy, slope: scale.slope, rho, shift };
}

function targetsOf(right: readonly number[], { labels, mode }: LabelSet): Float64Array {
	const targets = new Float64Array(labels.length);
	for (const index of right) targets[index] = mode === "one" ? 1 / right.length : 1;
	return targets;
}

/** Fewer than half of the possible answers were ever confirmed: the examples can't show what the others would lose. */
function isOneSided({ labels, mode }: LabelSet, examples: readonly ReadExample[], taught: number): boolean {
	const none = mode === "many" && examples.some(({ right }) => right.length === 0) ? 1 : 0;
	const answers = labels.length + (mode === "many" ? 1 : 0);
	return taught + none < Math.max(2, answers / 2);
}

/** The logits that `classify` makes probabilities of. */
function scaleOf(set: LabelSet, scoring: ModelAndPool): Scale {
	const { model } = scoring;
	const { logitScale, logitBias } = model;
	const similarities = ({ embedding }: ReadExample) => cosines(embedding, set.embeddings);
	if (set.mode === "one" || model.scoring === "sigmoid") {
		const bias = set.mode === "one" ? 0 : logitBias;
		return {
			link: set.mode === "one" ? "softmax" : "sigmoid",
			slope: logitScale,
			logitsOf: (example) => similarities(example).map((cosine) => logitScale * cosine + bias),
		};
	}
	const { none, cosine, noneScale } = calibrationOf(model);
	if (scoring.pool && set.kept.length > 0) {
		return {
			link: "sigmoid",
			slope: none.a * noneScale,
			logitsOf: (example) => {
				const { embedding, poolCosines } = example;
				const ds = evidence(similarities(example), embedding, set, { ...scoring, poolCosines }) ?? new Float64Array();
				return ds.map((d) => -(none.a * d + none.b));
			},
		};
	}
	return {
		link: "sigmoid",
		slope: -cosine.a,
		logitsOf: (example) => similarities(example).map((x) => -(cosine.a * x + cosine.b)),
	};
}

function joined(rows: readonly Float64Array[]): Float64Array {
	const length = rows[0]?.length ?? 0;
	const result = new Float64Array(rows.length * length);
	for (const [index, row] of rows.entries()) result.set(row, index * length);
	return result;
}

/** What images are compared with after the lesson, in place of the texts. */
export function weightsAfter({ embeddings }: LabelSet, { problem, slope, shift }: Lesson): EmbeddingMatrix {
	const moved = shiftInSpace(problem, shift);
	return { ...embeddings, data: embeddings.data.map((value, index) => value + (moved[index] ?? 0) / slope) };
}
