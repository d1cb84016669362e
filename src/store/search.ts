/** Finds images by their embeddings, within what the asker may read. */
import { and, asc, eq, inArray, isNotNull, lt, not, or, type SQL, sql } from "drizzle-orm";
import type { WorkspaceRef } from "../chat/event.ts";
import type { Embedding } from "../classify/types.ts";
import type { Database } from "./database.ts";
import type { ImageKey, StoredImage } from "./images.ts";
import { aboutImage, inChannel, inWorkspace } from "./in-channel.ts";
import { images } from "./schema.ts";
import { INDEXED_FROM, nearestByIndex, nearestOf } from "./vector-index.ts";

/** Where a search looks: channels of one workspace, with the embeddings of one model. */
export interface SearchScope extends WorkspaceRef {
	channels: readonly string[];
	modelId: string;
}

export interface Found {
	image: StoredImage;
	/** Cosine similarity with what was asked for, in [-1, 1]. */
	similarity: number;
}

export interface Search {
	/**
	 * The nearest images, most similar first. Exact below 10,000 rows in scope; above it by an HNSW index of the model,
	 * scanned until enough rows of the scope were found (pgvector's hnsw.iterative_scan).
	 * @param except is left out
	 */
	nearest(scope: SearchScope, to: Embedding, limit: number, except?: ImageKey): Promise<Found[]>;
	/**
	 * The earliest image of the channel before this one with the same bytes, or a difference hash within 6 of 64 bits.
	 */
	firstSeen(image: ImageKey & Pick<StoredImage, "sha256" | "dhash" | "postedAt">): Promise<StoredImage | undefined>;
}

/** Difference hashes of the same picture differ in at most this many of their 64 bits. */
export const SAME_PICTURE_BITS = 6;

export function createSearch(db: Database): Search {
	return {
		async nearest({ platform, workspace, channels, modelId }, to, limit, except) {
			if (channels.length === 0 || limit === 0) return [];
			const inScope = and(
				inWorkspace(images, { platform, workspace }),
				inArray(images.channel, [...channels]),
				eq(images.modelId, modelId),
				isNotNull(images.embedding),
			);
			const wanted = except ? and(inScope, not(aboutImage(images, except) ?? sql`false`)) : inScope;
			const found = (await isLarge(db, inScope)) ? await nearestByIndex(db, modelId, wanted, to, limit) : undefined;
			return found ?? (await nearestOf(db, wanted, to, limit));
		},

		async firstSeen({ sha256, dhash, postedAt, ...image }) {
			const sameBytes = sha256 === null ? undefined : eq(images.sha256, sha256);
			const bits = sql`bit_count((${images.dhash} # ${dhash}::bigint)::bit(64))`;
			const samePicture = dhash === null ? undefined : sql`${bits} <= ${SAME_PICTURE_BITS}`;
			if (!sameBytes && !samePicture) return undefined;
			const [first] = await db
				.select()
				.from(images)
				.where(and(inChannel(images, image), lt(images.postedAt, postedAt), or(sameBytes, samePicture)))
				.orderBy(asc(images.postedAt), asc(images.message), asc(images.number))
				.limit(1);
			return first;
		},
	};
}

async function isLarge(db: Database, inScope: SQL | undefined): Promise<boolean> {
	const some = db.select({ one: sql`1` }).from(images).where(inScope).limit(INDEXED_FROM).as("some");
	return (await db.$count(some)) >= INDEXED_FROM;
}
