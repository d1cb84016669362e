/** Messages that someone asked about, kept for the minutes until they have said with which labels. */
import { and, eq, lte } from "drizzle-orm";
import type { CommandEvent } from "../chat/event.ts";
import type { Database } from "./database.ts";
import { pendingTargets } from "./schema.ts";

/** For how long a question stands: as long as Discord lets an interaction be answered. */
export const PENDING_MS = 15 * 60 * 1000;

/** The message a command is called on. */
export type Target = NonNullable<CommandEvent["target"]>;

export type PendingTargets = ReturnType<typeof createPendingTargets>;

export function createPendingTargets(db: Database) {
	async function sweep(now: Date): Promise<void> {
		await db.delete(pendingTargets).where(lte(pendingTargets.keptUntil, now));
	}

	return {
		/** @param id of the interaction that asked, by which it comes back */
		async keep(id: string, asker: string, target: Target, now: Date): Promise<void> {
			await sweep(now);
			const keptUntil = new Date(now.getTime() + PENDING_MS);
			await db.insert(pendingTargets).values({ id, asker, target, keptUntil }).onConflictDoNothing();
		},

		/** Gives out a target once. @returns undefined to anyone but who asked, and when its time is over */
		async take(id: string, asker: string, now: Date): Promise<Target | undefined> {
			await sweep(now);
			const [row] = await db
				.delete(pendingTargets)
				.where(and(eq(pendingTargets.id, id), eq(pendingTargets.asker, asker)))
				.returning({ target: pendingTargets.target });
			return row?.target;
		},

		/** Lets go of those whose time is over. */
		sweep,
	};
}
