import { describe, expect, it } from "vitest";
import { nameChannels, nameMembers } from "./members.ts";

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

describe("channels named in a command", () => {
	const channels = [{ id: "c1", name: "wildlife" }];

	it("become mentions, whatever their case", () => {
		expect(nameChannels("/labels copy from:#Wildlife", channels)).toBe("/labels copy from:<#c1>");
	});

	it("stay as typed where there is no such channel, or no channel is meant", () => {
		const text = "/classify #12, C#wildlife, <#wildlife>, #wild";
		expect(nameChannels(text, channels)).toBe(text);
	});
});
