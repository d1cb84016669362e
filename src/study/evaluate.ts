/** How well a model answers on images whose labels are known, as its users see it. */
import type { LabelSet } from "../classify/classify.ts";
import {
	type Answer,
	accuracy,
	areaUnderRoc,
	type ClassAccuracy,
	type Confusion,
	confusion,
	expectedCalibrationError,
	perClass,
	topK,
} from "../classify/metrics.ts";
import type { Classification, Embedding } from "../classify/types.ts";
import type { StudySet } from "./label-sets.ts";

/** An image of a labelled folder, encoded. */
export interface EncodedImage {
	folder: string;
	embedding: Embedding;
}

/** Scores an image: a classifier's own `classify`, or the same with another calibration. */
export type Score = (image: Embedding, labels: LabelSet) => Classification;

export interface Evaluation {
	images: number;
	/** Among the labels, "none" left out; so are top5 and the confusion. */
	accuracy: number;
	top5: number;
	/** Of the probability that is shown, "none" counting as an answer: always a wrong one here. */
	ece: number;
	perClass: ClassAccuracy[];
	confusion: Confusion;
}

/** What is shown of one image: its most probable answer, "none of these" (undefined) being one of them. */
interface Shown {
	confidence: number;
	correct: boolean;
}

function shown({ none, scores }: Classification, truth: string | undefined): Shown {
	const best = scores[0];
	const answer = best && best.probability > none ? best.label.text : undefined;
	return { confidence: Math.max(none, best?.probability ?? 0), correct: answer === truth };
}

function calibrationError(answers: readonly Shown[]): number {
	return expectedCalibrationError(
		answers.map(({ confidence }) => confidence),
		answers.map(({ correct }) => correct),
	);
}

/** The folders' names are the labels; every image is of one of them. */
export function evaluate(images: readonly EncodedImage[], labels: LabelSet, score: Score): Evaluation {
	const answers: Answer[] = [];
	const shownAnswers: Shown[] = [];
	for (const { folder, embedding } of images) {
		const classification = score(embedding, labels);
		answers.push({ truth: folder, ranked: classification.scores.map(({ label }) => label.text) });
		shownAnswers.push(shown(classification, folder));
	}
	const matrix = confusion(
		answers,
		labels.labels.map(({ text }) => text),
	);
	return {
		images: images.length,
		accuracy: accuracy(answers),
		top5: topK(answers, 5),
		ece: calibrationError(shownAnswers),
		perClass: perClass(matrix),
		confusion: matrix,
	};
}

/** A label set and its labels, made ready to score with. */
export interface PreparedSet {
	set: StudySet;
	labels: LabelSet;
}

export interface SetEvaluation {
	insiders: number;
	outsiders: number;
	/** Among the labels, of the insiders. */
	accuracy: number;
	/** Area under ROC of the probability of "none", outsiders against insiders; absent where one of them is missing. */
	noneAuroc?: number;
	/** Of the probability that is shown, to insiders and outsiders alike. */
	ece: number;
}

/**
 * Label sets over the folder, taken together: each image counts once a set. Images of folders that a set doesn't name
 * are its outsiders, for which "none" is the right answer.
 */
export function evaluateSets(
	images: readonly EncodedImage[],
	sets: readonly PreparedSet[],
	score: Score,
): SetEvaluation {
	const insiders: Answer[] = [];
	const shownAnswers: Shown[] = [];
	const nones: number[] = [];
	const outside: boolean[] = [];
	for (const { set, labels } of sets) {
		for (const { folder, embedding } of images) {
			const classification = score(embedding, labels);
			const truth = set.labels[set.labelOf.get(folder) ?? -1]?.text;
			if (truth !== undefined) insiders.push({ truth, ranked: classification.scores.map(({ label }) => label.text) });
			shownAnswers.push(shown(classification, truth));
			nones.push(classification.none);
			outside.push(truth === undefined);
		}
	}
	const noneAuroc = areaUnderRoc(nones, outside);
	return {
		insiders: insiders.length,
		outsiders: outside.length - insiders.length,
		accuracy: accuracy(insiders),
		...(noneAuroc !== undefined && { noneAuroc }),
		ece: calibrationError(shownAnswers),
	};
}
