import { expect, test } from "vitest";
import { parseMember } from "./member.ts";

test.each([
	["<@ada>", "ada"],
	[" <@!123456789> ", "123456789"],
	["<@U123|ada.lovelace>", "U123"],
])("%s is %s", (text, id) => {
	expect(parseMember(text)).toBe(id);
});

test.each(["@Ada", "ada", "<@>", "<@a b>", "<@&5>", "<#C1>", "<@a> <@b>", ""])("%s is no member", (text) => {
	expect(() => parseMember(text)).toThrow("is no member");
});
