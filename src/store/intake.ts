/** Events written down before they are acknowledged, so that no crash loses one (design section 2). */
import { and, asc, count, eq, inArray, isNull, lte, sql } from "drizzle-orm";
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

/** An owed event without what was said in it. */
export interface OwedEvent {
	/** `jobId` */
	id: string;
	platform: string;
	workspace: string;
	/** May be one that only a later version of the program knows. */
	kind: string;
	trace: string | null;
}

/** An attempt at an event. */
export interface Begun {
	event: ChatEvent;
	/** From 1. */
	attempt: number;
	/** The attempt before this one never said how it ended: its process died, or it is still under way elsewhere. */
	interrupted: boolean;
	receivedAt: Date;
}

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

	const beginning = coalesce(async (ids: string[]) => {
		const held = db
			.select({ id: intake.id, underway: intake.underway })
			.from(intake)
			.where(and(inArray(intake.id, ids), isNull(intake.outcome)))
			.orderBy(asc(intake.id))
			.for("update")
			.as("held");
		const rows = await db
			.update(intake)
			.set({ attempts: sql`${intake.attempts} + case when ${held.underway} then 0 else 1 end`, underway: true })
			.from(held)
			.where(eq(intake.id, held.id))
			.returning({
				id: intake.id,
				event: intake.event,
				attempt: intake.attempts,
				interrupted: held.underway,
				receivedAt: intake.receivedAt,
			});
		const begun = new Map(rows.map((row) => [row.id, row]));
		return ids.map((id) => begun.get(id) ?? null);
	});

	const settling = coalesce(async (items: { id: string; outcome: Outcome; now: Date }[]) => {
		const settled = new Set<string>();
		for (const outcome of new Set(items.map((item) => item.outcome))) {
			const same = items.filter((item) => item.outcome === outcome);
			const rows = await db
				.update(intake)
				.set({ outcome, settledAt: same[0]?.now, event: null, underway: false })
				.where(and(inArray(intake.id, heldInOrder(same.map(({ id }) => id))), isNull(intake.outcome)))
				.returning({ id: intake.id });
			for (const { id } of rows) settled.add(id);
		}
		return items.map(({ id }) => settled.delete(id));
	}, UNHURRIED);

	return {
		/**
		 * Safe once this resolves.
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

		/** Events without an outcome that can be read, oldest first. */
		async owed(): Promise<ChatEvent[]> {
			const rows = await db
				.select({ event: intake.event })
				.from(intake)
				.where(isNull(intake.outcome))
				.orderBy(asc(intake.receivedAt), asc(intake.id));
			return rows.flatMap(({ event }) => chatEventSchema.safeParse(event).data ?? []);
		},

		/**
		 * Takes events without an outcome to be put in the queue (again): oldest first, and none that another process takes
		 * at the same moment.
		 * @param enqueuedBefore only those last enqueued at or before this moment
		 * @param now when they are enqueued
		 * @param limit how many, at most
		 */
		async claim(enqueuedBefore: Date, now: Date, limit?: number): Promise<OwedEvent[]> {
			const due = db
				.select({ id: intake.id })
				.from(intake)
				.where(and(isNull(intake.outcome), lte(intake.enqueuedAt, enqueuedBefore)))
				.orderBy(asc(intake.enqueuedAt), asc(intake.receivedAt), asc(intake.id))
				.for("update", { skipLocked: true });
			// In a clause of its own, since a subquery might be run more than once, and then find other rows.
			const claimed = db.$with("claimed").as(limit === undefined ? due : due.limit(limit));
			const rows = await db
				.with(claimed)
				.update(intake)
				.set({ enqueuedAt: now })
				.from(claimed)
				.where(eq(intake.id, claimed.id))
				.returning({
					id: intake.id,
					platform: intake.platform,
					workspace: intake.workspace,
					kind: kindOf,
					trace: sql<string | null>`${intake.event} ->> 'trace'`,
					receivedAt: intake.receivedAt,
				});
			return inOneOrder(rows, ({ receivedAt, id }) => `${receivedAt.toISOString()} ${id}`).map(
				({ receivedAt: _, ...owed }) => owed,
			);
		},

		/** How many events are owed, by workspace and kind. */
		outstanding: () =>
			db
				.select({ platform: intake.platform, workspace: intake.workspace, kind: kindOf, count: count() })
				.from(intake)
				.where(isNull(intake.outcome))
				.groupBy(intake.platform, intake.workspace, kindOf),

		/**
		 * Notes that an attempt is made, before it is: one that kills its process is noticed by that. An attempt that was
		 * interrupted is made again under its number, since that says nothing of the event by itself.
		 * @returns undefined if nothing is owed: settled, deleted with its message, or written by a version of the program
		 * that this one can't read, which is settled as failed
		 */
		async begin(id: string): Promise<Begun | undefined> {
			const begun = await beginning.submit(id);
			if (!begun) return undefined;
			const parsed = chatEventSchema.safeParse(begun.event);
			if (parsed.success) return { ...begun, event: parsed.data };
			log?.error({ id, err: parsed.error }, "an event written down earlier can't be read, and is given up");
			await settling.submit({ id, outcome: "failed", now: new Date() });
			return undefined;
		},

		/**
		 * Notes that an attempt is made with nothing else under way in its process, before it is.
		 * @returns how many were since one last said how it ended, with this one; undefined if nothing is owed
		 */
		async beginAlone(id: string): Promise<number | undefined> {
			const [row] = await db
				.update(intake)
				.set({ alone: sql`${intake.alone} + 1` })
				.where(owedRow(id))
				.returning({ alone: intake.alone });
			return row?.alone;
		},

		/**
		 * Notes that an attempt ended, and that another will follow.
		 * @returns false if nothing is owed any more
		 */
		async ended(id: string): Promise<boolean> {
			const rows = await db
				.update(intake)
				.set({ underway: false, alone: 0 })
				.where(owedRow(id))
				.returning({ id: intake.id });
			return rows.length > 0;
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

const kindOf = sql<string>`${intake.event} ->> 'kind'`;

/** An event as it is written down. */
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
	};
}

/** The message whose deletion makes this event pointless. */
function messageOf(event: ChatEvent): string | undefined {
	if (event.kind === "message-deleted") return undefined;
	if (event.kind === "backfill") return event.request.message;
	return "message" in event ? event.message : undefined;
}
