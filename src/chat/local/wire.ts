/** What the chat page and its server say to each other. The page imports this file, so it holds types and limits only. */
import type { View } from "../view.ts";

export const MAX_FILES = 20;
export const MAX_FILE_MEGABYTES = 25;
/** All files of a message together: what one upload may hold in memory. */
export const MAX_UPLOAD_MEGABYTES = 100;
/** Room for 1,000 labels of 100 characters. */
export const MAX_TEXT = 120_000;
export const PAGE_SIZE = 40;
/** The longer side of a preview, in pixels. */
export const PREVIEW_SIZE = 512;

export interface WireChannel {
	id: string;
	name: string;
}

export interface WireFile {
	id: string;
	name: string;
	/** Bytes. */
	size: number;
	/** The image's own size, upright; absent if it can't be read as an image (then there is no preview either). */
	width?: number;
	height?: number;
}

export interface WireMessage {
	/** Sorts by time. */
	id: string;
	channel: string;
	thread?: string;
	author: { id: string; name: string; isBot: boolean };
	text: string;
	view?: View;
	files: WireFile[];
	/** ISO 8601. */
	time: string;
	/** The bot owes an answer. */
	working: boolean;
	/** What it is doing, in its words. */
	progress?: string;
	onlyYou: boolean;
}

/** A command as `/` completion needs it; `CommandDescription` fits. */
export interface WireCommand {
	name: string;
	description: string;
	options: { name: string; description: string; required: boolean; choices?: string[] }[];
	typed?: string;
	examples: string[];
}

/** `GET /api/state` */
export interface WireState {
	me: { id: string; canModerate: boolean };
	channels: WireChannel[];
	commands: readonly WireCommand[];
}

/** `GET /api/channels/:id/messages` */
export interface WirePage {
	/** Messages of the channel and all replies to them, oldest first. */
	messages: WireMessage[];
	/** Whether there are older ones. */
	more: boolean;
}

/** What `GET /api/live` sends. The page asks for everything again whenever the stream opens, so nothing is missed. */
export type LiveEvent =
	| { type: "open" }
	/** Posted or changed. `nonce` is what the page that posted it sent along. */
	| { type: "message"; message: WireMessage; nonce?: string }
	| { type: "working"; channel: string; message: string; working: boolean; progress?: string }
	| { type: "deleted"; channel: string; message: string }
	| { type: "channel"; channel: WireChannel };

/** The body of every answer that isn't a success. */
export interface WireError {
	error: { code: string; message: string; hint: string };
}
