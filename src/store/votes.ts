/** Votes on images, and what they come to. */
import { isDeepStrictEqual } from "node:util";
import { and, asc, eq, isNotNull, ne, type SQL, sql } from "drizzle-orm";
import { union } from "drizzle-orm/pg-core";
import type { ChannelRef } from "../chat/event.ts";
import { bareEmoji } from "../classify/emoji.ts";
import {
	type CastVote,
	EVERY_WAY,
	type PersonVote,
	standingVotes,
	tally,
	type Verdict,
	type VoteState,
} from "../classify/votes.ts";
import { coalesce } from "./coalesce.ts";
import type { Database } from "./database.ts";
import type { ImageKey } from "./images.ts";
import { aboutImage, aboutMessage, inChannel, sameImage } from "./in-channel.ts";
import { type LockedImage, lockImages } from "./lock-images.ts";
import { images, intake, replies, tags, votes } from "./schema.ts";

/** The source of a vote that says nothing: a person was asked, and passed the image over. */
export const PASSED_OVER = "skip";

/** The source that all buttons and selects share: pressing another one changes the vote. Any other vote is a reaction. */
export const BUTTONS = "button";

/** One thing a person did: pressed, picked, reacted, or took it back. */
export interface Cast {
	voter: string;
	/** `button`, `EVERY_WAY`, `PASSED_OVER`, or the reaction's emoji: what is taken away is what was given in the same way. */
	source: string;
	/** Undefined: taken away. */
	verdict: Verdict | undefined;
	moderator: boolean;
	/** The platform's: microseconds since 1970. An older one changes nothing that came after it. */
	order: number;
}

/** A vote that someone gave by a reaction. */
export interface ReactionVote {
	voter: string;
	/** As it was sent, or without skin tone: `bareEmoji` of both is the same. */
	emoji: string;
}

export interface Votes {
	/**
	 * Counts a vote and writes down what people now agree on; all or nothing, one after the other for an image.
	 * @returns how the vote stands; undefined if the image isn't known (any more)
	 */
	cast(image: ImageKey, cast: Cast): Promise<VoteState | undefined>;
	/** Whether this person has ever voted in this way on an image of the message, taken away or not. */
	hasVoted(channel: ChannelRef, message: string, voter: string, source: string): Promise<boolean>;
	/**
	 * Votes by reactions on this message, the images' or the bot's answer to it, those that wait to be counted included.
	 * @param emoji only those by this one
	 */
	byReaction(channel: ChannelRef, message: string, emoji?: string): Promise<ReactionVote[]>;
	/** By the image's number; every image of the message that is known has one. */
	ofMessage(channel: ChannelRef, message: string): Promise<Map<number, VoteState>>;
	/** The same text as long as nothing about the votes on a message's images has changed. */
	revisions(channel: ChannelRef, message: string): Promise<string>;
}

export function createVotes(db: Database): Votes {
	/** Votes on one image that come at the same moment are counted together: each count reads all of its votes. */
	const casting = coalesce(async (items: { image: ImageKey; cast: Cast }[]) => {
		const states = new Map<string, VoteState | undefined>();
		for (const { image } of items) {
			const key = keyText(image);
			if (states.has(key)) continue;
			const casts = items.filter((item) => keyText(item.image) === key).map(({ cast }) => cast);
			states.set(key, await castAll(image, casts));
		}
		return items.map(({ image }) => ({ state: states.get(keyText(image)) }));
	});

	function castAll(image: ImageKey, casts: readonly Cast[]): Promise<VoteState | undefined> {
		return db.transaction(async (tx) => {
			const [locked] = await lockWithShown(tx, aboutImage(images, image));
			if (!locked) return undefined;
			const before = await castVotes(tx, locked);
			const standing = new Map(before.map((vote) => [sourceOf(vote), vote]));
			const changed = new Map<string, CastVote>();
			for (const { voter, source, verdict = null, moderator, order } of casts) {
				const vote = { voter, source, verdict, moderator, order };
				const earlier = standing.get(sourceOf(vote));
				if (earlier && earlier.order >= order) continue;
				for (const each of [...takenBack(vote, standing.values()), vote]) {
					standing.set(sourceOf(each), each);
					changed.set(sourceOf(each), each);
				}
			}
			if (changed.size === 0) return stateOf(locked, standingVotes(before));
			const { platform: p, workspace: w, channel: c, message: m, number: n, voter, source } = votes;
			await tx
				.insert(votes)
				.values([...changed.values()].map((vote) => ({ ...keyOf(locked), ...vote })))
				.onConflictDoUpdate({
					target: [p, w, c, m, n, voter, source],
					set: {
						verdict: sql`excluded.verdict`,
						moderator: sql`excluded.moderator`,
						order: sql`excluded."order"`,
					},
				});
			return await countAnew(tx, locked, standingVotes(before), standingVotes([...standing.values()]));
		});
	}

	return {
		cast: async (image, cast) => (await casting.submit({ image, cast })).state,

		async hasVoted(channel, message, voter, source) {
			const theirs = and(eq(votes.voter, voter), eq(votes.source, source));
			return (await db.$count(votes, and(aboutMessage(votes, channel, message), theirs))) > 0;
		},

		async byReaction(channel, message, emoji) {
			const answered = db
				.select({ message: replies.message })
				.from(replies)
				.where(and(inChannel(replies, channel), eq(replies.posted, message), eq(replies.purpose, "autotag")))
				.limit(1);
			const counted = db
				.select({ voter: votes.voter, emoji: votes.source })
				.from(votes)
				.where(
					and(
						inChannel(votes, channel),
						eq(votes.message, sql`coalesce(${answered}, ${message})`),
						isNotNull(votes.verdict),
						ne(votes.source, BUTTONS),
					),
				);
			const waiting = db
				.select({
					voter: sql<string>`${intake.event} -> 'actor' ->> 'id'`,
					emoji: sql<string>`${intake.event} ->> 'emoji'`,
				})
				.from(intake)
				.where(
					and(aboutMessage(intake, channel, message), sql`${intake.event} @> '{"kind": "reaction", "added": true}'`),
				);
			const found = await union(counted, waiting);
			return found.filter((vote) => emoji === undefined || bareEmoji(vote.emoji) === bareEmoji(emoji));
		},

		async revisions(channel, message) {
			const { number, revision } = images;
			const rows = await db
				.select({ number, revision })
				.from(images)
				.where(aboutMessage(images, channel, message))
				.orderBy(asc(number));
			return JSON.stringify(rows);
		},

		async ofMessage(channel, message) {
			const rows = await db
				.select({ number: images.number, revision: images.revision, agreed: images.agreed })
				.from(images)
				.where(aboutMessage(images, channel, message));
			const cast = await db
				.select()
				.from(votes)
				.where(aboutMessage(votes, channel, message));
			return new Map(
				rows.map((row) => {
					const ofImage = cast.filter((vote) => vote.number === row.number);
					return [row.number, stateOf(row, standingVotes(ofImage))];
				}),
			);
		},
	};
}

