/** What people say of an image's tags, and what follows from it: one person, one vote; moderators decide, else a majority. */

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

/** The last thing a person did in one way of voting (buttons, or one reaction). */
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
 * A person's vote is the newest of theirs that was not taken away, over all ways of voting. The outcome depends on the
 * platform's order alone, never on the order of arrival.
 * @returns one a person, oldest first
 */
export function standingVotes(cast: readonly CastVote[]): PersonVote[] {
	const standing = new Map<string, PersonVote>();
	for (const { voter, moderator, verdict, order } of [...cast].sort(byOrder)) {
		if (verdict) standing.set(voter, { voter, moderator, verdict, order });
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
	const outcomes = votes.flatMap(({ verdict, moderator }) => {
		const outcome = outcomeOf(verdict, shown);
		return outcome ? [{ ...outcome, moderator }] : [];
	});
	const decisive = outcomes.findLast(({ moderator }) => moderator);
	if (decisive) return agreement(decisive, "moderator");

	const counts = new Map<string, number>();
	for (const outcome of outcomes) counts.set(keyOf(outcome), (counts.get(keyOf(outcome)) ?? 0) + 1);
	const winner = outcomes.find((outcome) => {
		const count = counts.get(keyOf(outcome)) ?? 0;
		return count >= QUORUM && count > outcomes.length / 2;
	});
	return winner && agreement(winner, "majority");
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
	return JSON.stringify(labels?.map((label) => label.toLowerCase()).sort() ?? null);
}

/** By the platform's order; what has the same comes in an order of its own, so that nothing hangs on the arrival. */
function byOrder<Vote extends { order: number; voter: string; source?: string }>(a: Vote, b: Vote): number {
	return a.order - b.order || compare(a.voter, b.voter) || compare(a.source ?? "", b.source ?? "");
}

function compare(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
