/** Reply keys, claimed before posting: what is retried adopts its earlier post instead of posting twice (design section 2). */
import { createHash } from "node:crypto";
import { and, eq, inArray, sql } from "drizzle-orm";
import type { ChannelRef } from "../chat/event.ts";
import { coalesce, inOneOrder, UNHURRIED } from "./coalesce.ts";
import type { Database } from "./database.ts";
import { aboutMessage, inChannel } from "./in-channel.ts";
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
	const claiming = coalesce(async (items: { key: ReplyKey; now: Date }[]): Promise<Claim[]> => {
		const rows = items.map(({ key, now }) => rowOf(key, now));
		const claimed = await db
			.insert(replies)
			.values(inOneOrder(rows, ({ marker }) => marker))
			.onConflictDoNothing()
			.returning({ marker: replies.marker });
		const fresh = new Set(claimed.map(({ marker }) => marker));
		const earlier = rows.filter(({ marker }) => !fresh.has(marker)).map(({ marker }) => marker);
		const posted = earlier.length > 0 ? await postedWith(earlier) : new Map<string, string | null>();
		return rows.map(({ marker }) => {
			// The same claim twice in one statement is fresh only once.
			if (fresh.delete(marker)) return { fresh: true, marker };
			const message = posted.get(marker);
			return { fresh: false, marker, ...(message && { posted: message }) };
		});
	});

	const marking = coalesce(async (items: { marker: string; posted: string }[]) => {
		const cases = items.map(({ marker, posted }) => sql`when ${replies.marker} = ${marker} then ${posted}`);
		const posted = sql<string>`case ${sql.join(cases, sql` `)} end`;
		const markers = items.map(({ marker }) => marker);
		await db.update(replies).set({ posted }).where(inArray(replies.marker, markers));
		return items.map(() => true);
	}, UNHURRIED);

	async function postedWith(markers: string[]): Promise<Map<string, string | null>> {
		const rows = await db
			.select({ marker: replies.marker, posted: replies.posted })
			.from(replies)
			.where(inArray(replies.marker, markers));
		return new Map(rows.map(({ marker, posted }) => [marker, posted]));
	}

	return {
		claim: (key: ReplyKey, now: Date): Promise<Claim> => claiming.submit({ key, now }),

		/** @param posted the id of the message that was posted */
		async markPosted(key: ReplyKey, posted: string): Promise<void> {
			await marking.submit({ marker: markerOf(key), posted });
		},

		/** The message that was posted for a key, if any was. */
		async posted(key: ReplyKey): Promise<string | undefined> {
			return (await postedWith([markerOf(key)])).get(markerOf(key)) ?? undefined;
		},

		/** Lets go of one claim. */
		async release(key: ReplyKey): Promise<void> {
			await db.delete(replies).where(eq(replies.marker, markerOf(key)));
		},

		/** What a message of the bot's answers; undefined if it isn't one that was noted. */
		async answeredBy(channel: ChannelRef, posted: string): Promise<Pick<ReplyKey, "message" | "purpose"> | undefined> {
			const [row] = await db
				.select({ message: replies.message, purpose: replies.purpose })
				.from(replies)
				.where(and(inChannel(replies, channel), eq(replies.posted, posted)));
			return row;
		},

		/** Claims of answers to this message. */
		async deleteMessage(channel: ChannelRef, message: string): Promise<void> {
			await db.delete(replies).where(aboutMessage(replies, channel, message));
		},
	};
}

function rowOf(key: ReplyKey, now: Date) {
	const { platform, workspace, channel, message, purpose } = key;
	return { platform, workspace, channel, message, purpose, marker: markerOf(key), claimedAt: now };
}
