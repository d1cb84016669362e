/** How strongly the anchor holds: ρ by cross-validation on the confirmed examples themselves. */
import { fitProbe, type ProbeProblem, probeLogits, type Shift } from "./probe.ts";
import { logSumExp } from "./zero-shot.ts";

/** The strengths tried. ∞ is zero-shot. */
export const rhos: readonly number[] = [Number.POSITIVE_INFINITY, 0.5, 0.1, 0.05, 0.015, 0.005];
/** What holds until the examples say otherwise: the best or nearly so at 1 to 16 examples a label, wrong votes or not. */
export const usualRho = 0.1;
/** For examples that say nothing about most labels: they can't show what learning from them does to the others. */
export const cautiousRho = 0.5;

const folds = 5;
/** More examples than this don't change the choice, and would take seconds. */
const enough = 200;

/** Fewer held-out examples than this say nothing about how sure their mean is. */
const fewest = 10;
/** How many standard errors another ρ must be better by: at 20 examples one still misleads. */
const sure = 2;

/**
 * The usual ρ, unless another one's held-out log-loss is lower by more than two standard errors of the (paired)
 * difference. The same examples in the same order give the same answer.
 */
export function chooseRho(problem: ProbeProblem): number {
	const rows = spread(byLabel(problem), enough);
	const firsts = rows.map((row) => firstLabel(problem, row));
	const counts = new Map<number, number>();
	for (const label of firsts) counts.set(label, (counts.get(label) ?? 0) + 1);
	const isAlone = (_: number, at: number) => counts.get(firsts[at] ?? -1) === 1;
	const alone = rows.filter(isAlone);
	const heldOut = rows.filter((row, at) => !isAlone(row, at));
	if (heldOut.length < fewest) return usualRho;
	const lossesAt = (rho: number, starts: (Shift | undefined)[]) =>
		lossesOf(problem, heldOut, outOfFold(problem, heldOut, rho, { alone, starts }));
	const usualStarts: Shift[] = [];
	const usual = lossesAt(usualRho, usualStarts);
	let chosen = usualRho;
	let least = 0;
	const stronger = rhos.filter((rho) => rho > usualRho).reverse();
	const weaker = rhos.filter((rho) => rho < usualRho);
	for (const path of [stronger, weaker]) {
		const starts = [...usualStarts];
		let before = 0;
		for (const rho of path) {
			const { mean, error } = difference(lossesAt(rho, starts), usual);
			if (mean < least && mean < -sure * error) [chosen, least] = [rho, mean];
			// The loss has one valley along ρ, but for noise: once it rises, the rest is above.
			if (mean > before) break;
			before = mean;
		}
	}
	return chosen;
}

/**
 * Logits of every row by a probe that has not seen it: rows × k, row-major.
 * @param alone examples that every probe learns from besides
 * @param starts one a fold: where the last ρ ended; filled in
 */
export function outOfFold(
	problem: ProbeProblem,
	rows: readonly number[],
	rho: number,
	{ alone = [], starts = [] }: { alone?: readonly number[]; starts?: (Shift | undefined)[] } = {},
): Float64Array {
	const { labels } = problem;
	const logits = new Float64Array(rows.length * labels);
	for (let fold = 0; fold < folds; fold++) {
		const isHeld = (at: number) => at % folds === fold;
		const train = [...rows.filter((_, at) => !isHeld(at)), ...alone];
		const shift = fitProbe(problem, train, rho, { start: starts[fold], tolerance: 1e-2 });
		starts[fold] = shift;
		const places = [...rows.keys()].filter(isHeld);
		const held = rows.filter((_, at) => isHeld(at));
		const found = probeLogits(problem, held, shift);
		for (const [index, at] of places.entries()) {
			logits.set(found.subarray(index * labels, (index + 1) * labels), at * labels);
		}
	}
	return logits;
}

/** All rows, label by label, so that folds taken in turn hold as much of each. */
export function byLabel(problem: ProbeProblem): number[] {
	const firsts = problem.images.map((_, row) => firstLabel(problem, row));
	return [...firsts.keys()].sort((a, b) => (firsts[a] ?? 0) - (firsts[b] ?? 0) || a - b);
}

function firstLabel({ targets, labels }: ProbeProblem, row: number): number {
	return targets.subarray(row * labels, (row + 1) * labels).findIndex((share) => share > 0);
}

/** At most `count` of the items, evenly spread. */
export function spread<T>(items: readonly T[], count: number): T[] {
	const step = Math.max(1, items.length / count);
	return items.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step));
}

/** Cross-entropy of each row. */
function lossesOf({ labels, targets, link }: ProbeProblem, rows: readonly number[], logits: Float64Array): number[] {
	return rows.map((row, at) => {
		const own = logits.subarray(at * labels, (at + 1) * labels);
		const total = logSumExp(own);
		return own.reduce((sum, logit, label) => {
			const target = targets[row * labels + label] ?? 0;
			if (link === "softmax") return sum + target * (total - logit);
			return sum + Math.max(0, logit) + Math.log1p(Math.exp(-Math.abs(logit))) - target * logit;
		}, 0);
	});
}

function difference(losses: readonly number[], from: readonly number[]): { mean: number; error: number } {
	const differences = losses.map((loss, at) => loss - (from[at] ?? 0));
	const count = differences.length;
	const mean = differences.reduce((sum, value) => sum + value, 0) / count;
	const variance = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
	return { mean, error: Math.sqrt(variance / count) };
}
