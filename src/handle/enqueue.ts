/** Writes an event down and puts it in the queue. */
import { type ChatEvent, jobId } from "../chat/event.ts";
import type { FrontServices } from "../services.ts";

/**
 * Writes down what follows from an event and puts it in the queue.
 * @returns false if that event went meanwhile, with its message, person, channel or workspace: then nothing follows
 */
export async function enqueueNext(
	after: ChatEvent,
	next: ChatEvent,
	{ store, jobs, now }: FrontServices,
): Promise<boolean> {
	const traced = { ...next, ...(after.trace && { trace: after.trace }) };
	const written = await store.intake.recordNext(jobId(after), traced, now());
	if (written === "new") await jobs.enqueue(traced);
	return written !== "gone";
}

/**
 * Resolves once the event is safe.
 * @returns false if it was written down before
 */
export async function enqueue(event: ChatEvent, { store, jobs, now }: FrontServices): Promise<boolean> {
	if ((await store.intake.record(event, now())) === "known") return false;
	await jobs.enqueue(event);
	return true;
}
