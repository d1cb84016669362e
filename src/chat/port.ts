/** What a platform can do for the bot. One implementation a platform; `handle` and `commands` know only this. */
import type {
	Actor,
	Attachment,
	ChannelRef,
	ChatEvent,
	MessageRef,
	Platform,
	PostedImages,
	WorkspaceRef,
} from "./event.ts";
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

	/**
	 * Changes a message that the bot posted; one that was deleted meanwhile is let be.
	 * @param because the choice that changes it: where only one person sees the message, its token is what allows it
	 */
	edit(post: MessageRef, view: View, because?: ChatEvent): Promise<void>;

	/**
	 * Puts the bot's own reaction on a message, or takes it away; a message that was deleted is let be, and so is a reaction that
	 * is there already, or gone.
	 */
	react(message: MessageRef, emoji: string, added: boolean): Promise<void>;

	/** Channels of the workspace that this person can read: search never looks beyond them. */
	readable(actor: Actor, workspace: WorkspaceRef): Promise<string[]>;

	/** A link to a message, for files that leave the chat. */
	linkTo(message: MessageRef): Promise<string>;

	/**
	 * People's messages with images that are older than `before`, newest first, threads included. That message may have
	 * been deleted meanwhile.
	 * Absent where the platform doesn't allow it: then only what the bot has seen is known.
	 */
	history?(channel: ChannelRef, before: string | undefined, limit: number): Promise<PostedImages[]>;

	/**
	 * What keeps the bot from seeing the images that are posted in a channel, or also from answering them, in sentences for the
	 * people there; undefined if nothing does, as far as it can be told. Never throws. Absent where nothing can.
	 */
	hindrance?(channel: ChannelRef, from: "seeing" | "answering"): Promise<string | undefined>;

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
