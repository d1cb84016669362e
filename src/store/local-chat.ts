/** What the embedded chat keeps: its channels, messages, threads, reactions and the names of files. Bytes are kept elsewhere. */
import { and, asc, desc, eq, exists, inArray, isNull, lt, or, sql } from "drizzle-orm";
import type { KeptView } from "../chat/view.ts";
import type { Database } from "./database.ts";
import { createLocalChannels } from "./local-channels.ts";
import { createLocalPeople, type LocalReaction } from "./local-people.ts";
import { localFiles, localMessages } from "./schema.ts";
import { sortableId } from "./sortable-id.ts";

export type LocalFile = typeof localFiles.$inferSelect;
type Row = typeof localMessages.$inferSelect;
export type LocalMessage = Row & { files: LocalFile[]; reactions: LocalReaction[] };
export type NewFile = Omit<LocalFile, "message" | "number">;
type NewMessage = Pick<Row, "id" | "channel" | "thread" | "author" | "authorName" | "canModerate" | "text" | "working">;
type NewReply = Pick<Row, "channel" | "thread" | "visibleTo" | "author" | "authorName"> & {
	view: KeptView;
	marker: string;
};

/** What a deletion took along: ids of messages (the one asked for first) and of files whose bytes can go. */
export interface Deleted {
	messages: string[];
	files: string[];
}

export type LocalChatStore = ReturnType<typeof createLocalChatStore>;

export function createLocalChatStore(db: Database) {
	const people = createLocalPeople(db);

	/** Adds their files and reactions to messages, in a query each. */
	async function whole(rows: Row[]): Promise<LocalMessage[]> {
		if (rows.length === 0) return [];
		const ids = rows.map((row) => row.id);
		const files = await db
			.select()
			.from(localFiles)
			.where(inArray(localFiles.message, ids))
			.orderBy(asc(localFiles.number));
		const reactions = await people.reactions(ids);
		return rows.map((row) => ({
			...row,
			files: files.filter((file) => file.message === row.id),
			reactions: reactions.filter((reaction) => reaction.message === row.id),
		}));
	}

	const visible = (user: string) => or(isNull(localMessages.visibleTo), eq(localMessages.visibleTo, user));
	const numbered = (files: NewFile[], message: string) => files.map((file, number) => ({ ...file, message, number }));

	return {
		...createLocalChannels(db),
		...people,

		/** @param user only if this person may see it */
		async message(id: string, user?: string): Promise<LocalMessage | undefined> {
			const asked = and(eq(localMessages.id, id), user === undefined ? undefined : visible(user));
			const [found] = await whole(await db.select().from(localMessages).where(asked));
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
				if (files.length === 0) return { ...row, files: [], reactions: [] };
				const kept = await tx.insert(localFiles).values(numbered(files, row.id)).returning();
				return { ...row, files: kept, reactions: [] };
			});
		},

		/** The bot's message and its files, both or neither. @returns its id; undefined if its marker was posted before */
		async postReply(reply: NewReply, files: NewFile[], now: Date): Promise<string | undefined> {
			return await db.transaction(async (tx) => {
				const row = { ...reply, id: sortableId(now), isBot: true, createdAt: now };
				const [made] = await tx.insert(localMessages).values(row).onConflictDoNothing().returning();
				if (made && files.length > 0) await tx.insert(localFiles).values(numbered(files, made.id));
				return made?.id;
			});
		},

		/** Id of the bot's message with this marker. */
		async findReply(channel: string, marker: string): Promise<string | undefined> {
			const marked = and(eq(localMessages.channel, channel), eq(localMessages.marker, marker));
			const [row] = await db.select({ id: localMessages.id }).from(localMessages).where(marked);
			return row?.id;
		},

		/**
		 * Puts another view and its files in place of a bot's message's.
		 * @returns ids of the files that went; undefined if there is no such message (any more)
		 */
		async editReply(channel: string, id: string, view: KeptView, files: NewFile[]): Promise<string[] | undefined> {
			return await db.transaction(async (tx) => {
				const post = and(eq(localMessages.id, id), eq(localMessages.channel, channel), eq(localMessages.isBot, true));
				const [edited] = await tx.update(localMessages).set({ view }).where(post).returning({ id: localMessages.id });
				if (!edited) return undefined;
				const gone = await tx.delete(localFiles).where(eq(localFiles.message, id)).returning({ id: localFiles.id });
				if (files.length > 0) await tx.insert(localFiles).values(numbered(files, id));
				return gone.map((file) => file.id);
			});
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
			return await whole([...roots.reverse(), ...replies]);
		},

		/** People's messages with files, newest first, threads included. @param before only messages with a smaller id */
		async history(channel: string, before: string | undefined, limit: number): Promise<LocalMessage[]> {
			const files = db.select().from(localFiles).where(eq(localFiles.message, localMessages.id));
			const asked = and(
				eq(localMessages.channel, channel),
				eq(localMessages.isBot, false),
				before === undefined ? undefined : lt(localMessages.id, before),
				exists(files),
			);
			return await whole(
				await db.select().from(localMessages).where(asked).orderBy(desc(localMessages.id)).limit(limit),
			);
		},

		/** Messages that were posted and not yet settled, oldest first: after a crash their events are raised again. */
		async unsettled(withOriginals: string[]): Promise<LocalMessage[]> {
			const ofFiles = withOriginals.length
				? db.select({ id: localFiles.message }).from(localFiles).where(inArray(localFiles.id, withOriginals))
				: undefined;
			const owed = or(eq(localMessages.working, true), ofFiles && inArray(localMessages.id, ofFiles));
			return await whole(await db.select().from(localMessages).where(owed).orderBy(asc(localMessages.id)));
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

		/** @param user only if this person may see its message */
		async file(id: string, user?: string): Promise<LocalFile | undefined> {
			const asked = and(eq(localFiles.id, id), user === undefined ? undefined : visible(user));
			const [row] = await db
				.select({ file: localFiles })
				.from(localFiles)
				.innerJoin(localMessages, eq(localMessages.id, localFiles.message))
				.where(asked);
			return row?.file;
		},

		/** Of these ids, those that have a row. */
		async knownFiles(ids: string[]): Promise<Set<string>> {
			if (ids.length === 0) return new Set();
			const rows = await db.select({ id: localFiles.id }).from(localFiles).where(inArray(localFiles.id, ids));
			return new Set(rows.map((row) => row.id));
		},
	};
}
