/** What can be shown in a chat, in no platform's words. Each platform's `render` turns a View into its payload. */

/** A piece of text. Plain strings are data: a renderer escapes them, so that nothing a user typed can mention or format. */
export type Span = string | { strong: string } | { code: string } | { emoji: string };
export type RichText = Span[];

export interface ScoreRow {
	label: string;
	/** Unicode, or `:name:`. */
	emoji?: string;
	/** In [0, 1]. */
	probability: number;
}

export type Block =
	| { kind: "text"; text: RichText }
	/** Small print: how it was judged, notices, which model. */
	| { kind: "note"; text: RichText }
	/**
	 * Score bars of one image, by falling probability; the labels beyond `rows` are counted in `more`. `image` is the id of
	 * its attachment, where the answer is about several and a platform can show which this is.
	 */
	| { kind: "scores"; title?: RichText; image?: string; rows: ScoreRow[]; none: number; more: number }
	/** Something failed; the rest of the view still stands. */
	| { kind: "error"; title?: RichText; text: RichText }
	| { kind: "table"; head: string[]; rows: string[][] }
	/** Folded away until asked for. */
	| { kind: "details"; summary: string; blocks: Block[] };

export interface View {
	blocks: Block[];
	/** Shown only to the person who asked. */
	ephemeral?: boolean;
}
