/** What the embedded chat keeps: its channels, messages, threads and the names of files. Bytes are kept elsewhere. */
import { randomBytes } from "node:crypto";
import { and, asc, desc, eq, inArray, isNull, lt, or, sql } from "drizzle-orm";
import type { View } from "../chat/view.ts";
import { localChatErrors } from "../errors.ts";
import type { Database } from "./database.ts";
import { localChannels, localFiles, localMessages } from "./schema.ts";

export type LocalChannel = typeof localChannels.$inferSelect;
export type LocalFile = typeof localFiles.$inferSelect;
export type LocalMessage = typeof localMessages.$inferSelect & { files: LocalFile[] };
type NewMessage = Pick<LocalMessage, "id" | "channel" | "thread" | "author" | "authorName" | "text" | "working">;
type NewFile = Omit<LocalFile, "message" | "number">;

/** What a deletion took along: ids of messages (the one asked for first) and of files whose bytes can go. */
export interface Deleted {
	messages: string[];
	files: string[];
}

export const DEFAULT_CHANNEL = "general";
const channelName = /^[\p{L}\p{M}\p{N}_-]{1,40}$/u;

/** A channel's name as it is kept: lower case, spaces as hyphens, no leading #. @throws UserError `local.channel-name` */
export function readChannelName(typed: string): string {
	const name = typed.normalize("NFC").trim().replace(/^#/, "").trim().toLowerCase().replace(/\s+/g, "-");
	if (!channelName.test(name)) throw localChatErrors.channelName();
	return name;
}

let lastTime = 0;
let sequence = 0;

/** An id that sorts by time, and by order of creation within a millisecond and process: 20 characters of [0-9a-z]. */
export function sortableId(now: Date): string {
	sequence = now.getTime() > lastTime ? 0 : sequence + 1;
	lastTime = Math.max(now.getTime(), lastTime);
	const random = Array.from(randomBytes(7), (byte) => (byte % 36).toString(36)).join("");
	return lastTime.toString(36).padStart(9, "0") + sequence.toString(36).padStart(4, "0") + random;
}

export type LocalChatStore = ReturnType<typeof createLocalChatStore>;

export function createLocalChatStore(db: Database) {
	/** Adds their files to messages, in one query. */
	async function withFiles(rows: (typeof localMessages.$inferSelect)[]): Promise<LocalMessage[]> {
		if (rows.length === 0) return [];
		const ids = rows.map((row) => row.id);
		const files = await db
			.select()
			.from(localFiles)
			.where(inArray(localFiles.message, ids))
			.orderBy(asc(localFiles.number));
		return rows.map((row) => ({ ...row, files: files.filter((file) => file.message === row.id) }));
	}

	const visible = (user: string) => or(isNull(localMessages.visibleTo), eq(localMessages.visibleTo, user));

	return {
		/** Oldest first; makes #general where there is none. */
		async channels(now: Date): Promise<LocalChannel[]> {
			const first = { id: DEFAULT_CHANNEL, name: DEFAULT_CHANNEL, createdAt: now };
			await db.insert(localChannels).values(first).onConflictDoNothing();
			return await db.select().from(localChannels).orderBy(asc(localChannels.createdAt));
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
			const [row] = await db.select().from(localChannels).where(eq(localChannels.id, id));
			if (!row) throw localChatErrors.channelGone();
			return row;
		},

		async message(id: string): Promise<LocalMessage | undefined> {
			const [found] = await withFiles(await db.select().from(localMessages).where(eq(localMessages.id, id)));
			return found;
		},

		/** A person's message and its files, both or neither. */
		async post(message: NewMessage, files: NewFile[], now: Date): Promise<LocalMessage> {
			return await db.transaction(async (tx) => {
				const [row] = await tx
					.insert(localMessages)
					.values({ ...message, createdAt: now })
					.returning();
				if (!row) throw new Error("an insert returned no row");
				if (files.length === 0) return { ...row, files: [] };
				const rows = files.map((file, number) => ({ ...file, message: row.id, number }));
				return { ...row, files: await tx.insert(localFiles).values(rows).returning() };
			});
		},

		/** The bot's message with this marker: posted now, or the one that was posted before. */
		async postReply(
			reply: Pick<LocalMessage, "channel" | "thread" | "visibleTo" | "author" | "authorName"> & {
				view: View;
				marker: string;
			},
			now: Date,
		): Promise<{ message: LocalMessage; isNew: boolean }> {
			const row = { ...reply, id: sortableId(now), isBot: true, createdAt: now };
			const [made] = await db.insert(localMessages).values(row).onConflictDoNothing().returning();
			const message = made ? { ...made, files: [] } : await this.findReply(reply.channel, reply.marker);
			if (!message) throw new Error(`the reply ${reply.marker} was neither inserted nor found`);
			return { message, isNew: made !== undefined };
		},

		async findReply(channel: string, marker: string): Promise<LocalMessage | undefined> {
			const [row] = await db
				.select()
				.from(localMessages)
				.where(and(eq(localMessages.channel, channel), eq(localMessages.marker, marker)));
			return row && { ...row, files: [] };
		},

		/**
		 * The newest `limit` messages of a channel that stand in no thread, and all replies to them, by rising id.
		 * @param before only messages with a smaller id
		 */
		async page(channel: string, user: string, limit: number, before?: string): Promise<LocalMessage[]> {
			const roots = await db
				.select()
				.from(localMessages)
				.where(
					and(
						eq(localMessages.channel, channel),
						isNull(localMessages.thread),
						visible(user),
						before ? lt(localMessages.id, before) : undefined,
					),
				)
				.orderBy(desc(localMessages.id))
				.limit(limit);
			if (roots.length === 0) return [];
			const threads = roots.map((root) => root.id);
			const replies = await db
				.select()
				.from(localMessages)
				.where(and(inArray(localMessages.thread, threads), visible(user)))
				.orderBy(asc(localMessages.id));
			return await withFiles([...roots.reverse(), ...replies]);
		},

		/** Messages that were posted and not yet settled, oldest first: after a crash their events are raised again. */
		async unsettled(withOriginals: string[]): Promise<LocalMessage[]> {
			const ofFiles = withOriginals.length
				? db.select({ id: localFiles.message }).from(localFiles).where(inArray(localFiles.id, withOriginals))
				: undefined;
			const owed = or(eq(localMessages.working, true), ofFiles && inArray(localMessages.id, ofFiles));
			return await withFiles(await db.select().from(localMessages).where(owed).orderBy(asc(localMessages.id)));
		},

		async setWorking(id: string, working: boolean): Promise<void> {
			await db.update(localMessages).set({ working }).where(eq(localMessages.id, id));
		},

		/** What deleting a message would take along: its thread and the files of both; only people's posts are named. */
		async deletion(id: string): Promise<Deleted> {
			const rows = await db
				.select({ id: localMessages.id, isBot: localMessages.isBot, file: localFiles.id })
				.from(localMessages)
				.leftJoin(localFiles, eq(localFiles.message, localMessages.id))
				.where(or(eq(localMessages.id, id), eq(localMessages.thread, id)))
				.orderBy(sql`${localMessages.thread} nulls first`, asc(localMessages.id));
			return {
				messages: [...new Set(rows.filter((row) => !row.isBot).map((row) => row.id))],
				files: rows.flatMap((row) => row.file ?? []),
			};
		},

		/** Deletes a message, its thread and the rows of their files. */
		async delete(id: string): Promise<void> {
			await db.delete(localMessages).where(eq(localMessages.id, id));
		},

		async file(id: string): Promise<LocalFile | undefined> {
			const [row] = await db.select().from(localFiles).where(eq(localFiles.id, id));
			return row;
		},

		/** Of these ids, those that have a row. */
		async knownFiles(ids: string[]): Promise<Set<string>> {
			if (ids.length === 0) return new Set();
			const rows = await db.select({ id: localFiles.id }).from(localFiles).where(inArray(localFiles.id, ids));
			return new Set(rows.map((row) => row.id));
		},
	};
}
