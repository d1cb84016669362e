/** From labels to the sentences a text encoder reads, and from several sentences' embeddings to one. */
import { promptErrors } from "../errors.ts";
import type { Embedding, Label } from "./types.ts";

const placeholder = "{}";
export const maxTemplates = 100;
export const maxTemplateLength = 200;

/**
 * Templates as a person gave them, trimmed.
 * @throws UserError `templates.*` that names the template and the rule
 */
export function parseTemplates(templates: readonly string[]): string[] {
	if (templates.length > maxTemplates) throw promptErrors.tooManyTemplates(templates.length, maxTemplates);
	return templates.map((raw) => {
		const template = raw.trim().normalize("NFC");
		if (!template.includes(placeholder)) throw promptErrors.noPlaceholder(template);
		if (template.length > maxTemplateLength) throw promptErrors.templateTooLong(template, maxTemplateLength);
		return template;
	});
}

/**
 * Templates in one text, separated by | or line ends; each once.
 * @throws UserError `templates.*`
 */
export function readTemplates(text: string): string[] {
	const parts = text.split(/[|\r\n]+/).filter((part) => part.trim() !== "");
	return [...new Set(parseTemplates(parts))];
}

/** "a photo of a {}." with "cat" → "a photo of a cat." The article stays as it is ("a owl"), as CLIP's authors do it. */
export function fillTemplate(template: string, label: string): string {
	return template.replaceAll(placeholder, () => label);
}

/** Each label's prompts, one a template, in the order of both. */
export function promptsFor(labels: readonly Label[], templates: readonly string[]): string[][] {
	return labels.map(({ text }) => templates.map((template) => fillTemplate(template, text)));
}

/**
 * The mean of unit vectors, scaled to unit length again (prompt ensembling, CLIP, arXiv 2103.00020, section 3.1.4).
 * @throws RangeError if there is none, their lengths differ, or they cancel out
 */
export function averageEmbeddings(embeddings: readonly Embedding[]): Embedding {
	const dim = embeddings[0]?.length ?? 0;
	const sum = new Float64Array(dim);
	for (const embedding of embeddings) {
		if (embedding.length !== dim) throw new RangeError(`Embeddings of ${dim} and ${embedding.length} numbers.`);
		for (let i = 0; i < dim; i++) sum[i] = (sum[i] ?? 0) + (embedding[i] ?? 0);
	}
	const length = Math.sqrt(sum.reduce((total, value) => total + value * value, 0));
	if (!Number.isFinite(length) || length === 0) throw new RangeError("The embeddings have no mean direction.");
	return Float32Array.from(sum, (value) => value / length);
}
