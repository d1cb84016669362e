/** Who moderates a channel: those that the platform says do, and people whom they have named (`/labels moderators`). */
import type { ChannelRef, ChatEvent } from "../chat/event.ts";
import type { FrontServices } from "../services.ts";

export async function mayModerate(
	from: ChannelRef & Pick<ChatEvent, "actor">,
	{ store }: Pick<FrontServices, "store">,
): Promise<boolean> {
	if (from.actor.canModerate) return true;
	return (await store.settings.of(from)).moderators.includes(from.actor.id);
}
