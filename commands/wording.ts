/** `/wording bird`: how much it matters for an image how a label is worded. */
import { setImmediate } from "node:timers/promises";
import { z } from "zod";
import type { CommandEvent } from "../src/chat/event.ts";
import type { LabelSet } from "../src/classify/classify.ts";
import { parseLabels } from "../src/classify/labels.ts";
import { readTemplates } from "../src/classify/prompts.ts";
import type { Label, Mode } from "../src/classify/types.ts";
import { isRight, maxCompared, standing, underEach, type Wording, wordingsOf } from "../src/classify/wording.ts";
import { commandErrors, wordingErrors } from "../src/errors.ts";
import { knownWordings } from "../src/handle/adopt-wording.ts";
import { meantImages } from "../src/handle/meant-images.ts";
import { portOf } from "../src/handle/reply-once.ts";
import type { Services } from "../src/services.ts";
import type { ChannelLabelSet } from "../src/store/label-sets.ts";
import { defineCommand } from "./command.ts";
import { labelMeant } from "./labels/same-label.ts";
import { wordingView } from "./wording-view.ts";

const options = z.object({
	label: z.string().describe("The label to look at, such as: polar bear"),
	templates: z.string().optional().describe("Your own wordings instead, separated by |, with {} for the label"),
});

/** New prompts from which the wait is worth a word. */
const WORTH_A_WORD = 100;
/** Confirmed examples that wordings are measured on, the newest first. */
const MAX_EXAMPLES = 200;

export const wording = defineCommand({
	name: "wording",
	description: "Show how much it matters for an image how a label is worded",
	options,
	typed: "label",
	examples: ["/wording bird", "/wording polar bear", "/wording bird templates:a {} in the snow. | a tiny {}."],
	who: "everyone",
	firstAnswer: "deferred",
	complete: {
		label: async (_typed, from, { store }) =>
			(await store.labelSets.current(from))?.labels.map(({ text }) => text) ?? [],
	},
	async run({ label: text, templates: own }, event, services) {
		const stored = await services.store.labelSets.current(event);
		const given = readLabel(text);
		const ofChannel = labelMeant(stored?.labels ?? [], given);
		const label = ofChannel ?? given;
		const labels = ofChannel && stored ? stored.labels : [label];
		const mode = ofChannel && stored ? stored.mode : "one";
		const wordings = own === undefined ? knownWordings(stored, services) : withOwn(own, stored, services);
		const [image] = await meantImages(event, services);
		if (!image) throw commandErrors.noImage();

		const [embedding, sets] = await Promise.all([image.embed(), prepare(wordings, labels, mode, event, services)]);
		const answers = underEach(embedding, sets, services.classifier.scoring);
		const { examples, right } = await measure(wordings, stored, event, services);
		const rows = wordings.flatMap((worded, index) => {
			const answer = answers[index];
			return answer ? [{ ...worded, answer, ...standing(answer, label.text), right: right[index] ?? 0 }] : [];
		});
		rows.sort((a, b) => b.probability - a.probability);
		const view = await wordingView({ label, labels, rows, examples, adoptable: own === undefined });
		return { ...view, about: [{ name: image.image.attachment.name }] };
	},
});

/** One label, of however many words. @throws UserError `labels.*`, `wording.one-label` */
function readLabel(text: string): Label {
	// The comma at the end has the words before it read as one label.
	const [label, another] = parseLabels(`${text.replace(/["“”„]/g, "")},`);
	if (!label || another) throw wordingErrors.oneLabel(text);
	return label;
}

/** @throws UserError `templates.*`, `wording.too-many` */
function withOwn(text: string, stored: ChannelLabelSet | undefined, { classifier }: Services): Wording[] {
	const own = readTemplates(text);
	if (own.length >= maxCompared) throw wordingErrors.tooMany(own.length, maxCompared - 1);
	return wordingsOf(stored?.templates ?? classifier.model.manifest.templates, own);
}

/** The labels under each wording. */
async function prepare(
	wordings: readonly Wording[],
	labels: readonly Label[],
	mode: Mode,
	event: CommandEvent,
	services: Services,
): Promise<LabelSet[]> {
	const { classifier } = services;
	const onEncoding = (prompts: number) => {
		if (prompts < WORTH_A_WORD) return;
		void portOf(event, services).progress(event, `Reading ${prompts.toLocaleString("en")} new label prompts…`);
	};
	// All prompts at once, and said once; each wording finds its own among them.
	const templates = [...new Set(wordings.flatMap((worded) => worded.templates))];
	await classifier.labelSet(labels, { mode, templates, onEncoding });
	return Promise.all(wordings.map((worded) => classifier.labelSet(labels, { mode, templates: worded.templates })));
}

/**
 * How many of the channel's confirmed examples each wording gets right, among the channel's labels and by the wording
 * alone, without what was learned from those very examples.
 */
async function measure(
	wordings: readonly Wording[],
	stored: ChannelLabelSet | undefined,
	event: CommandEvent,
	services: Services,
): Promise<{ examples: number; right: number[] }> {
	const { store, classifier } = services;
	const labels = stored?.labels ?? [];
	const confirmed = await store.examples.ofChannel(event, classifier.model.id, MAX_EXAMPLES);
	const texts = new Set(labels.map(({ text }) => text.toLowerCase()));
	// One agreed on for a label that was taken out since can't be got right any more.
	const examples = confirmed.filter(
		(example) => example.labels.length === 0 || example.labels.some((text) => texts.has(text.toLowerCase())),
	);
	const right = wordings.map(() => 0);
	if (!stored || labels.length === 0 || examples.length === 0) return { examples: 0, right };
	const sets = await prepare(wordings, labels, stored.mode, event, services);
	for (const example of examples) {
		for (const [index, answer] of underEach(example.embedding, sets, classifier.scoring).entries()) {
			if (isRight(answer, example.labels)) right[index] = (right[index] ?? 0) + 1;
		}
		// Others' events have their turn.
		await setImmediate();
	}
	return { examples: examples.length, right };
}
