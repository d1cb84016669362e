import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
	type CastVote,
	counts,
	deciding,
	EVERY_WAY,
	type PersonVote,
	sameLabels,
	standingVotes,
	tally,
	type Verdict,
} from "./votes.ts";

const yes: Verdict = { kind: "yes" };
const no: Verdict = { kind: "no" };
const none: Verdict = { kind: "none" };
const label = (text: string): Verdict => ({ kind: "label", label: text });
/** People's votes, oldest first. */
const people = (...verdicts: Verdict[]): PersonVote[] =>
	verdicts.map((verdict, index) => ({ voter: `person ${index}`, moderator: false, verdict, order: index }));
const moderators = (...verdicts: Verdict[]) =>
	people(...verdicts).map((vote) => ({ ...vote, moderator: true, order: vote.order + 100 }));

describe("a majority", () => {
	test("is of at least two people and more than half", () => {
		expect(tally(people(yes), ["cat"])).toBeUndefined();
		expect(tally(people(yes, yes), ["cat"])).toEqual({ labels: ["cat"], by: "majority" });
		expect(tally(people(yes, yes, no, no), ["cat"])).toBeUndefined();
		expect(tally(people(yes, yes, no, label("dog"), yes), ["cat"])).toEqual({ labels: ["cat"], by: "majority" });
		expect(tally([], ["cat"])).toBeUndefined();
	});

	test("counts what says the same in other words as the same", () => {
		expect(tally(people(yes, label("CAT")), ["cat"])).toEqual({ labels: ["cat"], by: "majority" });
		expect(tally(people(yes, none), [])).toEqual({ labels: [], by: "majority" });
		expect(tally(people(no, label("dog")), ["cat"])).toBeUndefined();
	});

	test("that what was shown is wrong says no more than that", () => {
		expect(tally(people(no, no), ["cat"])).toEqual({ by: "majority" });
	});

	test("of yes means all that was shown, of a label that label alone", () => {
		expect(tally(people(yes, yes, label("cat")), ["cat", "dog"])).toEqual({ labels: ["cat", "dog"], by: "majority" });
		expect(tally(people(label("cat"), label("cat"), yes), ["cat", "dog"])).toEqual({ labels: ["cat"], by: "majority" });
	});

	test("is not of those who said yes or no to nothing", () => {
		expect(tally(people(yes, yes, no, no), undefined)).toBeUndefined();
		expect(tally(people(yes, no, yes, label("cat"), label("cat")), undefined)).toEqual({
			labels: ["cat"],
			by: "majority",
		});
	});
});

describe("moderators", () => {
	test("decide alone, whatever the others say", () => {
		expect(tally([...people(yes, yes, yes), ...moderators(label("dog"))], ["cat"])).toEqual({
			labels: ["dog"],
			by: "moderator",
		});
		expect(tally(moderators(no), ["cat"])).toEqual({ by: "moderator" });
	});

	test("who said yes to nothing decide nothing", () => {
		const votes = [...people(yes), ...moderators(label("dog"), yes)];
		expect(deciding(votes, undefined)?.verdict).toEqual(label("dog"));
		expect(deciding(votes, ["cat"])?.verdict).toEqual(yes);
		expect(deciding(people(label("dog")), ["cat"])).toBeUndefined();
		expect(votes.map((vote) => counts(vote, undefined))).toEqual([false, true, false]);
	});

	test("who differ: the newest of theirs", () => {
		expect(tally(moderators(yes, label("dog"), none), ["cat"])).toEqual({ labels: [], by: "moderator" });
	});

	test("who said yes to nothing leave it to the others", () => {
		expect(tally([...people(none, none), ...moderators(yes)], undefined)).toEqual({ labels: [], by: "majority" });
	});
});

