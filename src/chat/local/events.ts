/** What a message in the embedded chat means to the bot, as a pure function of what is kept. */
import type { LocalFile, LocalMessage } from "../../store/local-chat.ts";
import type { Actor, Attachment, ChatEvent } from "../event.ts";

/** The embedded chat is one workspace. */
export const WORKSPACE = "local";

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
	const attachments = message.files.map(attachmentOf);
	const common = {
		...placeOf(message),
		actor: actorOf(message.author, message.authorName),
		key: message.id,
		time: message.createdAt.toISOString(),
		message: message.id,
		attachments,
	};
	if (isCommand(message.text)) {
		const target = root?.files.length ? { message: root.id, attachments: root.files.map(attachmentOf) } : undefined;
		return { ...common, ...parse(message.text), kind: "command", ...(target && { target }) };
	}
	return attachments.length > 0 ? { ...common, kind: "images-posted" } : undefined;
}

/** The event of a deletion, by whoever deletes. */
export function deletionOf(message: LocalMessage, id: string, actor: Actor, now: Date): ChatEvent {
	return { ...placeOf(message), kind: "message-deleted", actor, key: id, time: now.toISOString(), message: id };
}

/** For now everyone in the embedded chat moderates it. */
export function actorOf(id: string, name: string): Actor {
	return { id, name, canModerate: true, isBot: false };
}

function placeOf(message: LocalMessage) {
	return {
		platform: "local" as const,
		workspace: WORKSPACE,
		channel: message.channel,
		...(message.thread && { thread: message.thread }),
	};
}

function attachmentOf(file: LocalFile): Attachment {
	return { id: file.id, url: `local:${file.id}`, name: file.name, size: file.size };
}
