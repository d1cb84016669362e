/** Tells the open pages what has changed. */
import type { LocalChatStore } from "../../store/local-chat.ts";
import type { Live } from "./live.ts";
import { renderMessage } from "./render.ts";

/** Best effort: whatever a page isn't told, it learns when it next asks for everything. */
export interface Announcer {
	/**
	 * A message was posted or changed.
	 * @param nonce the page's own name for a message that it posted
	 */
	message(id: string, nonce?: string): Promise<void>;
	/** The bot works on a message and says what it is doing; or, without words, owes it nothing any more. */
	working(channel: string, message: string, progress?: string): Promise<void>;
}

/**
 * Tells the pages of this process. A message is read again at each call, so that of two changes at the same moment the
 * later one is told last; one that is gone is not told.
 * @param progress kept up to date, for pages that are opened meanwhile
 */
export function announceTo(live: Live, store: LocalChatStore, progress: Map<string, string>): Announcer {
	return {
		async message(id, nonce) {
			const message = await store.message(id);
			if (!message) return;
			const rendered = renderMessage(message, progress.get(id));
			live.publish({ type: "message", message: rendered, ...(nonce && { nonce }) }, message.visibleTo);
		},
		async working(channel, message, text) {
			if (text === undefined) progress.delete(message);
			else progress.set(message, text);
			const working = text !== undefined;
			live.publish({ type: "working", channel, message, working, ...(working && { progress: text }) });
		},
	};
}
