/** People of the embedded chat: their reactions, and the names they go by. */
import { and, asc, desc, eq, inArray } from "drizzle-orm";
import type { Database } from "./database.ts";
import { localMessages, localReactions } from "./schema.ts";

export type LocalReaction = typeof localReactions.$inferSelect;

export function createLocalPeople(db: Database) {
	return {
		/** In the order they were given. */
		async reactions(messages: string[]): Promise<LocalReaction[]> {
			if (messages.length === 0) return [];
			return await db
				.select()
				.from(localReactions)
				.where(inArray(localReactions.message, messages))
				.orderBy(asc(localReactions.createdAt));
		},

		/** Puts a reaction on a message or takes it away. @returns whether that changed anything; false too if the message is gone */
		async react(reaction: Omit<LocalReaction, "createdAt">, added: boolean, now: Date): Promise<boolean> {
			const { message, emoji, person } = reaction;
			if (!added) {
				const given = eq(localReactions.message, message);
				const same = and(given, eq(localReactions.emoji, emoji), eq(localReactions.person, person));
				return (await db.delete(localReactions).where(same).returning({ emoji: localReactions.emoji })).length > 0;
			}
			return await db.transaction(async (tx) => {
				// Held, so that the message isn't deleted before its reaction is there.
				const held = tx.select({ id: localMessages.id }).from(localMessages).where(eq(localMessages.id, message));
				if ((await held.for("key share")).length === 0) return false;
				const row = { ...reaction, createdAt: now };
				const rows = await tx.insert(localReactions).values(row).onConflictDoNothing().returning();
				return rows.length > 0;
			});
		},

		/** The name that someone last posted under, or else reacted under. */
		async nameOf(id: string): Promise<string | undefined> {
			const [posted] = await db
				.select({ name: localMessages.authorName })
				.from(localMessages)
				.where(eq(localMessages.author, id))
				.orderBy(desc(localMessages.id))
				.limit(1);
			if (posted) return posted.name;
			const [reacted] = await db
				.select({ name: localReactions.personName })
				.from(localReactions)
				.where(eq(localReactions.person, id))
				.orderBy(desc(localReactions.createdAt))
				.limit(1);
			return reacted?.name;
		},

		/** Everyone who ever posted, by the name they last posted under. */
		async people(): Promise<{ id: string; name: string }[]> {
			return await db
				.selectDistinctOn([localMessages.author], { id: localMessages.author, name: localMessages.authorName })
				.from(localMessages)
				.where(eq(localMessages.isBot, false))
				.orderBy(localMessages.author, desc(localMessages.id));
		},
	};
}
