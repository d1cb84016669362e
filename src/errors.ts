/**
 * The errors a person sees, all made here: an identifier for tests and logs, what is wrong, and what to do next.
 * Everything else that is thrown is a fault of ours and is shown as "something went wrong".
 */

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

/** Label texts that can't be read (design section 6). `rule` names the rule, `label` the offending label if there is one. */
export const labelErrors = {
	none: () => new UserError("labels.none", "No labels were given.", "Name at least one, for example: cat, dog, bear."),
	tooMany: (count: number, max: number) =>
		new UserError(
			"labels.too-many",
			`${count} labels were given; at most ${max} can be compared at once.`,
			"Shorten the list.",
		),
	tooLong: (label: string, length: number, max: number) =>
		new UserError(
			"labels.too-long",
			`The label “${label.slice(0, 40)}…” has ${length} characters; a label has at most ${max}.`,
			"Shorten it.",
		),
	unclosedQuote: (rest: string) =>
		new UserError(
			"labels.unclosed-quote",
			`A quotation mark is never closed: ${rest.slice(0, 40)}`,
			'Close it, as in: "polar bear" cat.',
		),
};
