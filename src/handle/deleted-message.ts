/** A message was deleted: what the bot keeps of it goes too (design section 11). */
import type { ChatEvent, ChoiceEvent, MessageDeletedEvent, ReactionEvent } from "../chat/event.ts";
import type { Services } from "../services.ts";

export async function deletedMessage(event: MessageDeletedEvent, { store }: Services): Promise<void> {
	await store.forget.message(event, event.message);
}

/** An event went while it was handled, with its message, its person or its channel: what was written meanwhile goes too. */
export async function deletedMeanwhile(event: ChatEvent, services: Services): Promise<void> {
	const { store } = services;
	switch (event.kind) {
		case "command":
			await store.forget.message(event, event.message ?? event.key);
			break;
		case "images-posted":
			await store.forget.message(event, event.message);
			break;
		// Its message may be someone else's, and still be there.
		case "reaction":
			await forgetVote(event, services);
			break;
		case "choice":
			await forgetVote(event, services);
			await store.replies.release({ ...event, purpose: event.key });
			break;
	}
}

/** What was agreed without it is shown again. */
async function forgetVote(event: ReactionEvent | ChoiceEvent, { store, jobs, now }: Services): Promise<void> {
	const { owed } = await store.forget.vote(event, event.actor.id, event.order, now());
	for (const refresh of owed) await jobs.enqueue(refresh);
}
