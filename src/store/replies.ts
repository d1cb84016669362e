/** Reply keys, claimed before posting: what is retried adopts its earlier post instead of posting twice (design section 2). */
import { createHash } from "node:crypto";
import { and, eq } from "drizzle-orm";
import type { ChannelRef } from "../chat/event.ts";
import type { Database } from "./database.ts";
import { aboutMessage } from "./in-channel.ts";
import { replies } from "./schema.ts";

/** What a post answers: `purpose` is `autotag`, or the command's event key. */
export interface ReplyKey extends ChannelRef {
	message: string;
	purpose: string;
}

export interface Claim {
	/** False if it was claimed before: the post may have been made. */
	fresh: boolean;
	/** Travels inside the post: at most 25 characters of [A-Za-z0-9_-], the same for the same key. */
	marker: string;
	/** The message posted, if that is known. */
	posted?: string;
}

export type Replies = ReturnType<typeof createReplies>;

/** Discord's `nonce` holds at most 25 characters: 150 bits of the hash. */
function markerOf({ platform, workspace, channel, message, purpose }: ReplyKey): string {
	const key = JSON.stringify([platform, workspace, channel, message, purpose]);
	return createHash("sha256").update(key).digest("base64url").slice(0, 25);
}

export function createReplies(db: Database) {
	const ofKey = (key: ReplyKey) => and(aboutMessage(replies, key, key.message), eq(replies.purpose, key.purpose));

	return {
		async claim(key: ReplyKey, now: Date): Promise<Claim> {
			const { platform, workspace, channel, message, purpose } = key;
			const marker = markerOf(key);
			const claimed = await db
				.insert(replies)
				.values({ platform, workspace, channel, message, purpose, marker, claimedAt: now })
				.onConflictDoNothing()
				.returning({ marker: replies.marker });
			if (claimed.length > 0) return { fresh: true, marker };
			const [earlier] = await db.select({ posted: replies.posted }).from(replies).where(ofKey(key));
			return { fresh: false, marker, ...(earlier?.posted && { posted: earlier.posted }) };
		},

		/** @param posted the id of the message that was posted */
		async markPosted(key: ReplyKey, posted: string): Promise<void> {
			await db.update(replies).set({ posted }).where(ofKey(key));
		},

		/** Claims of answers to this message. */
		async deleteMessage(channel: ChannelRef, message: string): Promise<void> {
			await db.delete(replies).where(aboutMessage(replies, channel, message));
		},
	};
}
