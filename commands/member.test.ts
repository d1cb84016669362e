import { expect, test } from "vitest";
import { parseMember } from "./member.ts";

test.each([
	["<@ada>", "ada"],
	[" <@!123456789> ", "123456789"],
	["<@U123|ada.lovelace>", "U123"],
])("%s is %s", (text, id) => {
	expect(parseMember(text)).toBe(id);
});

test.each(["@Ada", "ada", "<#C1>", "@everyone", ""])("%s is no member", (text) => {
	expect(() => parseMember(text)).toThrow("is no member");
});

test.each(["<@&5>", "<!subteam^S1|@team>", "<!here>", "<@a> <@b>", "<@>", "<@a b>"])("%s is not one", (text) => {
	expect(() => parseMember(text)).toThrow(
		expect.objectContaining({
			sentence: "That is not one member: I take no roles and no groups. Mention one, as in @Ada.",
		}),
	);
});
