/** From what is kept to what the chat page is sent. */
import { get as emojiNamed } from "node-emoji";
import type { LocalChannel, LocalMessage } from "../../store/local-chat.ts";
import type { Block, RichText, View } from "../view.ts";
import type { WireChannel, WireMessage } from "./wire.ts";

/** Emoji given by name (`:dog:`) become characters; a name that no one knows stays as it is. */
export function renderView(view: View): View {
	return { ...view, blocks: view.blocks.map(renderBlock) };
}

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
		files: message.files.map((file) => ({
			id: file.id,
			name: file.name,
			size: file.size,
			...(file.width && file.height && { width: file.width, height: file.height }),
		})),
		time: message.createdAt.toISOString(),
		working: message.working,
		...(message.working && progress && { progress }),
		onlyYou: message.visibleTo !== null,
	};
}

function renderBlock(block: Block): Block {
	switch (block.kind) {
		case "text":
		case "note":
			return { ...block, text: renderText(block.text) };
		case "error":
			return { ...block, ...(block.title && { title: renderText(block.title) }), text: renderText(block.text) };
		case "scores":
			return {
				...block,
				...(block.title && { title: renderText(block.title) }),
				rows: block.rows.map((row) => (row.emoji ? { ...row, emoji: emoji(row.emoji) } : row)),
			};
		case "details":
			return { ...block, blocks: block.blocks.map(renderBlock) };
		case "table":
			return block;
	}
}

function renderText(text: RichText): RichText {
	return text.map((span) => (typeof span === "object" && "emoji" in span ? { emoji: emoji(span.emoji) } : span));
}

function emoji(given: string): string {
	const name = /^:([\w+-]+):$/.exec(given)?.[1];
	return (name && emojiNamed(name)) || given;
}
