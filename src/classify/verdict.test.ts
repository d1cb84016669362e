import { expect, test } from "vitest";
import type { Classification } from "./types.ts";
import { shownLabels } from "./verdict.ts";

function answer(none: number, probabilities: Record<string, number>): Classification {
	const scores = Object.entries(probabilities).map(([text, probability]) => ({
		label: { text },
		probability,
		source: "zero-shot" as const,
	}));
	return { none, scores, noneSource: "pool", calibrated: true };
}

test("a label at the threshold is shown as right", () => {
	expect(shownLabels(answer(0.1, { cat: 0.6, dog: 0.3 }), "one", 0.6)).toEqual(["cat"]);
});

test("labels that share one answer have one winner, however low the threshold", () => {
	expect(shownLabels(answer(0.1, { cat: 0.5, dog: 0.4 }), "one", 0.2)).toEqual(["cat"]);
});

test("labels that stand alone are all shown from the threshold on", () => {
	expect(shownLabels(answer(0.1, { cat: 0.9, indoors: 0.7, dog: 0.2 }), "many", 0.5)).toEqual(["cat", "indoors"]);
});

test("with no label above the threshold it is none of these, or unsure where none is improbable too", () => {
	expect(shownLabels(answer(0.5, { cat: 0.4, dog: 0.1 }), "one", 0.6)).toEqual([]);
	expect(shownLabels(answer(0.3, { cat: 0.4, dog: 0.3 }), "one", 0.6)).toBeUndefined();
});
