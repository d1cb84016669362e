/** A message was deleted: what the bot keeps of it goes too (design section 11). */
import type { ChatEvent, MessageDeletedEvent } from "../chat/event.ts";
import type { Services } from "../services.ts";

export async function deletedMessage(event: MessageDeletedEvent, { store }: Services): Promise<void> {
	await store.forget.message(event, event.message);
}

/** An event went while it was handled, with its message or with its person: what was written meanwhile goes too. */
export async function deletedMeanwhile(event: ChatEvent, { store }: Services): Promise<void> {
	switch (event.kind) {
		case "command":
		case "images-posted":
			if (event.message) await store.forget.message(event, event.message);
			break;
		// Its message may be someone else's, and still be there.
		case "reaction":
		case "choice":
			await store.forget.vote(event, event.actor.id, event.order);
			break;
	}
}
