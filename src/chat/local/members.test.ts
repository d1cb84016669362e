import { describe, expect, it } from "vitest";
import { nameMembers } from "./members.ts";

const people = [
	{ id: "1", name: "Ada" },
	{ id: "2", name: "Ada L" },
	{ id: "3", name: "Émile (x)" },
	{ id: "4", name: "Guest" },
	{ id: "5", name: "guest" },
];

describe("members in a typed command", () => {
	it("are known by name, whatever its case, the longest name first", () => {
		expect(nameMembers("/forget @ada", people)).toBe("/forget <@1>");
		expect(nameMembers("/forget @Ada L", people)).toBe("/forget <@2>");
		expect(nameMembers("/labels moderators add @Ada, @ada l, @ÉMILE (X)", people)).toBe(
			"/labels moderators add <@1>, <@2>, <@3>",
		);
	});

	it("may stand in quotes", () => {
		expect(nameMembers('/forget @"ada l"', people)).toBe("/forget <@2>");
		expect(nameMembers("/forget @“Ada”", people)).toBe("/forget <@1>");
	});

	it("that no one goes by stay as they are typed", () => {
		for (const text of ["/forget @Bo", "/forget @Adam", "/find mail@Ada", "/forget <@Ada>", '/forget @"Ada M"', "/x @"])
			expect(nameMembers(text, people)).toBe(text);
		expect(nameMembers("/forget @Ada", [])).toBe("/forget @Ada");
	});

	it("are not guessed where several go by a name", () => {
		expect(() => nameMembers("/forget @guest", people)).toThrow("Several people here go by “Guest”.");
	});
});
