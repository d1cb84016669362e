/** The error whose words a person reads. */

/** An error whose words are meant for the person who caused it. Never retried: trying again gives the same answer. */
export class UserError extends Error {
	override readonly name = "UserError";
	/** Stable identifier, e.g. `image.unreadable`. */
	readonly code: string;
	/** What to do next: one sentence. */
	readonly hint: string;

	constructor(code: string, message: string, hint = "", options?: ErrorOptions) {
		super(message, options);
		this.code = code;
		this.hint = hint;
	}

	/** Message and hint as one line, for a terminal or a chat reply. */
	get sentence(): string {
		return this.hint ? `${this.message} ${this.hint}` : this.message;
	}
}

/** The beginning of a long text, never with half a character at its end. */
export function beginning(text: string, length = 40): string {
	return [...text.slice(0, 2 * length)].slice(0, length).join("");
}

/** A number as people read it: 1,234. */
export function count(value: number): string {
	return value.toLocaleString("en");
}
