import { describe, expect, it } from "vitest";
import { bytes, count, day, percent, plain, spoken } from "./wording.ts";

describe("wording", () => {
	it("never rounds a probability to none or to certainty", () => {
		expect([0, 0.004, 0.005, 0.425, 0.994, 0.995, 1].map(percent)).toEqual([
			"<1%",
			"<1%",
			"1%",
			"43%",
			"99%",
			">99%",
			">99%",
		]);
	});

	it("gives sizes and counts units", () => {
		expect([12, 3400, 2_560_000].map(bytes)).toEqual(["12 B", "3 KB", "2.6 MB"]);
		expect([count(1, "reply", "replies"), count(2, "reply", "replies"), count(3, "photo")]).toEqual([
			"1 reply",
			"2 replies",
			"3 photos",
		]);
	});

	it("names near days by their distance", () => {
		const now = new Date(2026, 2, 1, 9);
		expect(day(new Date(2026, 2, 1, 1).toISOString(), now)).toBe("Today");
		expect(day(new Date(2026, 1, 28, 23).toISOString(), now)).toBe("Yesterday");
		expect(day(new Date(2025, 1, 3).toISOString(), now)).toContain("2025");
	});

	it("reads rich text and answers aloud, the winner of each picture first", () => {
		expect(plain(["Labels: ", { strong: "cat" }, { emoji: "🐱" }])).toBe("Labels: cat🐱");
		const rows = [{ label: "cat", probability: 0.8 }];
		expect(
			spoken({
				blocks: [
					{ kind: "scores", title: ["a.png"], rows, none: 0.1, more: 0 },
					{ kind: "scores", title: ["b.png"], rows: [{ label: "cat", probability: 0.1 }], none: 0.9, more: 0 },
					{ kind: "error", title: ["c.png"], text: ["It is a PDF."] },
					{ kind: "note", text: ["small print"] },
				],
			}),
		).toBe("a.png: cat, 80%. b.png: none of these, 90%. c.png: It is a PDF.");
	});
});
