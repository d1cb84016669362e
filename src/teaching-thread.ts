/** The thread of `threaded-teaching.ts`: what confirmed examples teach, one label set after the other. */
import type { LabelSet, ModelAndPool } from "./classify/classify.ts";
import { type ConfirmedExample, teach } from "./classify/learning.ts";

export interface TeachingTask {
	set: LabelSet;
	examples: readonly ConfirmedExample[];
	scoring: ModelAndPool;
}

/** What was learned, without what was known before. */
export type Taught = Pick<LabelSet, "learned" | "refit" | "noneShift">;

export default function teachOne({ set, examples, scoring }: TeachingTask): Taught {
	const { learned, refit, noneShift } = teach(set, examples, scoring);
	return { ...(learned && { learned }), ...(refit && { refit }), ...(noneShift && { noneShift }) };
}
