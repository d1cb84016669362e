import fc from "fast-check";
import { expect, test } from "vitest";
import { command, imagesPosted, messageDeleted } from "../../test/support/events.ts";
import { UserError } from "../errors.ts";
import { isFinal, MAX_ATTEMPTS, priority, retryDelay } from "./jobs.ts";

test("the pause between attempts doubles, and chance shortens it by half at most", () => {
	expect([1, 2, 3, 4].map((attempt) => retryDelay(attempt, 1000, 0))).toEqual([1000, 2000, 4000, 8000]);
	fc.assert(
		fc.property(
			fc.integer({ min: 1, max: 5 }),
			fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
			(attempt, random) => {
				const longest = retryDelay(attempt, 1000, 0);
				const delay = retryDelay(attempt, 1000, random);
				expect(delay).toBeLessThanOrEqual(longest);
				expect(delay).toBeGreaterThanOrEqual(longest / 2);
			},
		),
	);
});

test("a refusal is final at once, any other failure after the last attempt", () => {
	expect(isFinal(new UserError("x", "no"), 1)).toBe(true);
	expect(isFinal(new Error("perhaps later"), MAX_ATTEMPTS - 1)).toBe(false);
	expect(isFinal(new Error("perhaps later"), MAX_ATTEMPTS)).toBe(true);
});

test("what is merely shown anew comes last", () => {
	const refresh = { ...messageDeleted("1"), kind: "refresh" as const };
	const step = {
		...refresh,
		kind: "backfill" as const,
		request: { key: "1", message: "1" },
		seen: 0,
		tagged: 0,
		total: 1,
	};
	expect(priority(refresh)).toBeLessThan(priority(step));
});

test("whoever waits for an answer comes before images that were merely posted", () => {
	expect(priority(command("1"))).toBeGreaterThan(priority(imagesPosted("1")));
	expect(priority(messageDeleted("1"))).toBeGreaterThan(priority(imagesPosted("1")));
});
