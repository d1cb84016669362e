/** What a channel's confirmed examples teach its label set (design section 7, "Learning"). */
import { calibrationFromExamples } from "./channel-calibration.ts";
import { classify, type LabelSet, type Learned, type ModelAndPool } from "./classify.ts";
import { type ConfirmedExample, type Lesson, lessonOf, type ReadExample, weightsAfter } from "./lesson.ts";
import { fitNoneShift, mostShifting, type NoneShift } from "./none-shift.ts";
import { logOdds } from "./zero-shot.ts";

export type { ConfirmedExample } from "./lesson.ts";

/**
 * The label set with its labels moved from their texts toward what was confirmed: a linear probe anchored at the texts,
 * its ρ by cross-validation; from 20 examples on, a calibration of its own; and "none" moved for images like those. Examples of labels that are no longer
 * in the set teach nothing; labels without examples stay at their texts. The same examples in the same order teach the
 * same.
 * @param set as `prepareLabelSet` made it, or already taught: what it was taught before is forgotten
 * @returns a new label set, or one as good as the old where there is nothing to learn
 * @throws RangeError if an embedding's length is wrong or a number isn't finite
 */
export function teach(set: LabelSet, examples: readonly ConfirmedExample[], scoring: ModelAndPool): LabelSet {
	const { learned: _, refit: __, noneShift: ___, ...texts } = set;
	const read = readExamples(texts, examples);
	const lesson = lessonOf(texts, read, scoring);
	const refit = calibrationFromExamples(texts, read, lesson, scoring);
	const taught =
		lesson && lesson.rho < Number.POSITIVE_INFINITY ? { ...texts, learned: learnedBy(texts, lesson) } : texts;
	const calibrated = refit ? { ...taught, refit } : taught;
	const noneShift = set.mode === "one" ? shiftOfNone(calibrated, read, scoring) : undefined;
	return noneShift ? { ...calibrated, noneShift } : calibrated;
}

/** By what is still wrong about "none" once the labels are learned and calibrated. */
function shiftOfNone(set: LabelSet, examples: readonly ReadExample[], scoring: ModelAndPool): NoneShift | undefined {
	return fitNoneShift(
		examples.slice(0, mostShifting).map(({ embedding, poolCosines, right }) => {
			const { none } = classify(embedding, set, { ...scoring, poolCosines });
			return { embedding, isNone: right.length === 0, logOdds: logOdds(none) };
		}),
	);
}

/** Examples that say something about the labels of the set. */
function readExamples({ labels }: LabelSet, examples: readonly ConfirmedExample[]): ReadExample[] {
	const place = new Map(labels.map(({ text }, index) => [text.toLowerCase(), index]));
	return examples.flatMap((example): ReadExample[] => {
		const found = new Set(example.labels.flatMap((text) => place.get(text.toLowerCase()) ?? []));
		return found.size === 0 && example.labels.length > 0 ? [] : [{ ...example, right: [...found] }];
	});
}

function learnedBy(set: LabelSet, lesson: Lesson): Learned {
	const { taughtBy, rho } = lesson;
	const perLabel = set.labels.map((_, index) => taughtBy.filter(({ right }) => right.includes(index)).length);
	return { weights: weightsAfter(set, lesson), perLabel, examples: taughtBy.length, rho };
}
