/** Writes an event down and puts it in the queue. */
import type { ChatEvent } from "../chat/event.ts";
import type { Services } from "../services.ts";

/**
 * Resolves once the event is safe.
 * @returns false if it was written down before
 */
export async function enqueue(event: ChatEvent, { store, jobs, now }: Services): Promise<boolean> {
	if ((await store.intake.record(event, now())) === "known") return false;
	await jobs.enqueue(event);
	return true;
}
