/** What can be shown in a chat, in no platform's words. Each platform's `render` turns a View into its payload. */
import type { MessageRef } from "./event.ts";

/** A piece of text. Plain strings are data: a renderer escapes them, so that nothing a user typed can mention or format. */
export type Span =
	| string
	| { strong: string }
	| { code: string }
	| { emoji: string }
	/** A person, by the platform's id; shown by name and never notified. */
	| { person: string }
	/** A link to a message. */
	| { link: MessageRef; text: string };
export type RichText = Span[];

export interface ScoreRow {
	label: string;
	/** Unicode, or `:name:`. */
	emoji?: string;
	/** In [0, 1]. */
	probability: number;
}

/** What a person can press or pick. `id` travels to the platform and back in a choice event: at most 100 characters. */
export type Control =
	| {
			kind: "button";
			id: string;
			label: string;
			emoji?: string;
			style?: "plain" | "primary" | "danger";
			pressed?: boolean;
	  }
	| { kind: "select"; id: string; placeholder: string; options: { id: string; label: string; emoji?: string }[] };

/** One picture among others: search results, an image under review. */
export interface GalleryItem {
	/** The attachment's id and link, as the platform knows them. */
	attachment: { id: string; url: string; name: string };
	/** The message it was posted in: a renderer links to it. */
	message: MessageRef;
	caption: RichText;
}

export type Block =
	| { kind: "text"; text: RichText }
	/** Small print: how it was judged, notices, which model. */
	| { kind: "note"; text: RichText }
	/**
	 * Score bars of one image, by falling probability; the labels beyond `rows` are counted in `more`. `image` is the id of
	 * its attachment, where the answer is about several and a platform can show which this is.
	 */
	| {
			kind: "scores";
			title?: RichText;
			image?: string;
			/** The answer in words, where the bars alone don't say it: the tags of an image, or that none fits. */
			headline?: RichText;
			rows: ScoreRow[];
			none: number;
			more: number;
			/** How the vote stands. */
			votes?: RichText;
			/** Small print about this image alone. */
			note?: RichText;
			controls?: Control[];
	  }
	/** Something failed; the rest of the view still stands. */
	| { kind: "error"; title?: RichText; text: RichText }
	| { kind: "table"; head: string[]; rows: string[][] }
	/** Folded away until asked for. */
	| { kind: "details"; summary: string; blocks: Block[] }
	| { kind: "controls"; controls: Control[] }
	| { kind: "gallery"; items: GalleryItem[] }
	/** A picture that the bot drew. */
	| { kind: "picture"; name: string; alt: string; png: Uint8Array }
	/** A file to download, read once. */
	| { kind: "file"; name: string; type: string; content: AsyncIterable<Uint8Array> };

export interface View {
	blocks: Block[];
	/** The images that it is an answer about: where people can hide an image, what is said of it hides as well. */
	about?: readonly { name: string }[];
	/** Shown only to the person who asked. */
	ephemeral?: boolean;
}

/** What is asked before a choice is sent: a dialog with text fields. */
export interface Form {
	title: string;
	fields: { name: string; label: string; placeholder?: string; maxLength: number }[];
	submit: string;
}

type Bytes = Extract<Block, { kind: "picture" | "file" }>;
/** A block as plain JSON: its picture or file is kept elsewhere, under an id. */
export type KeptBlock =
	| Exclude<Block, Bytes | { kind: "details" }>
	| { kind: "details"; summary: string; blocks: KeptBlock[] }
	| { kind: "picture"; name: string; alt: string; file: string }
	| { kind: "file"; name: string; size: number; file: string };
export interface KeptView {
	blocks: KeptBlock[];
	ephemeral?: boolean;
}
