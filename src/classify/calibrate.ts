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

/**
 * The temperature (Guo et al. 2017, arXiv 1706.04599) with the least log-loss of the right label among the labels.
 * @param prior a temperature that was fitted to more images, and how many examples' worth of belief holds on to it
 */
export function fitTemperature(
	insiders: readonly Pick<CalibrationCase, "cosines" | "truth">[],
	logitScale: number,
	prior = { temperature: 1, weight: 0 },
): number {
	const loss = (logTemperature: number) => {
		const scale = logitScale / Math.exp(logTemperature);
		const distance = logTemperature - Math.log(prior.temperature);
		return insiders.reduce(
			(sum, { cosines, truth }) => {
				const logits = cosines.map((cosine) => scale * cosine);
				return sum + logSumExp(logits) - (logits[truth ?? -1] ?? 0);
			},
			prior.weight * distance ** 2,
		);
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

/** What a map is held to: the penalty is weight / 2 × the distance squared, slope and offset each by its own. */
interface Prior {
	map: LogisticMap;
	weights: LogisticMap;
}

/** Keeps the slope finite where a line separates the examples. */
const ridge: Prior = { map: { a: 0, b: 0 }, weights: { a: 1e-3, b: 1e-9 } };

/**
 * Logistic regression of "none" on one number, by Newton's method (IRLS). Both answers weigh the same in sum: how many
 * photos of a folder happen to lie outside a label set says nothing about the photos of a chat.
 * @returns the map that always says one half, where one of the answers has no example
 */
export function fitLogistic(examples: readonly Example[]): LogisticMap {
	if (examples.every(({ none }) => none) || !examples.some(({ none }) => none)) return ridge.map;
	return newton(balanced(examples), ridge);
}

/** The examples as often as they come, and a map to stay near of: few or one-sided examples move it little. */
export function fitShrunkLogistic(examples: readonly Example[], prior: Prior): LogisticMap {
	return newton(
		examples.map((example) => ({ ...example, weight: 1 })),
		prior,
	);
}

function newton(weighted: readonly WeightedExample[], prior: Prior): LogisticMap {
	let { map } = prior;
	let loss = penalisedLoss(weighted, map, prior);
	for (let round = 0; round < 100; round++) {
		const step = newtonStep(weighted, map, prior);
		// Far from the minimum a whole step may overshoot.
		let length = 1;
		const shortened = () => ({ a: map.a - length * step.a, b: map.b - length * step.b });
		while (penalisedLoss(weighted, shortened(), prior) > loss && length > 1e-6) length /= 2;
		const gain = loss - penalisedLoss(weighted, shortened(), prior);
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
function newtonStep(examples: readonly WeightedExample[], { a, b }: LogisticMap, { map, weights }: Prior): LogisticMap {
	let [ga, gb, haa, hab, hbb] = [weights.a * (a - map.a), weights.b * (b - map.b), weights.a, 0, weights.b];
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

/** Weighted sum of −log of the probability given to what was right, and the penalty. */
function penalisedLoss(
	examples: readonly WeightedExample[],
	{ a, b }: LogisticMap,
	{ map, weights }: Prior = ridge,
): number {
	return examples.reduce(
		(total, { x, none, weight }) => {
			const logit = none ? a * x + b : -(a * x + b);
			// log(1 + exp(−logit)), without overflow.
			return total + weight * (Math.max(0, -logit) + Math.log1p(Math.exp(-Math.abs(logit))));
		},
		(weights.a / 2) * (a - map.a) ** 2 + (weights.b / 2) * (b - map.b) ** 2,
	);
}
