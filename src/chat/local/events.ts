/** What happens in the embedded chat as the bot is told of it: pure functions of what is kept. */
import type { LocalFile, LocalMessage } from "../../store/local-chat.ts";
import type { Actor, Attachment, ChatEvent, PostedImages } from "../event.ts";
import type { WireChoice, WireReacting } from "./wire.ts";

/** The bot as it posts and reacts. */
export const BOT = { id: "tagalong", name: "Tagalong" };

/** The embedded chat is one workspace. */
const common = { platform: "local", workspace: "local" } as const;

/** Reads a typed command. @throws UserError naming what is wrong with it */
export type ParseCommand = (text: string) => { name: string; options: Record<string, string> };

export const isCommand = (text: string) => text.startsWith("/");

/**
 * The event that a message raises: a command if it begins with `/`, else images posted if it has files, else none.
 * In a thread, the command is called on the message that the thread hangs from.
 * @param root the message whose thread this is in
 * @throws UserError from `parse`
 */
export function eventOf(
	message: LocalMessage,
	root: LocalMessage | undefined,
	parse: ParseCommand,
): ChatEvent | undefined {
	const posted = { ...postedBy(message), key: message.id };
	if (isCommand(message.text)) {
		const target = root?.files.length ? { message: root.id, attachments: root.files.map(attachmentOf) } : undefined;
		return { ...posted, ...parse(message.text), kind: "command", ...(target && { target }) };
	}
	return posted.attachments.length > 0 ? { ...posted, kind: "images-posted" } : undefined;
}

/** A person's message with its files, by whom and in which role it was posted. */
export function postedBy(message: LocalMessage): PostedImages {
	return {
		...placeOf(message),
		actor: { id: message.author, name: message.authorName, canModerate: message.canModerate, isBot: message.isBot },
		time: message.createdAt.toISOString(),
		message: message.id,
		attachments: message.files.map(attachmentOf),
	};
}

/** The event of a deletion, by whoever deletes. */
export function deletionOf(message: LocalMessage, id: string, actor: Actor, now: Date): ChatEvent {
	return { ...placeOf(message), kind: "message-deleted", actor, key: id, time: now.toISOString(), message: id };
}

/** What someone does at a moment: the event's key, and its place in the order of everything done. */
export interface Moment {
	key: string;
	/** In microseconds since 1970. */
	order: number;
	now: Date;
}

export function reactionOf(message: LocalMessage, actor: Actor, { emoji, added }: WireReacting, at: Moment): ChatEvent {
	return { ...doneTo(message, actor, at), kind: "reaction", emoji, added };
}

export function choiceOf(message: LocalMessage, actor: Actor, choice: WireChoice, at: Moment): ChatEvent {
	const { control, values, fields } = choice;
	return { ...doneTo(message, actor, at), kind: "choice", control, values, fields };
}

/** A channel is removed once: its id is the key. */
export function channelLeft(channel: string, actor: Actor, now: Date): ChatEvent {
	return { ...common, channel, kind: "channel-left", actor, key: channel, time: now.toISOString() };
}

/** Where a channel's rows are to the rest of the program. */
export function channelRef(channel: string) {
	return { ...common, channel };
}

function doneTo(message: LocalMessage, actor: Actor, { key, order, now }: Moment) {
	return { ...placeOf(message), actor, key, order, time: now.toISOString(), message: message.id };
}

function placeOf(message: LocalMessage) {
	return { ...channelRef(message.channel), ...(message.thread && { thread: message.thread }) };
}

function attachmentOf(file: LocalFile): Attachment {
	return { id: file.id, url: `local:${file.id}`, name: file.name, size: file.size };
}