test("a person's vote is the newest that was not taken away, over all ways of voting", () => {
	const cast = (source: string, order: number, verdict: Verdict | null): CastVote => ({
		voter: "ada",
		source,
		moderator: false,
		order,
		verdict,
	});
	const button = cast("button", 1, yes);
	const reaction = cast("🐶", 2, label("dog"));
	expect(standingVotes([button, reaction])).toMatchObject([{ verdict: label("dog") }]);
	expect(standingVotes([button, cast("🐶", 3, null)])).toMatchObject([{ verdict: yes, order: 1 }]);
	expect(standingVotes([cast("button", 4, null), cast("🐶", 3, null)])).toEqual([]);
});

test("taking back everything takes back what came before it, in whichever way and order it arrives", () => {
	const cast = (voter: string, source: string, order: number, verdict: Verdict | null): CastVote => {
		return { voter, source, moderator: false, order, verdict };
	};
	const before = [cast("ada", "button", 1, yes), cast("ada", "🐶", 2, label("dog")), cast("bob", "button", 1, yes)];
	const back = cast("ada", EVERY_WAY, 3, null);
	expect(standingVotes([...before, back])).toMatchObject([{ voter: "bob" }]);
	expect(standingVotes([back, ...before])).toMatchObject([{ voter: "bob" }]);
	const after = cast("ada", "✅", 4, yes);
	expect(standingVotes([after, back, ...before])).toMatchObject([{ voter: "bob" }, { voter: "ada", verdict: yes }]);
	expect(standingVotes([{ ...after, verdict: null }, back, ...before])).toMatchObject([{ voter: "bob" }]);
});

describe("for any votes", () => {
	const verdict = fc.constantFrom<Verdict | null>(yes, no, none, label("cat"), label("Dog"), null);
	const cast = fc.record({
		voter: fc.constantFrom("ada", "bob", "cyd", "dee"),
		source: fc.constantFrom("button", "✅", "🐶"),
		moderator: fc.boolean(),
		order: fc.nat(5),
		verdict,
	});
	/** The database holds one row a person and source. */
	const rows = fc.uniqueArray(cast, { selector: ({ voter, source }) => voter + source });
	const shown = fc.constantFrom(undefined, [], ["cat"], ["cat", "dog"]);

	test("the order of arrival changes nothing, even where two have the same order", () => {
		fc.assert(
			fc.property(rows, fc.func(fc.nat()), shown, (given, key, shown) => {
				const other = [...given].sort((a, b) => key(a) - key(b)).reverse();
				const votes = standingVotes(given);
				expect(standingVotes(other)).toEqual(votes);
				expect(tally(standingVotes(other), shown)).toEqual(tally(votes, shown));
			}),
		);
	});

	test("each person has one vote, oldest first", () => {
		fc.assert(
			fc.property(rows, (given) => {
				const votes = standingVotes(given);
				expect(new Set(votes.map(({ voter }) => voter)).size).toBe(votes.length);
				expect(votes.map(({ order }) => order)).toEqual(votes.map(({ order }) => order).sort((a, b) => a - b));
				const voters = given.filter((vote) => vote.verdict !== null).map(({ voter }) => voter);
				expect(new Set(votes.map(({ voter }) => voter))).toEqual(new Set(voters));
			}),
		);
	});

	test("no outcome of a majority has fewer than two people behind it, or as many against it", () => {
		fc.assert(
			fc.property(rows, (given) => {
				const votes = standingVotes(given).filter(({ moderator }) => !moderator);
				const agreed = tally(votes, ["cat"]);
				const supporters = votes.filter((vote) => {
					const alone = tally([{ ...vote, moderator: true }], ["cat"]);
					return (
						alone &&
						agreed &&
						JSON.stringify(alone.labels)?.toLowerCase() === JSON.stringify(agreed.labels)?.toLowerCase()
					);
				});
				if (agreed) expect(supporters.length).toBeGreaterThan(Math.max(1, votes.length / 2));
			}),
		);
	});
});

test("labels are the same without case and order", () => {
	expect(sameLabels(["Cat", "dog"], ["DOG", "cat"])).toBe(true);
	expect(sameLabels([], [])).toBe(true);
	expect(sameLabels(["cat"], [])).toBe(false);
	expect(sameLabels(["cat", "dog"], ["cat"])).toBe(false);
});
