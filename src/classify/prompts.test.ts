import { describe, expect, it, test } from "vitest";
import { averageEmbeddings, fillTemplate, parseTemplates, promptsFor, readTemplates } from "./prompts.ts";

describe("templates", () => {
	it("take the label as it is, articles included", () => {
		expect(fillTemplate("a photo of a {}.", "owl")).toBe("a photo of a owl.");
		expect(fillTemplate("{} and {}", "$&")).toBe("$& and $&");
	});

	it("give each label its prompts in their order", () => {
		expect(promptsFor([{ text: "cat" }, { text: "dog" }], ["{}", "a {}."])).toEqual([
			["cat", "a cat."],
			["dog", "a dog."],
		]);
	});

	it("must have a place for the label", () => {
		expect(parseTemplates([" a photo of a {}. "])).toEqual(["a photo of a {}."]);
		expect(() => parseTemplates(["{}", "a photo"])).toThrow("The template “a photo” has no {}");
		expect(() => parseTemplates([`{}${"x".repeat(200)}`])).toThrow("has 202 characters");
		expect(() => parseTemplates(Array.from({ length: 101 }, () => "{}"))).toThrow("101 templates");
	});
});

test("templates in one text are separated by | or lines, and each counts once", () => {
	expect(readTemplates("a {}. | the {}.\n a {}. ||")).toEqual(["a {}.", "the {}."]);
	expect(readTemplates(" | ")).toEqual([]);
	expect(() => readTemplates("a {}. | a photo")).toThrow("The template “a photo” has no {}");
});

describe("the average of embeddings", () => {
	it("has unit length and the mean direction", () => {
		const average = averageEmbeddings([Float32Array.of(1, 0), Float32Array.of(0, 1)]);
		expect(average[0]).toBeCloseTo(Math.SQRT1_2);
		expect(average[1]).toBeCloseTo(Math.SQRT1_2);
	});

	it("is refused where there is none", () => {
		expect(() => averageEmbeddings([])).toThrow(RangeError);
		expect(() => averageEmbeddings([Float32Array.of(1, 0), Float32Array.of(-1, 0)])).toThrow(RangeError);
		expect(() => averageEmbeddings([Float32Array.of(1, 0), Float32Array.of(1)])).toThrow(RangeError);
		expect(() => averageEmbeddings([Float32Array.of(Number.NaN, 0)])).toThrow(RangeError);
	});
});
