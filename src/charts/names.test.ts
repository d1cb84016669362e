import { describe, expect, test } from "vitest";
import { fonts } from "./font.ts";
import { chartNames } from "./names.ts";

describe("names in a chart", () => {
	test.each([
		["cat", "cat"],
		["🐱 cat", "cat"],
		["cat 👩🏽‍🚀🇩🇪", "cat"],
		["top 5️⃣", "top 5"],
		["Lego™", "Lego™"],
		["Ärger, кот, γάτα, גמל", "Ärger, кот, γάτα, גמל"],
	])("%s is written %s", (text, name) => expect(chartNames([text])).toEqual([name]));

	test("texts that the font lacks are called by their place, never drawn as boxes", () => {
		expect(chartNames(["cat", "猫", "แมว", "बिल्ली", "🐱"])).toEqual(["cat", "#2", "#3", "#4", "#5"]);
	});

	test("texts that would look the same stay apart", () => {
		expect(chartNames(["cat 🐱", "cat 🐈", "cat"])).toEqual(["cat", "#2", "#3"]);
		expect(chartNames(["#2", "猫"])).toEqual(["#1", "#2"]);
	});

	test("no text, no name", () => expect(chartNames([])).toEqual([]));
});

describe("the font", () => {
	test("knows what it has", () => {
		expect(fonts.regular.has("Ab €")).toBe(true);
		expect(fonts.regular.has("a猫")).toBe(false);
	});

	test("knows how wide a text is: DejaVu Sans' n is 1298 of 2048 units, its bold 1458", () => {
		expect(fonts.regular.widthOf("n")).toBeCloseTo(1298 / 2048, 5);
		expect(fonts.bold.widthOf("nn")).toBeCloseTo((2 * 1458) / 2048, 5);
		expect(fonts.regular.widthOf("")).toBe(0);
	});
});
