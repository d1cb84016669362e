import { describe, expect, it } from "vitest";
import type { WireMessage } from "../wire.ts";
import { COMMON, inWords, isEmoji, labelEmoji, toggled } from "./reactions.ts";

const ann = { id: "ann", name: "Ann" };
const bo = { id: "bo", name: "Bo" };

describe("reactions", () => {
	it("are given and taken back, one of a kind by each person", () => {
		const one = toggled([], "👍", ann, true);
		expect(one).toEqual([{ emoji: "👍", people: [ann] }]);
		expect(toggled(one, "👍", ann, true)).toEqual(one);
		const two = toggled(toggled(one, "👍", bo, true), "🐱", bo, true);
		expect(two).toEqual([
			{ emoji: "👍", people: [ann, bo] },
			{ emoji: "🐱", people: [bo] },
		]);
		expect(toggled(two, "👍", ann, false)[0]).toEqual({ emoji: "👍", people: [bo] });
	});

	it("are gone with the last who gave them, and taking back what isn't there changes nothing", () => {
		expect(toggled([{ emoji: "👍", people: [ann] }], "👍", ann, false)).toEqual([]);
		expect(toggled([{ emoji: "👍", people: [ann] }], "🐱", ann, false)).toEqual([{ emoji: "👍", people: [ann] }]);
	});

	it("say who gave them, oneself first", () => {
		expect(inWords({ emoji: "👍", people: [bo, ann] }, "ann")).toBe("You and Bo reacted with 👍");
		expect(inWords({ emoji: "👍", people: [bo] }, "ann")).toBe("Bo reacted with 👍");
	});
});

describe("what a picker takes and offers", () => {
	it("tells an emoji from other text, composed ones too", () => {
		for (const emoji of ["🐱", "❤️", "👍🏽", "👩‍👩‍👧", "🇩🇪", "5️⃣", "✅", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🐻‍❄️"])
			expect([emoji, isEmoji(emoji)]).toEqual([emoji, true]);
		for (const text of ["", "cat", ":cat:", "🐱🐶", "🐶 dog", "7", "<b>"])
			expect([text, isEmoji(text)]).toEqual([text, false]);
		expect(COMMON.filter(({ emoji }) => !isEmoji(emoji))).toEqual([]);
	});

	it("offers the emoji of labels in the latest answers, newest first, each once, beside the common ones", () => {
		const answers = [
			answer("1", ["🐱", "cat"], ["🐶", "dog"]),
			answer("2", ["🐻", "bear"], ["🐱", "kitten"], ["👍", "good"]),
		];
		expect(labelEmoji(answers)).toEqual([
			{ emoji: "🐻", name: "bear" },
			{ emoji: "🐱", name: "kitten" },
			{ emoji: "🐶", name: "dog" },
		]);
	});
});

function answer(id: string, ...labels: [string, string][]): WireMessage {
	const rows = labels.map(([emoji, label]) => ({ emoji, label, probability: 0.5 }));
	return {
		id,
		channel: "general",
		author: { id: "tagalong", name: "Tagalong", isBot: true },
		text: "",
		view: { blocks: [{ kind: "scores", rows, none: 0.1, more: 0 }] },
		files: [],
		reactions: [],
		time: "2026-03-01T12:00:00.000Z",
		working: false,
		onlyYou: false,
	};
}
