/** A channel's own calibration: the model's, moved as far as the channel's confirmed examples have a say (design section 7). */
import { type Example, fitShrunkLogistic, fitTemperature } from "./calibrate.ts";
import { byLabel, outOfFold, spread } from "./choose-rho.ts";
import { evidence, isBlind, type LabelSet, type ModelAndPool, type Refit } from "./classify.ts";
import { type Lesson, type ReadExample, weightsAfter } from "./lesson.ts";
import { cosines } from "./matrix.ts";
import { calibrationOf } from "./none-of-these.ts";
import type { LogisticMap } from "./types.ts";

/** Confirmed examples from which on a channel has a calibration of its own. */
const fewest = 20;
/** More examples of the labels, or of "none", than this hardly change a handful of numbers, and would take seconds. */
const most = 200;
/** How many examples' worth of belief holds on to the model's calibration: 20 one-sided ones can't ruin it. */
const belief = 10;

/** One example as something that has not learned from it sees it. */
interface Unseen {
	example: ReadExample;
	/** With each label. */
	similarities: Float64Array;
}

/**
 * T by the labels' log-loss on examples of a label; the none-map, as a straight line in the model's own log-odds, by the
 * log-loss of "none" on all of them. What the probe learned from is judged by probes that had not seen it.
 * @param lesson what was learned from the examples, if anything was
 * @returns undefined below 20 examples, for a model's own sigmoid, and where there was nothing to fit
 */
export function calibrationFromExamples(
	set: LabelSet,
	examples: readonly ReadExample[],
	lesson: Lesson | undefined,
	scoring: ModelAndPool,
): Refit | undefined {
	const { model } = scoring;
	if (examples.length < fewest || (set.mode === "many" && model.scoring === "sigmoid")) return undefined;
	const unseen = [...(lesson ? heldOut(set, lesson) : []), ...strangers(set, examples, lesson)];
	const calibration = calibrationOf(model);
	const temperature = set.mode === "one" ? temperatureOf(unseen, scoring) : calibration.temperature;
	const none = noneMap(unseen, set, scoring);
	if (temperature === calibration.temperature && !none) return undefined;
	return { calibration: { ...calibration, temperature, ...(none && { none }) }, examples: examples.length };
}

/** Examples that the probe learned from, each as a probe sees it that did not. */
function heldOut(set: LabelSet, { problem, taughtBy, slope, rho }: Lesson): Unseen[] {
	const { labels, textLogits } = problem;
	const rows = spread(byLabel(problem), most);
	const logits = outOfFold(problem, rows, rho);
	return rows.flatMap((row, at): Unseen[] => {
		const example = taughtBy[row];
		if (!example) return [];
		// What learning added to a logit is slope × what it added to the similarity.
		const added = (label: number) => (logits[at * labels + label] ?? 0) - (textLogits[row * labels + label] ?? 0);
		const texts = cosines(example.embedding, set.embeddings);
		return [{ example, similarities: texts.map((similarity, label) => similarity + added(label) / slope) }];
	});
}

/** Examples that the probe did not learn from. */
function strangers(set: LabelSet, examples: readonly ReadExample[], lesson: Lesson | undefined): Unseen[] {
	const known = new Set(lesson?.taughtBy);
	const weights = lesson ? weightsAfter(set, lesson) : set.embeddings;
	return spread(
		examples.filter((example) => !known.has(example)),
		most,
	).map((example) => ({ example, similarities: cosines(example.embedding, weights) }));
}

function temperatureOf(unseen: readonly Unseen[], { model }: ModelAndPool): number {
	const insiders = unseen
		.filter(({ example, similarities }) => example.right.length === 1 && similarities.length > 1)
		.map(({ example, similarities }) => ({ cosines: similarities, truth: example.right[0] }));
	const { temperature } = calibrationOf(model);
	return insiders.length === 0
		? temperature
		: fitTemperature(insiders, model.logitScale, { temperature, weight: belief });
}

/** @returns undefined where "none" isn't judged by the pool */
function noneMap(unseen: readonly Unseen[], set: LabelSet, scoring: ModelAndPool): LogisticMap | undefined {
	if (set.mode === "one" && isBlind(set)) return undefined;
	const { a, b } = calibrationOf(scoring.model).none;
	const judged: Example[] = [];
	for (const { example, similarities } of unseen) {
		const { embedding, poolCosines, right } = example;
		const ds = evidence(similarities, embedding, set, { ...scoring, poolCosines });
		if (!ds) return undefined;
		for (const [label, d] of ds.entries()) {
			judged.push({ x: a * d + b, none: set.mode === "one" ? right.length === 0 : !right.includes(label) });
		}
	}
	const oneSided = new Set(judged.map(({ none }) => none)).size < 2;
	// Examples of one kind say where the line lies, not how steep it is.
	const weights = { a: oneSided ? 1e9 : belief, b: belief };
	const line = fitShrunkLogistic(judged, { map: { a: 1, b: 0 }, weights });
	// A line that falls would call what is near a label "none": these examples contradict the model, and each other.
	const slope = Math.max(line.a, 0.25);
	return { a: slope * a, b: slope * b + line.b };
}
