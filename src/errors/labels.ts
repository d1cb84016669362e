/** Labels and prompt templates that can't be used. */
import { beginning, UserError } from "./user-error.ts";

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
			`The label “${beginning(label)}…” has ${length} characters; a label has at most ${max}.`,
			"Shorten it.",
		),
	unclosedQuote: (rest: string) =>
		new UserError(
			"labels.unclosed-quote",
			`A quotation mark is never closed: ${beginning(rest)}`,
			'Close it, as in: "polar bear" cat.',
		),
};

/** Prompt templates that can't be used. */
export const promptErrors = {
	noPlaceholder: (template: string) =>
		new UserError(
			"templates.no-placeholder",
			`The template “${beginning(template)}” has no {} for the label.`,
			'Write it like "a photo of a {}."',
		),
	templateTooLong: (template: string, max: number) =>
		new UserError(
			"templates.too-long",
			`The template “${beginning(template)}…” has ${template.length} characters; at most ${max} are allowed.`,
			"Shorten it.",
		),
	tooManyTemplates: (count: number, max: number) =>
		new UserError(
			"templates.too-many",
			`${count} templates were given; at most ${max} can be averaged.`,
			"Name fewer.",
		),
};

/** Comparing wordings. */
export const wordingErrors = {
	gone: () =>
		new UserError(
			"wording.gone",
			"This channel's templates were changed since those were compared.",
			"Compare again with /wording.",
		),
	oneLabel: (text: string) =>
		new UserError(
			"wording.one-label",
			`/wording looks at one label at a time, and “${beginning(text)}” are several.`,
			"Name one, as in: /wording polar bear",
		),
	tooMany: (count: number, max: number) =>
		new UserError("wording.too-many", `${count} wordings are too many to compare; at most ${max}.`, "Name fewer."),
};
