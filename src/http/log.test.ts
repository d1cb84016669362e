import { expect, test } from "vitest";
import { UserError } from "../errors.ts";
import { openStore } from "../store/embedded-store.ts";
import { createLog, describeError } from "./log.ts";

/** What is written of an error. */
function logged(err: unknown): string {
	const lines: string[] = [];
	createLog("info", { write: (line: string) => void lines.push(line) }).error({ err }, "it failed");
	return lines.join("");
}

test("a statement that failed is logged without the values it was given", async () => {
	const store = await openStore(undefined);
	await store.close();
	const channel = { platform: "local", workspace: "home", channel: "very-secret-channel" } as const;
	const error: unknown = await store.settings.of(channel).catch((reason: unknown) => reason);
	const line = logged(new Error("the job failed", { cause: error }));
	expect(line).toContain("Failed query: select");
	expect(line).toContain("the job failed");
	expect(line).not.toContain("very-secret-channel");
});

test("an error made for a person is logged by its code: its words repeat what was typed", () => {
	const line = logged(new Error("the job failed", { cause: new UserError("labels.long", "“my secret” is too long.") }));
	expect(line).toContain("labels.long");
	expect(line).not.toContain("my secret");
	expect(describeError(new UserError("model.output", "The model gave numbers that are not finite."))).toMatchObject({
		message: "The model gave numbers that are not finite.",
	});
});

test("other errors keep their message, code, place and cause", () => {
	const cause = Object.assign(new Error("no route"), { code: "EHOSTUNREACH" });
	expect(describeError(new TypeError("fetch failed", { cause }))).toMatchObject({
		type: "TypeError",
		message: "fetch failed",
		stack: expect.stringMatching(/^\s+at .*log\.test\.ts/),
		cause: { type: "Error", message: "no route", code: "EHOSTUNREACH" },
	});
	expect(describeError("a string")).toBe("a string");
});
