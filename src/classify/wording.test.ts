import { describe, expect, test } from "vitest";
import { prepareLabelSet } from "./classify.ts";
import type { Classification } from "./types.ts";
import { isRight, maxCompared, standing, underEach, wellKnownTemplates, wordingsOf } from "./wording.ts";

const answer = (none: number, ...scores: [string, number][]): Classification => ({
	none,
	scores: scores.map(([text, probability]) => ({ label: { text }, probability, source: "zero-shot" })),
	noneSource: "pool",
	calibrated: true,
});

describe("wordings that are compared", () => {
	test("each template once, all together, and what is used now marked", () => {
		expect(wordingsOf(["a {}."], ["{}", "a {}."])).toEqual([
			{ name: "a {}.", templates: ["a {}."], now: true },
			{ name: "{}", templates: ["{}"], now: false },
			{ name: "all of these together", templates: ["a {}.", "{}"], now: false },
		]);
	});

	test("several in use are compared as they are used", () => {
		const compared = wordingsOf(["a {}.", "the {}."], ["{}"]);
		expect(compared.filter(({ now }) => now)).toEqual([
			{ name: "what is used now, together", templates: ["a {}.", "the {}."], now: true },
		]);
	});

	test("where all that is compared is what is used, it is there once", () => {
		const compared = wordingsOf(["a {}.", "the {}."], []);
		expect(compared.filter(({ now }) => now).map(({ name }) => name)).toEqual(["all of these together"]);
		expect(wordingsOf(["a {}."], [])).toHaveLength(1);
	});

	test("many templates in use leave out others, never themselves", () => {
		const now = Array.from({ length: 100 }, (_, index) => `${index} {}`);
		const compared = wordingsOf(now, wellKnownTemplates);
		expect(compared).toHaveLength(maxCompared + 2);
		expect(compared.at(-1)).toEqual({ name: "what is used now, together", templates: now, now: true });
	});

	test("the well-known ones have a place for the label, each its own", () => {
		expect(new Set(wellKnownTemplates).size).toBe(wellKnownTemplates.length);
		for (const template of wellKnownTemplates) expect(template.split("{}")).toHaveLength(2);
	});
});

test("an image is scored under each wording by itself", () => {
	const labels = [{ text: "cat" }, { text: "dog" }];
	const near = Float32Array.of(1, 0);
	const far = Float32Array.of(0, 1);
	const sets = [
		prepareLabelSet({ labels, embeddings: [near, far], mode: "one" }),
		prepareLabelSet({ labels, embeddings: [far, near], mode: "one" }),
	];
	const model = { logitScale: 10, logitBias: 0, scoring: "softmax" } as const;
	const [first, second] = underEach(near, sets, { model });
	expect(first?.scores[0]?.label.text).toBe("cat");
	expect(second?.scores[0]?.label.text).toBe("dog");
});

describe("where a label stands", () => {
	const shown = answer(0.3, ["cat", 0.5], ["dog", 0.2]);
	test.each([
		["cat", 0.5, 1],
		["dog", 0.2, 3],
	])("%s", (label, probability, rank) => expect(standing(shown, label)).toEqual({ probability, rank }));
});

describe("an answer is right", () => {
	test.each([
		["the most probable label was agreed on", answer(0.1, ["cat", 0.9]), ["Cat"], true],
		["it is one of several agreed on", answer(0.1, ["cat", 0.9]), ["dog", "cat"], true],
		["another was", answer(0.1, ["cat", 0.9]), ["dog"], false],
		["none of these was, and is likeliest", answer(0.9, ["cat", 0.1]), [], true],
		["none of these was, and isn't", answer(0.1, ["cat", 0.9]), [], false],
		["a label was, and none is likeliest", answer(0.9, ["cat", 0.1]), ["cat"], false],
	])("%s", (_, shown, agreed, right) => expect(isRight(shown, agreed)).toBe(right));
});
