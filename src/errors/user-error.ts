/** The error whose words a person reads. */

interface Options extends ErrorOptions {
	/** Another process, or the same one later, may well succeed. */
	mayHeal?: boolean;
}

/** An error whose words are meant for a person. Trying again gives the same answer, unless it may heal. */
export class UserError extends Error {
	override readonly name = "UserError";
	/** Stable identifier, e.g. `image.unreadable`. */
	readonly code: string;
	/** What to do next: one sentence. */
	readonly hint: string;
	readonly mayHeal: boolean;

	constructor(code: string, message: string, hint = "", { mayHeal = false, ...options }: Options = {}) {
		super(message, options);
		this.code = code;
		this.hint = hint;
		this.mayHeal = mayHeal;
	}

	/** Message and hint as one line, for a terminal or a chat reply. */
	get sentence(): string {
		return this.hint ? `${this.message} ${this.hint}` : this.message;
	}
}

/** What is asked for is refused, in words, and is refused again if it is asked again. */
export function isRefusal(error: unknown): error is UserError {
	return error instanceof UserError && !error.mayHeal;
}

/** The beginning of a long text, never with half a character at its end. */
export function beginning(text: string, length = 40): string {
	return [...text.slice(0, 2 * length)].slice(0, length).join("");
}

/** A number as people read it: 1,234. */
export function count(value: number): string {
	return value.toLocaleString("en");
}
