import { describe, expect, it } from "vitest";
import type { KeptView } from "../../view.ts";
import { bytes, count, day, percent, plain, spoken, together } from "./wording.ts";

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

	it("reads people and links as their words, never as what they point to", () => {
		const link = { platform: "local", workspace: "local", channel: "c1", message: "m1" } as const;
		expect(plain(["See ", { link, text: "the first one" }, " by ", { person: "u1" }])).toBe(
			"See the first one by someone",
		);
	});

	it("puts names in a row, and counts those beyond", () => {
		expect([["Ann"], ["Ann", "Bo"], ["Ann", "Bo", "Cy", "Di"]].map((names) => together(names, 2))).toEqual([
			"Ann",
			"Ann and Bo",
			"Ann, Bo and 2 others",
		]);
	});

	it("reads the verdict in its own words, the vote, pictures by what they show, and files by name and size", () => {
		const link = { platform: "local", workspace: "local", channel: "c1", message: "m1" } as const;
		const attachment = { id: "f1", url: "local:f1", name: "a.png" };
		expect(spoken(answer([{ emoji: "🐱" }, " cat"], ["2 say yes"]))).toBe("🐱 cat. 2 say yes");
		expect(
			spoken({
				blocks: [
					{ kind: "gallery", items: [{ attachment, message: link, caption: ["84% alike"] }] },
					{ kind: "picture", name: "wording.png", alt: "Heat map of wordings", file: "f2" },
					{ kind: "file", name: "tags.csv", size: 3400, file: "f3" },
					{ kind: "controls", controls: [{ kind: "button", id: "stop", label: "Stop" }] },
				],
			}),
		).toBe("1 picture, first: 84% alike. Heat map of wordings. tags.csv, 3 KB to download");
	});

	it("says of an answer that changed only what is new in it", () => {
		const before = answer(["cat"], ["1 says yes"]);
		expect(spoken(answer(["cat"], ["2 say yes"]), before)).toBe("2 say yes");
		expect(spoken(answer(["cat"], ["1 says yes"]), before)).toBe("");
	});
});

function answer(headline: string[] | [{ emoji: string }, string], votes: string[]): KeptView {
	return { blocks: [{ kind: "scores", headline, rows: [], none: 0.1, more: 0, votes }] };
}
