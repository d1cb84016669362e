/** Events written down before they are acknowledged, so that no crash loses one (design section 2). */
import { and, asc, eq, inArray, isNull, lte, sql } from "drizzle-orm";
import type { Logger } from "pino";
import { type ChannelRef, type ChatEvent, chatEventSchema, type ImagesPostedEvent, jobId } from "../chat/event.ts";
import { coalesce, inOneOrder, UNHURRIED } from "./coalesce.ts";
import type { Database } from "./database.ts";
import { aboutMessage, inChannel } from "./in-channel.ts";
import { intake } from "./schema.ts";
import { isStillThere } from "./still-there.ts";

/** How work on an event ended: done; refused, with words for the person; failed for good. */
export type Outcome = "done" | "refused" | "failed";
export type Intake = ReturnType<typeof createIntake>;

export function createIntake(db: Database, log?: Pick<Logger, "error">) {
	const owedRow = (id: string) => and(eq(intake.id, id), isNull(intake.outcome));
	/** These events, to be changed in one statement: held in the order that whoever deletes many holds them in. */
	const heldInOrder = (ids: string[]) =>
		db.select({ id: intake.id }).from(intake).where(inArray(intake.id, ids)).orderBy(asc(intake.id)).for("update");

	const recording = coalesce(async (items: { event: ChatEvent; now: Date }[]) => {
		const rows = await db
			.insert(intake)
			.values(
				inOneOrder(
					items.map(({ event, now }) => rowOf(event, now)),
					({ id }) => id,
				),
			)
			.onConflictDoNothing()
			.returning({ id: intake.id });
		const added = new Set(rows.map(({ id }) => id));
		// The same event twice in one statement is new only once.
		return items.map(({ event }) => (added.delete(jobId(event)) ? ("new" as const) : ("known" as const)));
	});

	const settling = coalesce(async (items: { id: string; outcome: Outcome; now: Date }[]) => {
		const settled = new Set<string>();
		for (const outcome of new Set(items.map((item) => item.outcome))) {
			const same = items.filter((item) => item.outcome === outcome);
			const rows = await db
				.update(intake)
				.set({ outcome, settledAt: same[0]?.now, event: null })
				.where(and(inArray(intake.id, heldInOrder(same.map(({ id }) => id))), isNull(intake.outcome)))
				.returning({ id: intake.id });
			for (const { id } of rows) settled.add(id);
		}
		return items.map(({ id }) => settled.delete(id));
	}, UNHURRIED);

	return {
		/**
		 * Safe once this resolves. The first attempt counts as made, since it follows at once.
		 * @returns `known` if the same event was written down before
		 */
		record: (event: ChatEvent, now: Date): Promise<"new" | "known"> => recording.submit({ event, now }),

		/**
		 * Writes down what follows from another event, if that one is still there.
		 * @param from id of the other event
		 * @returns `known` if it was written down before; `gone` if the other is gone, and nothing follows
		 */
		recordNext: (from: string, event: ChatEvent, now: Date): Promise<"new" | "known" | "gone"> =>
			db.transaction(async (tx) => {
				if (!(await isStillThere(tx, from))) return "gone";
				const added = await tx.insert(intake).values(rowOf(event, now)).onConflictDoNothing().returning();
				return added.length > 0 ? "new" : "known";
			}),

		/**
		 * Events without an outcome, oldest first. One that this version can't read any more is settled as failed.
		 * @param enqueuedBefore only those last enqueued at or before this moment
		 */
		async owed(enqueuedBefore?: Date): Promise<ChatEvent[]> {
			const rows = await db
				.select({ id: intake.id, event: intake.event })
				.from(intake)
				.where(and(isNull(intake.outcome), enqueuedBefore && lte(intake.enqueuedAt, enqueuedBefore)))
				.orderBy(asc(intake.receivedAt), asc(intake.id));
			const events: ChatEvent[] = [];
			for (const { id, event } of rows) {
				const parsed = chatEventSchema.safeParse(event);
				if (parsed.success) events.push(parsed.data);
				else {
					log?.error({ id, err: parsed.error }, "an event written down earlier can't be read, and is given up");
					await this.settle(id, "failed", new Date());
				}
			}
			return events;
		},

		/** Notes that these events were put in the queue again. */
		async enqueued(ids: string[], now: Date): Promise<void> {
			if (ids.length > 0)
				await db
					.update(intake)
					.set({ enqueuedAt: now })
					.where(inArray(intake.id, heldInOrder(ids)));
		},

		/**
		 * Counts an attempt after the first, before it is made: one that kills the process counts too.
		 * @returns its number, from 2; undefined if nothing is owed (settled, or deleted with its message)
		 */
		async attempt(id: string): Promise<number | undefined> {
			const [row] = await db
				.update(intake)
				.set({ attempts: sql`${intake.attempts} + 1` })
				.where(owedRow(id))
				.returning({ attempts: intake.attempts });
			return row?.attempts;
		},

		/**
		 * Writes the outcome and forgets what was said; the first outcome stands.
		 * @returns false if nothing was owed (settled before, or deleted with its message)
		 */
		settle: (id: string, outcome: Outcome, now: Date): Promise<boolean> => settling.submit({ id, outcome, now }),

		/** False while work is owed; true after it, and for an event never seen or deleted with its message. */
		async isSettled(id: string): Promise<boolean> {
			return (await db.$count(intake, owedRow(id))) === 0;
		},

		/** True for an event that was deleted with its message, channel or person, and for one never seen. */
		async isGone(id: string): Promise<boolean> {
			return (await db.$count(intake, eq(intake.id, id))) === 0;
		},

		/** Whether it was told that this message was deleted. What arrives about it later comes too late. */
		async isDeleted(channel: ChannelRef, message: string): Promise<boolean> {
			return (await db.$count(intake, and(inChannel(intake, channel), eq(intake.deletes, message)))) > 0;
		},

		/** A message's images that wait to be looked at; undefined if none do. */
		async waitingImages(channel: ChannelRef, message: string): Promise<ImagesPostedEvent | undefined> {
			const rows = await db
				.select({ event: intake.event })
				.from(intake)
				.where(and(aboutMessage(intake, channel, message), isNull(intake.outcome)));
			for (const { event } of rows) {
				const parsed = chatEventSchema.safeParse(event);
				if (parsed.success && parsed.data.kind === "images-posted") return parsed.data;
			}
			return undefined;
		},

		/** Events about this message, owed or not, but not that it was deleted. */
		async deleteMessage(channel: ChannelRef, message: string): Promise<void> {
			await db.delete(intake).where(aboutMessage(intake, channel, message));
		},
	};
}

/** An event as it is written down; its first attempt counts as made. */
export function rowOf(event: ChatEvent, now: Date): typeof intake.$inferInsert {
	const { platform, workspace, channel } = event;
	return {
		id: jobId(event),
		platform,
		workspace,
		channel,
		message: messageOf(event),
		deletes: event.kind === "message-deleted" ? event.message : undefined,
		event,
		receivedAt: now,
		enqueuedAt: now,
		attempts: 1,
	};
}

/** The message whose deletion makes this event pointless. */
function messageOf(event: ChatEvent): string | undefined {
	if (event.kind === "message-deleted") return undefined;
	if (event.kind === "backfill") return event.request.message;
	return "message" in event ? event.message : undefined;
}
