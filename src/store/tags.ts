/** What the bot said of images when they were posted. Never rewritten, but for what has to be forgotten. */
import { or } from "drizzle-orm";
import type { ChannelRef } from "../chat/event.ts";
import { standingVotes } from "../classify/votes.ts";
import type { Database } from "./database.ts";
import type { ImageKey } from "./images.ts";
import { aboutImage, aboutMessage } from "./in-channel.ts";
import { lockImages } from "./lock-images.ts";
import { images, tags } from "./schema.ts";
import { castVotes, countAnew } from "./votes.ts";

export type Tag = typeof tags.$inferSelect;

export interface Tags {
	/**
	 * Keeps an image's tags; the first stand. One whose image was deleted meanwhile is dropped, and where it was first seen
	 * if that was.
	 * @returns those that stand
	 */
	keep(tag: Tag): Promise<Tag | undefined>;
	/** By the image's number. */
	ofMessage(channel: ChannelRef, message: string): Promise<Map<number, Tag>>;
	of(image: ImageKey): Promise<Tag | undefined>;
}

export function createTags(db: Database): Tags {
	return {
		keep: (tag) =>
			db.transaction(async (tx) => {
				const { message, number } = tag;
				const first = tag.firstSeen?.message;
				const inFirst = first === undefined ? undefined : aboutMessage(images, tag, first);
				const held = await lockImages(tx, or(aboutImage(images, tag), inFirst));
				const image = held.find((each) => each.message === message && each.number === number);
				if (!image) return undefined;
				const firstSeen = held.some((each) => each.message === first) ? tag.firstSeen : null;
				const rows = tx.insert(tags).values({ ...tag, firstSeen });
				const [kept] = await rows.onConflictDoNothing().returning();
				if (!kept) return (await tx.select().from(tags).where(aboutImage(tags, tag)))[0];
				// Someone may have been quicker with a reaction: only now is it known what their yes was said to.
				const votes = standingVotes(await castVotes(tx, image));
				await countAnew(tx, { ...image, shown: tag.shown }, votes, votes);
				return kept;
			}),

		async ofMessage(channel, message) {
			const rows = await db
				.select()
				.from(tags)
				.where(aboutMessage(tags, channel, message));
			return new Map(rows.map((row) => [row.number, row]));
		},

		async of(image) {
			const [row] = await db.select().from(tags).where(aboutImage(tags, image));
			return row;
		},
	};
}
