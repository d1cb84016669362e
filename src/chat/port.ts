/** What a platform can do for the bot. One implementation a platform; `handle` and `commands` know only this. */
import type { Attachment, ChannelRef, ChatEvent, Platform } from "./event.ts";
import type { View } from "./view.ts";

export interface ChatPort {
	readonly platform: Platform;

	/**
	 * Posts the answer to `event` (under its message, in its thread, or as the platform answers a command).
	 * @param marker travels inside the post, so that `findReply` can find it after a crash.
	 * @returns the id of the message posted.
	 */
	reply(event: ChatEvent, view: View, marker: string): Promise<string>;

	/** The message that carries `marker` among the answers to `event`, if it was posted. */
	findReply(event: ChatEvent, marker: string): Promise<string | undefined>;

	/** Says that long work goes on ("Reading 1,000 new labels…"). Best effort: never throws. */
	progress(event: ChatEvent, text: string): Promise<void>;

	/**
	 * The bytes of a file posted on this platform.
	 * @throws UserError `image.*` if it can't be had (gone, too large, forbidden).
	 */
	readAttachment(attachment: Attachment, channel: ChannelRef): Promise<Uint8Array>;

	/** The job of `event` is over, answered or failed: what was kept for it alone can go. */
	settled(event: ChatEvent): Promise<void>;
}
