/** Fits a model's calibration (design section 7) to images whose right label is known, or known to be missing. */
import type { LabelSet } from "./classify.ts";
import { cosines as cosinesWith, type EmbeddingMatrix } from "./matrix.ts";
import { PoolMass } from "./none-of-these.ts";
import type { Calibration, Embedding, LogisticMap } from "./types.ts";
import { logSumExp, sigmoid, softmax } from "./zero-shot.ts";

/** The scales of the none-map that are tried. */
export const noneScales: readonly number[] = [20, 25, 30, 35, 40, 50, 60];

/** One image under one label set. */
export interface CalibrationCase {
	/** With each label. */
	cosines: Float64Array;
	/** logsumexp of scale × cosine over the negatives that compete with the labels, one a scale of `noneScales`. */
	negatives: Float64Array;
	/** Index of the right label; undefined for an outsider, which none of the labels fits. */
	truth: number | undefined;
}

/**
 * @param set made for mode one, with a pool
 * @param truth index of the right label; undefined for an outsider
 */
export function calibrationCase(
	image: Embedding,
	set: LabelSet,
	pool: EmbeddingMatrix,
	truth: number | undefined,
): CalibrationCase {
	const [kept] = set.kept;
	if (!kept || set.mode !== "one") throw new RangeError("Calibration needs labels of mode one, with a pool.");
	const similarities = cosinesWith(image, pool);
	const logSumAt = (scale: number) => new PoolMass(similarities.map((cosine) => scale * cosine)).logSum(kept);
	return { cosines: cosinesWith(image, set.embeddings), negatives: Float64Array.from(noneScales, logSumAt), truth };
}

/** One example of a logistic map: what it reads, and whether "none" was right. */
export interface Example {
	x: number;
	none: boolean;
}

interface WeightedExample extends Example {
	weight: number;
}

/**
 * T by the labels' log-loss on insiders; noneScale by the log-loss of its fitted map; the maps by logistic regression.
 * @param logitScale the model's
 * @throws RangeError if there are no insiders or no outsiders
 */
export function fitCalibration(cases: readonly CalibrationCase[], logitScale: number): Calibration {
	const insiders = cases.filter(({ truth }) => truth !== undefined);
	if (insiders.length === 0 || insiders.length === cases.length) {
		throw new RangeError("Calibration needs images that a label fits and images that none fits.");
	}
	const temperature = fitTemperature(insiders, logitScale);
	const fits = noneScales.map((noneScale, index) => {
		const examples = cases.map(({ cosines, negatives, truth }) => ({
			x: (negatives[index] ?? 0) - logSumExp(cosines.map((cosine) => noneScale * cosine)),
			none: truth === undefined,
		}));
		const none = fitLogistic(examples);
		return { noneScale, none, loss: penalisedLoss(balanced(examples), none) };
	});
	const { noneScale, none } = fits.reduce((best, fit) => (fit.loss < best.loss ? fit : best));
	const severalLabels = cases.filter(({ cosines }) => cosines.length > 1);
	return {
		temperature,
		noneScale,
		none,
		maxSoftmax: fitLogistic(
			severalLabels.map(({ cosines, truth }) => ({
				x: Math.max(...softmax(cosines.map((cosine) => (logitScale * cosine) / temperature))),
				none: truth === undefined,
			})),
		),
		cosine: fitLogistic(
			cases.flatMap(({ cosines, truth }) => Array.from(cosines, (x, index) => ({ x, none: truth !== index }))),
		),
	};
}

/** The temperature (Guo et al. 2017, arXiv 1706.04599) with the least log-loss of the right label among the labels. */
export function fitTemperature(insiders: readonly CalibrationCase[], logitScale: number): number {
	const loss = (logTemperature: number) => {
		const scale = logitScale / Math.exp(logTemperature);
		return insiders.reduce((sum, { cosines, truth }) => {
			const logits = cosines.map((cosine) => scale * cosine);
			return sum + logSumExp(logits) - (logits[truth ?? -1] ?? 0);
		}, 0);
	};
	return Math.exp(minimise(loss, Math.log(0.05), Math.log(20)));
}

/** The least point of a function with one valley, by golden sections. */
function minimise(of: (x: number) => number, low: number, high: number): number {
	const golden = (Math.sqrt(5) - 1) / 2;
	while (high - low > 1e-6) {
		const left = high - golden * (high - low);
		const right = low + golden * (high - low);
		if (of(left) < of(right)) high = right;
		else low = left;
	}
	return (low + high) / 2;
}

/** Keeps the slope finite where a line separates the examples. */
const ridge = 1e-3;

/**
 * Logistic regression of "none" on one number, by Newton's method (IRLS). Both answers weigh the same in sum: how many
 * photos of a folder happen to lie outside a label set says nothing about the photos of a chat.
 * @returns the map that always says one half, where one of the answers has no example
 */
export function fitLogistic(examples: readonly Example[]): LogisticMap {
	let map: LogisticMap = { a: 0, b: 0 };
	if (examples.every(({ none }) => none) || !examples.some(({ none }) => none)) return map;
	const weighted = balanced(examples);
	let loss = penalisedLoss(weighted, map);
	for (let round = 0; round < 100; round++) {
		const step = newtonStep(weighted, map);
		// Far from the minimum a whole step may overshoot.
		let length = 1;
		const shortened = () => ({ a: map.a - length * step.a, b: map.b - length * step.b });
		while (penalisedLoss(weighted, shortened()) > loss && length > 1e-6) length /= 2;
		const gain = loss - penalisedLoss(weighted, shortened());
		if (!(gain > 1e-10)) break;
		map = shortened();
		loss -= gain;
	}
	return map;
}

function balanced(examples: readonly Example[]): WeightedExample[] {
	const nones = examples.filter(({ none }) => none).length;
	return examples.map(({ x, none }) => {
		return { x, none, weight: examples.length / 2 / (none ? nones : examples.length - nones) };
	});
}

/** Hessian⁻¹ × gradient of the penalised loss. */
function newtonStep(examples: readonly WeightedExample[], { a, b }: LogisticMap): LogisticMap {
	let [ga, gb, haa, hab, hbb] = [ridge * a, 0, ridge, 0, 1e-9];
	for (const { x, none, weight } of examples) {
		const p = sigmoid(a * x + b);
		const error = weight * (p - (none ? 1 : 0));
		const curvature = weight * p * (1 - p);
		ga += error * x;
		gb += error;
		haa += curvature * x * x;
		hab += curvature * x;
		hbb += curvature;
	}
	const determinant = haa * hbb - hab * hab;
	return { a: (hbb * ga - hab * gb) / determinant, b: (haa * gb - hab * ga) / determinant };
}

/** Weighted sum of −log of the probability given to what was right, and the ridge. */
function penalisedLoss(examples: readonly WeightedExample[], { a, b }: LogisticMap): number {
	return examples.reduce(
		(total, { x, none, weight }) => {
			const logit = none ? a * x + b : -(a * x + b);
			// log(1 + exp(−logit)), without overflow.
			return total + weight * (Math.max(0, -logit) + Math.log1p(Math.exp(-Math.abs(logit))));
		},
		(ridge / 2) * a * a,
	);
}
