/** What the chat page and its server say to each other. The page imports this file, so it holds types and limits only. */
import type { Form, KeptView } from "../view.ts";

export const MAX_FILES = 20;
export const MAX_FILE_MEGABYTES = 25;
/** All files of a message together: what one upload may hold in memory. */
export const MAX_UPLOAD_MEGABYTES = 100;
/** Room for 1,000 labels of 100 characters. */
export const MAX_TEXT = 120_000;
export const PAGE_SIZE = 40;
/** Different emoji on a message. */
export const MAX_REACTIONS = 20;
/** The longer side of a preview, in pixels. */
export const PREVIEW_SIZE = 512;

export interface WireChannel {
	id: string;
	name: string;
}

/** A file that a person posted. `GET /api/files/:id` is its preview. */
export interface WireFile {
	id: string;
	name: string;
	/** Bytes. */
	size: number;
	/** The image's own size, upright; absent if it can't be read as an image (then there is no preview either). */
	width?: number;
	height?: number;
}

/** A reaction on a message and who gave it, in the order they did. */
export interface WireReaction {
	/** Unicode. */
	emoji: string;
	people: { id: string; name: string }[];
}

export interface WireMessage {
	/** Sorts by time. */
	id: string;
	channel: string;
	thread?: string;
	author: { id: string; name: string; isBot: boolean };
	text: string;
	/** `GET /api/files/:id` is a picture in it; `GET /api/downloads/:id` saves its pictures and files. */
	view?: KeptView;
	files: WireFile[];
	/** In the order of their first giver. */
	reactions: WireReaction[];
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
	options: { name: string; description: string; required: boolean; choices?: string[]; completes?: boolean }[];
	typed?: string;
	examples: string[];
	who: "everyone" | "moderators";
}

/** `GET /api/state` */
export interface WireState {
	me: { id: string; canModerate: boolean };
	channels: WireChannel[];
	commands: readonly WireCommand[];
}

/** `POST /api/me`: whether this person moderates the chat; a role that anyone here may take. Answers with `WireState["me"]`. */
export interface WireRole {
	canModerate: boolean;
}

/** `POST /api/messages/:id/reactions` */
export interface WireReacting {
	/** One, in Unicode. */
	emoji: string;
	added: boolean;
	/** What the person goes by in this page; absent: the name they last posted under. */
	name?: string;
}

/** `POST /api/messages/:id/choices`: a button pressed, an option picked, or the form that it asked for, sent. */
export interface WireChoice {
	control: string;
	values: string[];
	fields: Record<string, string>;
	/** As with a reaction. */
	name?: string;
}
/** Its answer: a form to fill in first and send with the same choice, or nothing. */
export interface WireChosen {
	form?: Form;
}

/** `GET /api/channels/:id/completions?command=…&option=…&typed=…` */
export interface WireCompletions {
	items: string[];
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
	| { type: "channel"; channel: WireChannel }
	/** Removed with everything in it (`DELETE /api/channels/:id`). */
	| { type: "channel-gone"; channel: string };

/** The body of every answer that isn't a success. */
export interface WireError {
	error: { code: string; message: string; hint: string };
}
