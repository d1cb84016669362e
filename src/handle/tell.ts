/** Tells the person who waits that it went wrong. */
import type { ChatEvent, ChoiceEvent, CommandEvent } from "../chat/event.ts";
import { isRefusal, UserError } from "../errors.ts";
import type { FrontServices } from "../services.ts";
import { replyOnce } from "./reply-once.ts";

/** Someone waits for what comes of it. */
export function isAsked(event: ChatEvent): event is CommandEvent | ChoiceEvent {
	return event.kind === "command" || event.kind === "choice";
}

/**
 * Where the message is gone, nobody is left to be told: that is logged, and hides nothing.
 * @returns false if the platform didn't take it now
 */
export async function tellFailure(
	event: CommandEvent | ChoiceEvent,
	error: unknown,
	services: FrontServices,
): Promise<boolean> {
	const text =
		error instanceof UserError
			? error.sentence
			: "Something went wrong on my side, and trying again didn't help. The operator's log says what.";
	try {
		await replyOnce(event, event.key, { ephemeral: true, blocks: [{ kind: "error", text: [text] }] }, services);
		return true;
	} catch (reason) {
		services.log.warn({ err: reason }, "a failure could not be told");
		return isRefusal(reason);
	}
}
