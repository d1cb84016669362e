/** A message was deleted: what the bot keeps of it goes too (design section 11). */
import type { MessageDeletedEvent } from "../chat/event.ts";
import type { Services } from "../services.ts";

export async function deletedMessage(event: MessageDeletedEvent, { store }: Services): Promise<void> {
	await store.deleteMessage(event, event.message);
}
