/**
 * What an event asks for is written only while the event is there: when its channel or workspace is left, its message
 * deleted or its person forgotten, it goes first, and whatever waits for its row then writes nothing.
 */
import { and, asc, eq, type SQL } from "drizzle-orm";
import type { Database } from "./database.ts";
import { intake } from "./schema.ts";

/** Holds an event until the transaction ends. @param id `jobId` @returns false if it is gone */
export async function isStillThere(tx: Database, id: string): Promise<boolean> {
	return (await tx.select({ id: intake.id }).from(intake).where(eq(intake.id, id)).for("share")).length > 0;
}

/**
 * Notes that the change an event asks for is written in this transaction.
 * @param id `jobId`
 * @returns false if it was written before, at an earlier attempt, or the event is gone: then nothing may be written
 */
export async function isFirstTime(tx: Database, id: string): Promise<boolean> {
	const rows = await tx
		.update(intake)
		.set({ applied: true })
		.where(and(eq(intake.id, id), eq(intake.applied, false)))
		.returning({ id: intake.id });
	return rows.length > 0;
}

/** Deletes events. Whoever holds one is waited for first, so that what they have written down after it goes too. */
export async function deleteEvents(tx: Database, which: SQL | undefined): Promise<void> {
	await tx.select({ id: intake.id }).from(intake).where(which).orderBy(asc(intake.id)).for("update");
	await tx.delete(intake).where(which);
}
