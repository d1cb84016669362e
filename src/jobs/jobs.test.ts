import { DrizzleQueryError } from "drizzle-orm/errors";
import fc from "fast-check";
import { expect, test } from "vitest";
import { UserError } from "../errors.ts";
import { isFinal, MAX_ATTEMPTS, retryDelay } from "./jobs.ts";

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
	expect(isFinal(new UserError("x", "not now", "", { mayHeal: true }), 1)).toBe(false);
	expect(isFinal(new Error("perhaps later"), MAX_ATTEMPTS - 1)).toBe(false);
	expect(isFinal(new Error("perhaps later"), MAX_ATTEMPTS)).toBe(true);
});

test("while the store is away no failure is final, however often", () => {
	const shutDown = Object.assign(new Error("the database system is shutting down"), { code: "57P01" });
	expect(isFinal(new DrizzleQueryError("select 1", [], shutDown), MAX_ATTEMPTS + 3)).toBe(false);
});
