import { expect, test } from "vitest";
import { plainName, storable } from "./plain-text.ts";

test("a text loses what no store holds, and nothing else", () => {
	expect(storable("a\u0000b\ud800c\udc00d")).toBe("abcd");
	const kept = "über\n\t🐱 می\u200cخواهم \u202eabc\u001b[31m \ue000";
	expect(storable(kept)).toBe(kept);
});

test.each([
	["photo\u202egnp.exe", "photognp.exe"],
	["\u2066cat\u2069.png", "cat.png"],
	["a\u001b[2Jb\u0007\u009b31m.png", "a[2Jb31m.png"],
	["two\r\nlines\u2028more.png", "twolinesmore.png"],
	["zero\u200bwidth\ufeff\u00ad.png", "zerowidth.png"],
	["cafe\u0301 🐱.png", "café 🐱.png"],
	["  Ann  ", "Ann"],
	["\u202e\u200b", ""],
])("of the name %j stays %j", (name, expected) => {
	expect(plainName(name, 100)).toBe(expected);
});

test("a name is cut between characters", () => {
	expect(plainName("🐱".repeat(50), 40)).toBe("🐱".repeat(40));
	expect(plainName("ab cd", 3)).toBe("ab");
});
