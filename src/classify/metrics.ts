/** How good answers are: the figures of the study, of `eval` and of `calibrate`. */

/**
 * Expected calibration error (Guo et al. 2017, arXiv 1706.04599): the mean distance between how sure answers are and
 * how often they are right, over equally wide bins of confidence, weighted by the answers in them.
 * @param confidences probability of each answer, in [0, 1]
 * @param correct whether each answer was right
 * @returns in [0, 1]; 0 for no answers
 */
export function expectedCalibrationError(
	confidences: readonly number[],
	correct: readonly boolean[],
	bins = 15,
): number {
	// |accuracy − confidence| × answers of a bin is the absolute sum of its answers' (right − confidence).
	const gaps = new Float64Array(bins);
	for (const [index, confidence] of confidences.entries()) {
		// A bin holds its upper edge, as in the paper; the first holds 0 as well.
		const bin = Math.max(0, Math.ceil(confidence * bins) - 1);
		gaps[bin] = (gaps[bin] ?? 0) + (correct[index] ? 1 : 0) - confidence;
	}
	const sum = gaps.reduce((total, gap) => total + Math.abs(gap), 0);
	return confidences.length === 0 ? 0 : sum / confidences.length;
}

/**
 * Area under the ROC curve: the probability that a positive scores higher than a negative, a tie counting one half
 * (Mann–Whitney U, from ranks).
 * @returns in [0, 1]; undefined where one of the two is missing
 */
export function areaUnderRoc(scores: readonly number[], positive: readonly boolean[]): number | undefined {
	const order = scores.map((_, index) => index).sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0));
	const positives = positive.filter(Boolean).length;
	const negatives = positive.length - positives;
	if (positives === 0 || negatives === 0) return undefined;
	let rankSum = 0;
	for (let start = 0, end = 0; start < order.length; start = end) {
		const tied = scores[order[start] ?? 0];
		while (end < order.length && scores[order[end] ?? 0] === tied) end++;
		// Ranks start at 1; equal scores share the mean of theirs.
		const rank = (start + 1 + end) / 2;
		for (let i = start; i < end; i++) if (positive[order[i] ?? 0]) rankSum += rank;
	}
	return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** One image whose right label is known. */
export interface Answer {
	truth: string;
	/** Labels by falling score. */
	ranked: readonly string[];
}

/** The share of answers whose right label is among the first k; 0 for no answers. */
export function topK(answers: readonly Answer[], k: number): number {
	const right = answers.filter(({ truth, ranked }) => ranked.slice(0, k).includes(truth)).length;
	return answers.length === 0 ? 0 : right / answers.length;
}

/** The share of answers whose first label is right; 0 for no answers. */
export function accuracy(answers: readonly Answer[]): number {
	return topK(answers, 1);
}

/** A confusion matrix. */
export interface Confusion {
	labels: string[];
	/** counts[i][j]: images of label i that were answered with label j. */
	counts: number[][];
}

export function confusion(answers: readonly Answer[], labels: readonly string[]): Confusion {
	const place = new Map(labels.map((label, index) => [label, index]));
	const counts = labels.map(() => labels.map(() => 0));
	for (const { truth, ranked } of answers) {
		const row = counts[place.get(truth) ?? -1];
		const column = place.get(ranked[0] ?? "");
		if (!row || column === undefined) throw new RangeError(`${truth} or ${ranked[0]} is not among the labels.`);
		row[column] = (row[column] ?? 0) + 1;
	}
	return { labels: [...labels], counts };
}

export interface ClassAccuracy {
	label: string;
	images: number;
	/** Undefined where there is no image. */
	accuracy?: number;
}

/** Each label's images and the share of them that got it. */
export function perClass({ labels, counts }: Confusion): ClassAccuracy[] {
	return labels.map((label, index) => {
		const images = counts[index]?.reduce((sum, count) => sum + count, 0) ?? 0;
		const right = counts[index]?.[index] ?? 0;
		return images === 0 ? { label, images } : { label, images, accuracy: right / images };
	});
}
