/** Votes on images, and what they come to. */
import { isDeepStrictEqual } from "node:util";
import { asc, type SQL, sql } from "drizzle-orm";
import type { ChannelRef } from "../chat/event.ts";
import {
	type Agreement,
	type CastVote,
	type PersonVote,
	standingVotes,
	tally,
	type Verdict,
	type VoteState,
} from "../classify/votes.ts";
import { coalesce } from "./coalesce.ts";
import type { Database } from "./database.ts";
import type { ImageKey } from "./images.ts";
import { aboutImage, aboutMessage, sameImage } from "./in-channel.ts";
import { images, tags, votes } from "./schema.ts";

/** One thing a person did: pressed, picked, reacted, or took it back. */
export interface Cast {
	voter: string;
	/** `button`, or the reaction's emoji: what is taken away is what was given in the same way. */
	source: string;
	/** Undefined: taken away. */
	verdict: Verdict | undefined;
	moderator: boolean;
	/** The platform's: microseconds since 1970. An older one changes nothing that came after it. */
	order: number;
}

export interface Votes {
	/**
	 * Counts a vote and writes down what people now agree on; all or nothing, one after the other for an image.
	 * @returns how the vote stands; undefined if the image isn't known (any more)
	 */
	cast(image: ImageKey, cast: Cast): Promise<VoteState | undefined>;
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
			const [locked] = await lockImages(tx, aboutImage(images, image));
			if (!locked) return undefined;
			const before = await castVotes(tx, locked);
			const standing = new Map(before.map((vote) => [sourceOf(vote), vote]));
			const changed = new Map<string, CastVote>();
			for (const { voter, source, verdict = null, moderator, order } of casts) {
				const vote = { voter, source, verdict, moderator, order };
				const earlier = standing.get(sourceOf(vote));
				if (earlier && earlier.order >= order) continue;
				standing.set(sourceOf(vote), vote);
				changed.set(sourceOf(vote), vote);
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

/** An image whose row is held until the transaction ends, with what was shown of it. */
export interface HeldImage extends ImageKey {
	agreed: Agreement | null;
	revision: number;
	shown: string[] | null;
}

/** Holds images, always in the same order, so that two who need the same ones wait instead of ending each other. */
export async function lockImages(tx: Database, where: SQL | undefined): Promise<HeldImage[]> {
	const { platform, workspace, channel, message, number, agreed, revision } = images;
	return await tx
		.select({ platform, workspace, channel, message, number, agreed, revision, shown: tags.shown })
		.from(images)
		.leftJoin(tags, sameImage(tags, images))
		.where(where)
		.orderBy(asc(platform), asc(workspace), asc(channel), asc(message), asc(number))
		.for("update", { of: images });
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
