/** Fits a model's calibration on a random half of a labelled folder's classes and reports on the other half. */
import type { Classifier } from "../classifier.ts";
import { calibrationCase, fitCalibration } from "../classify/calibrate.ts";
import { classify, isBlind } from "../classify/classify.ts";
import type { Calibration, LogisticMap } from "../classify/types.ts";
import { studyErrors } from "../errors.ts";
import { type EncodedImage, evaluateSets, type PreparedSet, type Score, type SetEvaluation } from "./evaluate.ts";
import { seededRandom, shuffled } from "./seeded-random.ts";

export interface CalibrationReport {
	calibration: Calibration;
	/** Folders fitted on and reported on. */
	folders: { fitted: number; reported: number };
	/** All label sets together, each image once a set. */
	fitted: SetEvaluation;
	reported: SetEvaluation;
	/** The reported half as it was before: without any calibration. */
	uncalibrated: SetEvaluation;
	/** Each label set on the reported half, and over all images (area under ROC doesn't depend on what was fitted). */
	sets: Record<string, { reported: SetEvaluation; all: SetEvaluation }>;
}

/**
 * @param prepared labels in mode one
 * @throws UserError `study.one-sided` if the half to fit on has no insiders or no outsiders
 */
export function calibrateModel(
	images: readonly EncodedImage[],
	prepared: readonly PreparedSet[],
	{ model, pool }: Classifier["scoring"],
	seed: number,
): CalibrationReport {
	if (!pool) throw new Error("Calibration needs the pool of negatives.");
	const folders = shuffled([...new Set(images.map(({ folder }) => folder))].sort(), seededRandom(seed));
	const fittedFolders = new Set(folders.slice(0, Math.ceil(folders.length / 2)));
	const fitted = images.filter(({ folder }) => fittedFolders.has(folder));
	const reported = images.filter(({ folder }) => !fittedFolders.has(folder));

	const judgedByPool = prepared.filter(({ labels }) => !isBlind(labels));
	const cases = judgedByPool.flatMap(({ set, labels }) =>
		fitted.map(({ folder, embedding }) => calibrationCase(embedding, labels, pool, set.labelOf.get(folder))),
	);
	const insiders = cases.filter(({ truth }) => truth !== undefined).length;
	if (insiders === 0 || insiders === cases.length) throw studyErrors.oneSided();
	const calibration = rounded(fitCalibration(cases, model.logitScale));

	const { calibration: _, ...bare } = model;
	const scoreBare: Score = (image, labels) => classify(image, labels, { model: bare, pool });
	const score: Score = (image, labels) => classify(image, labels, { model: { ...bare, calibration }, pool });
	return {
		calibration,
		folders: { fitted: fittedFolders.size, reported: folders.length - fittedFolders.size },
		fitted: evaluateSets(fitted, prepared, score),
		reported: evaluateSets(reported, prepared, score),
		uncalibrated: evaluateSets(reported, prepared, scoreBare),
		sets: Object.fromEntries(
			prepared.map((one) => [
				one.set.name,
				{ reported: evaluateSets(reported, [one], score), all: evaluateSets(images, [one], score) },
			]),
		),
	};
}

/** To six digits before anything is measured: what is reported is what is kept. */
function rounded({ temperature, noneScale, none, maxSoftmax, cosine }: Calibration): Calibration {
	const digits = (value: number) => Number(value.toPrecision(6));
	const map = ({ a, b }: LogisticMap) => ({ a: digits(a), b: digits(b) });
	return {
		temperature: digits(temperature),
		noneScale,
		none: map(none),
		maxSoftmax: map(maxSoftmax),
		cosine: map(cosine),
	};
}
