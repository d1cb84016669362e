/**
 * How much the wording of prompts matters: the same labels under one template after the other. Scores move by points with
 * the template alone (CLIP, arXiv 2103.00020, section 3.1.4).
 */
import { classify, type LabelSet, type ModelAndPool } from "./classify.ts";
import { sameLabel } from "./labels.ts";
import { cosines } from "./matrix.ts";
import type { Classification, Embedding } from "./types.ts";

/**
 * The bare label, CLIP's own sentence, the seven that its authors found to do most
 * (https://github.com/openai/CLIP, notebooks/Prompt_Engineering_for_ImageNet.ipynb), and three for what chats are full of.
 */
export const wellKnownTemplates: readonly string[] = [
	"{}",
	"a photo of a {}.",
	"itap of a {}.",
	"a bad photo of the {}.",
	"a origami {}.",
	"a photo of the large {}.",
	"a {} in a video game.",
	"art of the {}.",
	"a photo of the small {}.",
	"a close-up photo of a {}.",
	"a blurry photo of a {}.",
	"a sketch of a {}.",
];

/** Templates compared at most: a picture of more is no picture. */
export const maxCompared = 24;

/** One way to word prompts: a template, or several whose embeddings are averaged. */
export interface Wording {
	name: string;
	templates: readonly string[];
	/** It is what is used now. */
	now: boolean;
}

/**
 * Each template by itself, all of them together, and what is used now; none twice.
 * @param now the templates in use
 * @param others compared with them; beyond `maxCompared` templates they are left out
 */
export function wordingsOf(now: readonly string[], others: readonly string[]): Wording[] {
	const templates = [...new Set([...now, ...others])].slice(0, maxCompared);
	const single = templates.map((template) => ({
		name: template,
		templates: [template],
		now: now.length === 1 && template === now[0],
	}));
	const all = { name: "all of these together", templates, now: sameTemplates(templates, now) };
	const inUse = { name: "what is used now, together", templates: now, now: true };
	return [...single, ...(templates.length > 1 ? [all] : []), ...(now.length > 1 && !all.now ? [inUse] : [])];
}

export function sameTemplates(a: readonly string[], b: readonly string[]): boolean {
	return a.length === b.length && a.every((template, index) => template === b[index]);
}

/**
 * Scores an image under each wording. The image is compared with the pool of negatives once for all of them.
 * @param sets the same labels, a set a wording
 * @returns in the order of the sets
 */
export function underEach(
	image: Embedding,
	sets: readonly LabelSet[],
	{ model, pool }: ModelAndPool,
): Classification[] {
	const poolCosines = pool && cosines(image, pool);
	return sets.map((set) => classify(image, set, { model, pool, poolCosines }));
}

/** Probability of a label in an answer, and its place among the labels and "none of these", from 1. */
export function standing({ scores, none }: Classification, label: string): { probability: number; rank: number } {
	const probability = scores.find((score) => score.label.text === label)?.probability ?? 0;
	const ahead = scores.filter((score) => score.probability > probability).length;
	return { probability, rank: 1 + ahead + (none > probability ? 1 : 0) };
}

/**
 * Whether the most probable answer, "none of these" included, is one that people agreed on.
 * @param agreed texts of the labels that are right; empty: none of these
 */
export function isRight({ scores, none }: Classification, agreed: readonly string[]): boolean {
	const [best] = scores;
	if (!best || none > best.probability) return agreed.length === 0;
	return agreed.some((label) => sameLabel(label, best.label.text));
}
