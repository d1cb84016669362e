/** From what is kept to what the chat page is sent. */
import type { LocalChannel } from "../../store/local-channels.ts";
import type { LocalMessage } from "../../store/local-chat.ts";
import type { LocalReaction } from "../../store/local-people.ts";
import type { WireChannel, WireMessage, WireReaction } from "./wire.ts";

export function renderChannel(channel: LocalChannel): WireChannel {
	return { id: channel.id, name: channel.name };
}

/** @param progress what the bot is doing for this message, if it has said so */
export function renderMessage(message: LocalMessage, progress?: string): WireMessage {
	return {
		id: message.id,
		channel: message.channel,
		...(message.thread && { thread: message.thread }),
		author: { id: message.author, name: message.authorName, isBot: message.isBot },
		text: message.text,
		...(message.view && { view: message.view }),
		// The bot's files stand in its view.
		files: (message.isBot ? [] : message.files).map((file) => ({
			id: file.id,
			name: file.name,
			size: file.size,
			...(file.width && file.height && { width: file.width, height: file.height }),
		})),
		reactions: renderReactions(message.reactions),
		time: message.createdAt.toISOString(),
		working: message.working,
		...(message.working && progress && { progress }),
		onlyYou: message.visibleTo !== null,
	};
}

function renderReactions(given: LocalReaction[]): WireReaction[] {
	const byEmoji = new Map<string, WireReaction>();
	for (const { emoji, person, personName } of given) {
		const reaction = byEmoji.get(emoji) ?? { emoji, people: [] };
		byEmoji.set(emoji, reaction);
		reaction.people.push({ id: person, name: personName });
	}
	return [...byEmoji.values()];
}
