/** The reactions that the bot has put on messages: what it takes away is what it put, whatever has changed since. */
import { and, eq } from "drizzle-orm";
import type { ChannelRef } from "../chat/event.ts";
import type { Database } from "./database.ts";
import { aboutMessage } from "./in-channel.ts";
import { lockImages } from "./lock-images.ts";
import { images, reactions } from "./schema.ts";

/** A reaction that says something of one of a message's images. */
export interface ImageReaction {
	/** The image's number. */
	number: number;
	emoji: string;
}

export interface Reactions {
	/** Emoji that are on the message, or may be: someone died before they were put, or after they were taken away. */
	ofMessage(channel: ChannelRef, message: string): Promise<string[]>;
	/** Before they are put on the message. Those for images that were deleted meanwhile are dropped. */
	note(channel: ChannelRef, message: string, put: readonly ImageReaction[]): Promise<void>;
	/** After one was taken away. */
	remove(channel: ChannelRef, message: string, emoji: string): Promise<void>;
}

export function createReactions(db: Database): Reactions {
	return {
		async ofMessage(channel, message) {
			const rows = await db
				.selectDistinct({ emoji: reactions.emoji })
				.from(reactions)
				.where(aboutMessage(reactions, channel, message));
			return rows.map(({ emoji }) => emoji);
		},

		async note({ platform, workspace, channel }, message, put) {
			if (put.length === 0) return;
			const place = { platform, workspace, channel, message };
			await db.transaction(async (tx) => {
				const held = await lockImages(tx, aboutMessage(images, place, message));
				const rows = put
					.filter(({ number }) => held.some((image) => image.number === number))
					.map(({ number, emoji }) => ({ ...place, number, emoji }));
				if (rows.length > 0) await tx.insert(reactions).values(rows).onConflictDoNothing();
			});
		},

		async remove(channel, message, emoji) {
			await db.delete(reactions).where(and(aboutMessage(reactions, channel, message), eq(reactions.emoji, emoji)));
		},
	};
}
