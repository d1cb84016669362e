/** Fits a model's calibration (design section 7) to images whose right label is known, or known to be missing. */
import type { Calibration, LogisticMap } from "./types.ts";
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

/** One example of a logistic map: what it reads, and whether "none" was right. */
interface Example {
	x: number;
	none: boolean;
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
		return { noneScale, none, loss: logLoss(examples, none) };
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

/** Logistic regression of "none" on one number, by Newton's method (IRLS). */
export function fitLogistic(examples: readonly Example[]): LogisticMap {
	const penalised = (map: LogisticMap) => examples.length * logLoss(examples, map) + (ridge / 2) * map.a * map.a;
	let map: LogisticMap = { a: 0, b: 0 };
	let loss = penalised(map);
	for (let round = 0; round < 100; round++) {
		const { a, b } = newtonStep(examples, map);
		// Far from the minimum a whole step may overshoot.
		let length = 1;
		let next = { a: map.a - a, b: map.b - b };
		while (penalised(next) > loss && length > 1e-6) {
			length /= 2;
			next = { a: map.a - length * a, b: map.b - length * b };
		}
		const gain = loss - penalised(next);
		if (!(gain > 1e-10)) break;
		map = next;
		loss -= gain;
	}
	return map;
}

/** Hessian⁻¹ × gradient of the penalised loss. */
function newtonStep(examples: readonly Example[], { a, b }: LogisticMap): LogisticMap {
	let [ga, gb, haa, hab, hbb] = [ridge * a, 0, ridge, 0, 1e-9];
	for (const { x, none } of examples) {
		const p = sigmoid(a * x + b);
		const error = p - (none ? 1 : 0);
		const weight = p * (1 - p);
		ga += error * x;
		gb += error;
		haa += weight * x * x;
		hab += weight * x;
		hbb += weight;
	}
	const determinant = haa * hbb - hab * hab;
	return { a: (hbb * ga - hab * gb) / determinant, b: (haa * gb - hab * ga) / determinant };
}

/** Mean −log of the probability given to what was right. */
function logLoss(examples: readonly Example[], { a, b }: LogisticMap): number {
	const sum = examples.reduce((total, { x, none }) => {
		const logit = none ? a * x + b : -(a * x + b);
		// log(1 + exp(−logit)), without overflow.
		return total + Math.max(0, -logit) + Math.log1p(Math.exp(-Math.abs(logit)));
	}, 0);
	return examples.length === 0 ? 0 : sum / examples.length;
}
