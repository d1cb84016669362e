/** What people say of an image's tags, and what follows from it: one person, one vote; moderators decide, else a majority. */
import { labelKey } from "./labels.ts";

/** `yes`: what was shown is right. `no`: it isn't. `label`: this one is right; `none`: none of the labels is. */
export type Verdict = { kind: "yes" } | { kind: "no" } | { kind: "none" } | { kind: "label"; label: string };

/** One person's standing vote. */
export interface PersonVote {
	voter: string;
	moderator: boolean;
	verdict: Verdict;
	/** The platform's: microseconds since 1970. */
	order: number;
}

/** The way of voting in which a person takes back all that they said before, in whichever way. */
export const EVERY_WAY = "all";

/** The last thing a person did in one way of voting: buttons, one reaction, or `EVERY_WAY`. */
export interface CastVote extends Omit<PersonVote, "verdict"> {
	source: string;
	/** Null: taken away. */
	verdict: Verdict | null;
}

/** What people agreed on. */
export interface Agreement {
	/** Labels that are right, empty: none of these. Undefined: what was shown is wrong, and nobody decided what is right. */
	labels?: string[];
	by: "moderator" | "majority";
}

/** How the vote on an image stands. */
export interface VoteState {
	/** One a person, oldest first. */
	votes: PersonVote[];
	agreed?: Agreement;
	/** Rises with every change. */
	revision: number;
}

/** A majority is of at least this many people. */
const QUORUM = 2;

/**
 * A person's vote is the newest of theirs that was not taken away, over all ways of voting, and came after they last took
 * back all of them. The outcome depends on the platform's order alone, never on the order of arrival.
 * @returns one a person, oldest first
 */
export function standingVotes(cast: readonly CastVote[]): PersonVote[] {
	const standing = new Map<string, PersonVote>();
	for (const { voter, moderator, verdict, order, source } of [...cast].sort(byOrder)) {
		if (verdict) standing.set(voter, { voter, moderator, verdict, order });
		else if (source === EVERY_WAY) standing.delete(voter);
	}
	return [...standing.values()].sort(byOrder);
}

/**
 * Moderators' votes decide; where they differ, the newest of theirs. Without any, an outcome needs at least two people
 * and more than half of all who voted. A vote for a label says that exactly this label is right, also where several were
 * shown: who finds all of them right says yes. "No" is an outcome of its own, and doesn't add to a label's votes.
 * @param votes one a person, oldest first, as `standingVotes` gives them
 * @param shown labels that were shown as right, empty: none of these; undefined: unsure or not yet tagged, so that a yes
 * (or no) decides nothing
 */
export function tally(votes: readonly PersonVote[], shown: readonly string[] | undefined): Agreement | undefined {
	const moderator = deciding(votes, shown);
	const decisive = moderator && outcomeOf(moderator.verdict, shown);
	if (decisive) return agreement(decisive, "moderator");

	const outcomes = votes.flatMap(({ verdict }) => outcomeOf(verdict, shown) ?? []);
	const sums = new Map<string, number>();
	for (const outcome of outcomes) sums.set(keyOf(outcome), (sums.get(keyOf(outcome)) ?? 0) + 1);
	const winner = outcomes.find((outcome) => {
		const count = sums.get(keyOf(outcome)) ?? 0;
		return count >= QUORUM && count > outcomes.length / 2;
	});
	return winner && agreement(winner, "majority");
}

/** The moderator's vote that decides, if there is one: the newest that says anything of what was shown. */
export function deciding(votes: readonly PersonVote[], shown: readonly string[] | undefined): PersonVote | undefined {
	return votes.findLast((vote) => vote.moderator && counts(vote, shown));
}

/** False for a yes or no to nothing: where the bot was unsure, or has said nothing yet. */
export function counts({ verdict }: PersonVote, shown: readonly string[] | undefined): boolean {
	return outcomeOf(verdict, shown) !== undefined;
}

/** Whether two lists hold the same labels; neither case nor order matters. */
export function sameLabels(a: readonly string[], b: readonly string[]): boolean {
	return keyOf({ labels: a }) === keyOf({ labels: b });
}

interface Outcome {
	/** Undefined: what was shown is wrong. */
	labels: readonly string[] | undefined;
}

function outcomeOf(verdict: Verdict, shown: readonly string[] | undefined): Outcome | undefined {
	switch (verdict.kind) {
		case "yes":
			return shown && { labels: shown };
		case "no":
			return shown && { labels: undefined };
		case "none":
			return { labels: [] };
		case "label":
			return { labels: [verdict.label] };
	}
}

function agreement({ labels }: Outcome, by: Agreement["by"]): Agreement {
	return labels ? { labels: [...labels], by } : { by };
}

function keyOf({ labels }: Outcome): string {
	return JSON.stringify(labels?.map(labelKey).sort() ?? null);
}

/** By the platform's order; what has the same comes in an order of its own, so that nothing hangs on the arrival. */
function byOrder<Vote extends { order: number; voter: string; source?: string }>(a: Vote, b: Vote): number {
	return a.order - b.order || compare(a.voter, b.voter) || compare(a.source ?? "", b.source ?? "");
}

function compare(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
