/** Tells the person who waits that it went wrong. */
import type { ChatEvent, ChoiceEvent, CommandEvent } from "../chat/event.ts";
import { UserError } from "../errors.ts";
import type { FrontServices } from "../services.ts";
import { replyOnce } from "./reply-once.ts";

/** Someone waits for what comes of it. */
export function isAsked(event: ChatEvent): event is CommandEvent | ChoiceEvent {
	return event.kind === "command" || event.kind === "choice";
}

/** The person can't be told where the message, or the platform, is gone: that is logged, and hides nothing. */
export async function tellFailure(
	event: CommandEvent | ChoiceEvent,
	error: unknown,
	services: FrontServices,
): Promise<void> {
	const text =
		error instanceof UserError
			? error.sentence
			: "Something went wrong on my side, and trying again didn't help. The operator's log says what.";
	try {
		await replyOnce(event, event.key, { ephemeral: true, blocks: [{ kind: "error", text: [text] }] }, services);
	} catch (reason) {
		services.log.warn({ err: reason }, "a failure could not be told");
	}
}
