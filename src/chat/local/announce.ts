/** Shows the open pages a message as it now stands. */
import type { LocalChatStore } from "../../store/local-chat.ts";
import type { Live } from "./live.ts";
import { renderMessage } from "./render.ts";

/**
 * Read again at each call, so that of two changes at the same moment the later one is told last. A message that is gone
 * is not told.
 * @param nonce the page's own name for a message that it posted
 */
export type Announce = (message: string, nonce?: string) => Promise<void>;

export function createAnnounce(store: LocalChatStore, live: Live, progress: ReadonlyMap<string, string>): Announce {
	return async (id, nonce) => {
		const message = await store.message(id);
		if (!message) return;
		const rendered = renderMessage(message, progress.get(id));
		live.publish({ type: "message", message: rendered, ...(nonce && { nonce }) }, message.visibleTo);
	};
}
