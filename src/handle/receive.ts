/** Takes in an event from an adapter: written down first, then answered at once or put in the queue (design section 2). */
import { randomBytes } from "node:crypto";
import { findCommand } from "../../commands/catalogue.ts";
import type { Command } from "../../commands/command.ts";
import { type ChatEvent, type CommandEvent, jobId } from "../chat/event.ts";
import { UserError } from "../errors.ts";
import type { FrontServices } from "../services.ts";
import { enqueue } from "./enqueue.ts";
import { portOf, replyOnce } from "./reply-once.ts";
import { mustBeAllowed } from "./run-command.ts";
import { tellFailure } from "./tell.ts";
import { traced } from "./traced.ts";

type ShownNow = Extract<Command, { firstAnswer: "shown-now" }>;

/**
 * Resolves once the event is safe: only then may an adapter acknowledge it. An event that was seen before is let be.
 * @throws if the event couldn't be written down; the platform is then asked to send it again
 */
export async function receive(received: ChatEvent, shared: FrontServices): Promise<void> {
	const event = { ...received, trace: randomBytes(8).toString("hex") };
	const services = traced(event, shared);
	const { log, store, now } = services;
	const command = event.kind === "command" ? findCommand(event.name) : undefined;
	if (event.kind !== "command" || command?.firstAnswer !== "shown-now") {
		const isNew = await enqueue(event, services);
		log.info(isNew ? "taken in" : "known already");
		return;
	}
	if ((await store.intake.record(event, now())) === "known") return;
	log.info("taken in");
	try {
		await showNow(command, event, services);
	} catch (error) {
		// Stays owed, and the queue's sweep takes it up.
		log.warn({ err: error }, "an answer could not be shown at once");
	}
}

async function showNow(command: ShownNow, event: CommandEvent, services: FrontServices): Promise<void> {
	const { store, log, now } = services;
	const start = performance.now();
	let refusal: UserError | undefined;
	try {
		await mustBeAllowed(command, event, services);
		await replyOnce(event, event.key, await command.run(event.options, event, services), services);
	} catch (error) {
		if (!(error instanceof UserError)) throw error;
		refusal = error;
		await tellFailure(event, error, services);
	}
	const outcome = refusal ? "refused" : "done";
	await store.intake.settle(jobId(event), outcome, now());
	log.info({ ...(refusal && { code: refusal.code }), seconds: (performance.now() - start) / 1000 }, outcome);
	await portOf(event, services).settled(event);
}
