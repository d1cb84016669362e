/**
 * Minimises a convex loss of linear predictions plus ρ · |x|², by L-BFGS (Nocedal and Wright, Numerical Optimization, 2nd
 * edition, algorithm 7.4). As predictions are linear in x, a step's length is found without another look at the data.
 */

/** loss(origin + map(x)), its parts made apart so that the solver can go along a line for next to nothing. */
export interface Objective {
	/** Predictions at x = 0. */
	origin: Float64Array;
	/** Linear: what x adds to the predictions. */
	map(x: Float64Array): Float64Array;
	/** Derivative of the loss with respect to each prediction. */
	residuals(predictions: Float64Array): Float64Array;
	/** Transpose of `map`. */
	pullBack(residuals: Float64Array): Float64Array;
}

/** Steps remembered. */
const memory = 8;
/** More than any channel needed; the point is as good as it gets then. */
const maxSteps = 200;
interface Correction {
	step: Float64Array;
	change: Float64Array;
	curvature: number;
}

/**
 * @param rho above 0, so that there is one least point
 * @param x where to start; not changed
 * @param tolerance the gradient's length where it ends, relative to the one at x = 0
 */
export function leastPoint(objective: Objective, rho: number, x: Float64Array, tolerance: number): Float64Array {
	let point = x;
	let predictions = sum(objective.origin, 1, objective.map(point));
	const gradientAt = () => sum(objective.pullBack(objective.residuals(predictions)), 2 * rho, point);
	let gradient = gradientAt();
	const enough = tolerance * norm(objective.pullBack(objective.residuals(objective.origin)));
	const corrections: Correction[] = [];
	for (let round = 0; round < maxSteps && norm(gradient) > enough; round++) {
		const direction = descent(gradient, corrections);
		const along = objective.map(direction);
		const length = lineMinimum(objective, rho, { point, direction, predictions, along });
		if (!(length > 0)) break;
		const step = direction.map((value) => length * value);
		point = sum(point, 1, step);
		predictions = sum(predictions, length, along);
		const before = gradient;
		gradient = gradientAt();
		const change = sum(gradient, -1, before);
		corrections.push({ step, change, curvature: inner(step, change) });
		if (corrections.length > memory) corrections.shift();
	}
	return point;
}

/** −H·gradient, H being the inverse Hessian as the last steps suggest it (two-loop recursion). */
function descent(gradient: Float64Array, corrections: readonly Correction[]): Float64Array {
	let direction = gradient;
	const alphas = corrections.map(() => 0);
	for (let i = corrections.length - 1; i >= 0; i--) {
		const { step, change, curvature } = corrections[i] as Correction; // i runs over the corrections
		const alpha = inner(step, direction) / curvature;
		alphas[i] = alpha;
		direction = sum(direction, -alpha, change);
	}
	const last = corrections.at(-1);
	const scale = last ? last.curvature / inner(last.change, last.change) : 1;
	direction = sum(direction, scale - 1, direction);
	for (const [i, { step, change, curvature }] of corrections.entries()) {
		const beta = inner(change, direction) / curvature;
		direction = sum(direction, (alphas[i] ?? 0) - beta, step);
	}
	return direction.map((value) => -value);
}

interface Line {
	point: Float64Array;
	direction: Float64Array;
	predictions: Float64Array;
	/** map(direction). */
	along: Float64Array;
}

/** How far to go: where the slope has fallen to a hundredth. The slope of a convex function only rises, so its zero is bracketed. */
function lineMinimum(objective: Objective, rho: number, { point, direction, predictions, along }: Line): number {
	const start = inner(point, direction);
	const square = inner(direction, direction);
	const slopeAt = (t: number) =>
		inner(objective.residuals(sum(predictions, t, along)), along) + 2 * rho * (start + t * square);
	const slope = slopeAt(0);
	if (!(slope < 0)) return 0;
	const enough = -0.01 * slope;
	let low = { t: 0, slope };
	let high = { t: 1, slope: slopeAt(1) };
	while (high.slope < -enough) {
		low = high;
		high = { t: 2 * high.t, slope: slopeAt(2 * high.t) };
	}
	if (high.slope <= enough) return high.t;
	for (let round = 0; round < 40; round++) {
		// The secant, kept away from the ends so that the bracket shrinks whatever the curve.
		const secant = low.t - (low.slope * (high.t - low.t)) / (high.slope - low.slope);
		const margin = 0.05 * (high.t - low.t);
		const t = Math.min(Math.max(secant, low.t + margin), high.t - margin);
		const middle = { t, slope: slopeAt(t) };
		if (Math.abs(middle.slope) <= enough) return t;
		if (middle.slope < 0) low = middle;
		else high = middle;
	}
	return low.t;
}

function inner(x: Float64Array, y: Float64Array): number {
	let total = 0;
	for (let i = 0; i < x.length; i++) total += (x[i] as number) * (y[i] as number); // Both are of one length.
	return total;
}

function norm(x: Float64Array): number {
	return Math.sqrt(inner(x, x));
}

/** x + factor × y, which are of one length. */
function sum(x: Float64Array, factor: number, y: Float64Array): Float64Array {
	const result = new Float64Array(x.length);
	for (let i = 0; i < x.length; i++) result[i] = (x[i] as number) + factor * (y[i] as number);
	return result;
}
