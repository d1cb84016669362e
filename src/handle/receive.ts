/** Takes in an event from an adapter: written down first, then answered at once or put in the queue (design section 2). */
import { findCommand } from "../../commands/catalogue.ts";
import { type ChatEvent, jobId } from "../chat/event.ts";
import { UserError } from "../errors.ts";
import type { Services } from "../services.ts";
import { enqueue } from "./enqueue.ts";
import { work } from "./handle.ts";

/**
 * Resolves once the event is safe: only then may an adapter acknowledge it. An event that was seen before is let be.
 * @throws if the event couldn't be written down; the platform is then asked to send it again
 */
export async function receive(event: ChatEvent, services: Services): Promise<void> {
	const { store, now } = services;
	const shownNow = event.kind === "command" && findCommand(event.name)?.firstAnswer === "shown-now";
	if (!shownNow) {
		await enqueue(event, services);
		return;
	}
	if ((await store.intake.record(event, now())) === "known") return;
	try {
		await work(event, false, services);
		await store.intake.settle(jobId(event), "done", now());
	} catch (error) {
		// Words for the person were shown. Anything else stays owed, and the queue's sweep takes it up.
		if (error instanceof UserError) await store.intake.settle(jobId(event), "refused", now());
		else services.log.warn({ err: error, key: event.key }, "an answer could not be shown at once");
	}
}
