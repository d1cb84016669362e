/** The embedded chat's channels. */
import { and, asc, eq, isNotNull, isNull } from "drizzle-orm";
import { localChatErrors } from "../errors.ts";
import type { Database } from "./database.ts";
import { localChannels, localFiles, localMessages } from "./schema.ts";
import { sortableId } from "./sortable-id.ts";

export type LocalChannel = typeof localChannels.$inferSelect;

/** Id and name of the channel that is always there. */
export const DEFAULT_CHANNEL = "general";
const channelName = /^[\p{L}\p{M}\p{N}_-]{1,40}$/u;

/** A channel's name as it is kept: lower case, spaces as hyphens, no leading #. @throws UserError `local.channel-name` */
export function readChannelName(typed: string): string {
	const name = typed.normalize("NFC").trim().replace(/^#/, "").trim().toLowerCase().replace(/\s+/g, "-");
	if (!channelName.test(name)) throw localChatErrors.channelName();
	return name;
}

export function createLocalChannels(db: Database) {
	return {
		/** Oldest first; makes #general where there is none. */
		async channels(now: Date): Promise<LocalChannel[]> {
			const first = { id: DEFAULT_CHANNEL, name: DEFAULT_CHANNEL, createdAt: now };
			await db.insert(localChannels).values(first).onConflictDoNothing();
			return await db
				.select()
				.from(localChannels)
				.where(isNull(localChannels.removedAt))
				.orderBy(asc(localChannels.createdAt));
		},

		/** @throws UserError `local.channel-name`, `local.channel-taken` */
		async createChannel(typed: string, now: Date): Promise<LocalChannel> {
			const name = readChannelName(typed);
			const row = { id: sortableId(now), name, createdAt: now };
			const [made] = await db.insert(localChannels).values(row).onConflictDoNothing().returning();
			if (!made) throw localChatErrors.channelTaken(name);
			return made;
		},

		/** @throws UserError `local.channel-gone` */
		async channel(id: string): Promise<LocalChannel> {
			const there = and(eq(localChannels.id, id), isNull(localChannels.removedAt));
			const [row] = await db.select().from(localChannels).where(there);
			if (!row) throw localChatErrors.channelGone();
			return row;
		},

		async channelName(id: string): Promise<string | undefined> {
			const [row] = await db.select({ name: localChannels.name }).from(localChannels).where(eq(localChannels.id, id));
			return row?.name;
		},

		/** A channel with a date is shown no more and takes no messages; null: it is back. */
		async setRemoved(id: string, removedAt: Date | null): Promise<void> {
			await db.update(localChannels).set({ removedAt }).where(eq(localChannels.id, id));
		},

		/** Channels whose removal was begun and not finished. */
		async halfRemoved(): Promise<LocalChannel[]> {
			return await db.select().from(localChannels).where(isNotNull(localChannels.removedAt));
		},

		/** Deletes a channel with its messages. @returns ids of files whose bytes can go */
		async deleteChannel(id: string): Promise<string[]> {
			return await db.transaction(async (tx) => {
				const files = await tx
					.select({ id: localFiles.id })
					.from(localFiles)
					.innerJoin(localMessages, eq(localMessages.id, localFiles.message))
					.where(eq(localMessages.channel, id));
				await tx.delete(localChannels).where(eq(localChannels.id, id));
				return files.map((file) => file.id);
			});
		},
	};
}