/** An image whose row is held, with what was shown of it. */
interface HeldImage extends LockedImage {
	shown: string[] | null;
}

/** Holds images whose votes are to be counted. */
export async function lockWithShown(tx: Database, where: SQL | undefined): Promise<HeldImage[]> {
	const held = await lockImages(tx, where);
	if (held.length === 0) return [];
	// In a statement after it: one that waited for a row sees the other tables as they were before it waited.
	const { platform, workspace, channel, message, number } = images;
	const rows = await tx
		.select({ platform, workspace, channel, message, number, shown: tags.shown })
		.from(images)
		.innerJoin(tags, sameImage(tags, images))
		.where(where);
	const shown = new Map(rows.map((row) => [keyText(row), row.shown]));
	return held.map((image) => ({ ...image, shown: shown.get(keyText(image)) ?? null }));
}

/** Everything that was done to an image's votes, what was taken away included. */
export async function castVotes(tx: Database, image: ImageKey): Promise<CastVote[]> {
	const { voter, source, verdict, moderator, order } = votes;
	return await tx.select({ voter, source, verdict, moderator, order }).from(votes).where(aboutImage(votes, image));
}

/** Writes down what people now agree on, if anything about the votes has changed. */
export async function countAnew(
	tx: Database,
	image: HeldImage,
	before: PersonVote[],
	after: PersonVote[],
): Promise<VoteState> {
	const agreed = tally(after, image.shown ?? undefined) ?? null;
	const agreedNow = !isDeepStrictEqual(agreed, image.agreed);
	if (!agreedNow && isDeepStrictEqual(before, after)) return stateOf(image, after);
	const revision = image.revision + 1;
	await tx
		.update(images)
		.set({ revision, agreed, ...(agreedNow && { agreedAt: sql`now()` }) })
		.where(aboutImage(images, image));
	return stateOf({ agreed, revision }, after);
}

function stateOf({ agreed, revision }: Pick<HeldImage, "agreed" | "revision">, votes: PersonVote[]): VoteState {
	return { votes, revision, ...(agreed && { agreed }) };
}

/** What a person said before they took back everything, as taken away: whoever asks what they have voted on finds nothing. */
function takenBack({ voter, source, verdict, order }: CastVote, standing: Iterable<CastVote>): CastVote[] {
	if (source !== EVERY_WAY || verdict) return [];
	return [...standing]
		.filter((vote) => vote.voter === voter && vote.order < order && vote.verdict)
		.map((vote) => {
			return { ...vote, verdict: null };
		});
}

/** A person's way of voting on an image: what comes later in it takes the place of what came before. */
function sourceOf({ voter, source }: Pick<CastVote, "voter" | "source">): string {
	return JSON.stringify([voter, source]);
}

function keyText(image: ImageKey): string {
	return JSON.stringify(Object.values(keyOf(image)));
}

function keyOf({ platform, workspace, channel, message, number }: ImageKey): ImageKey {
	return { platform, workspace, channel, message, number };
}
