/** What a channel's people agreed on, as examples to learn from, and the images that would teach most. */
import { and, desc, eq, isNotNull, isNull, not, notExists, or, sql } from "drizzle-orm";
import type { ChannelRef } from "../chat/event.ts";
import type { Embedding } from "../classify/types.ts";
import type { Database } from "./database.ts";
import type { StoredImage } from "./images.ts";
import { inChannel, sameImage } from "./in-channel.ts";
import { images, votes } from "./schema.ts";
import { PASSED_OVER } from "./votes.ts";

/** An image that people agreed on. */
export interface Example {
	embedding: Embedding;
	/** Texts of the labels that are right; empty: none of these. */
	labels: string[];
	agreedAt: Date;
}

/** An image that is to be decided. */
export type ReviewImage = StoredImage & { embedding: Embedding };

export interface Examples {
	/**
	 * Changes whenever the channel's examples do: one is added, changed or deleted. Cheap enough to ask for every image.
	 */
	state(channel: ChannelRef, modelId: string): Promise<string>;
	/** Newest first. */
	ofChannel(channel: ChannelRef, modelId: string, limit: number): Promise<Example[]>;
	/**
	 * Images with an embedding of which people have not agreed what is right, newest first.
	 * @param person those that they have voted on, and not taken it back, or passed over are left out
	 */
	undecided(channel: ChannelRef, modelId: string, limit: number, person: string): Promise<ReviewImage[]>;
}

export function createExamples(db: Database): Examples {
	const encoded = (channel: ChannelRef, modelId: string) =>
		and(inChannel(images, channel), eq(images.modelId, modelId), isNotNull(images.embedding));
	/** Agreed on, and on more than that what was shown is wrong. */
	const isExample = sql`(${images.agreed} is not null and ${images.agreed} ? 'labels')`;

	return {
		async state(channel, modelId) {
			const { message, number, agreed } = images;
			// A sum doesn't depend on the order of rows.
			const example = sql`hashtextextended(jsonb_build_array(${message}, ${number}, ${agreed} -> 'labels')::text, 0)`;
			const [row] = await db
				.select({ state: sql<string>`count(*) || '-' || coalesce(sum(${example}), 0)` })
				.from(images)
				.where(and(encoded(channel, modelId), isExample));
			return row?.state ?? "";
		},

		async ofChannel(channel, modelId, limit) {
			const { embedding, agreed, agreedAt, message, number } = images;
			const rows = await db
				.select({ embedding, agreed, agreedAt })
				.from(images)
				.where(and(encoded(channel, modelId), isExample))
				.orderBy(desc(agreedAt), desc(message), desc(number))
				.limit(limit);
			return rows.flatMap(({ embedding, agreed, agreedAt }) =>
				embedding && agreed?.labels && agreedAt ? [{ embedding, labels: agreed.labels, agreedAt }] : [],
			);
		},

		async undecided(channel, modelId, limit, person) {
			const asked = db
				.select({ one: sql`1` })
				.from(votes)
				.where(
					and(
						sameImage(votes, images),
						eq(votes.voter, person),
						or(isNotNull(votes.verdict), eq(votes.source, PASSED_OVER)),
					),
				);
			const open = or(isNull(images.agreed), not(isExample));
			const rows = await db
				.select()
				.from(images)
				.where(and(encoded(channel, modelId), open, notExists(asked)))
				.orderBy(desc(images.postedAt), desc(images.message), desc(images.number))
				.limit(limit);
			return rows.flatMap(({ embedding, ...row }) => (embedding ? [{ ...row, embedding }] : []));
		},
	};
}
