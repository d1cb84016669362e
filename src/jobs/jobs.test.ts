import { DrizzleQueryError } from "drizzle-orm/errors";
import fc from "fast-check";
import { expect, test } from "vitest";
import { UserError } from "../errors.ts";
import { GivenUp, isFinal, MAX_ATTEMPTS, retryDelay } from "./jobs.ts";

test("the pause between attempts doubles up to ten minutes, and chance shortens it by half at most", () => {
	expect([1, 2, 3, 4].map((attempt) => retryDelay(attempt, 1000, 0))).toEqual([1000, 2000, 4000, 8000]);
	expect([10, 11, MAX_ATTEMPTS].map((attempt) => retryDelay(attempt, 1000, 0))).toEqual([512_000, 600_000, 600_000]);
	fc.assert(
		fc.property(
			fc.integer({ min: 1, max: MAX_ATTEMPTS }),
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
	expect(isFinal(new GivenUp("whoever waits was told"), 8)).toBe(true);
});

test("while the store is away no failure is final, however often", () => {
	const shutDown = Object.assign(new Error("the database system is shutting down"), { code: "57P01" });
	expect(isFinal(new DrizzleQueryError("select 1", [], shutDown), MAX_ATTEMPTS + 3)).toBe(false);
});
