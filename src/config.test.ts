import { expect, test } from "vitest";
import { parseConfig } from "./config.ts";

test("what is kept is kept for a year, or for as many whole days as asked for", () => {
	expect(parseConfig({}).retentionDays).toBe(365);
	expect(parseConfig({ TAGALONG_RETENTION_DAYS: "" }).retentionDays).toBe(365);
	expect(parseConfig({ TAGALONG_RETENTION_DAYS: "30" }).retentionDays).toBe(30);
});

test.each(["0", "-1", "1.5", "a year", "Infinity"])("%s is no number of days to keep anything for", (value) => {
	const parse = () => parseConfig({ TAGALONG_RETENTION_DAYS: value, PORT: "no port" });
	expect(parse).toThrow(
		expect.objectContaining({
			code: "config.invalid",
			message: [
				"PORT must be a port from 0 to 65535 (it is “no port”).",
				`TAGALONG_RETENTION_DAYS must be a whole number of days, at least 1 (it is “${value}”).`,
			].join("\n"),
		}),
	);
});
