/** `tagalong classify`: what images show, in your own words. */
import { Command, Option } from "commander";
import type { Classifier } from "../classifier.ts";
import type { LabelSet } from "../classify/classify.ts";
import { parseLabels } from "../classify/labels.ts";
import { parseTemplates } from "../classify/prompts.ts";
import type { Classification, Mode } from "../classify/types.ts";
import { unreadInWords } from "../classify/unread-labels.ts";
import { forEachImage } from "./image-arguments.ts";
import { modelOption, openClassifier } from "./open-classifier.ts";
import { type Progress, print, printJson, progressBar, warn } from "./terminal.ts";

interface Options {
	labels: string;
	template?: string[];
	mode: Mode;
	model?: string;
	json?: boolean;
}

/** Labels printed for an image, at most; --json has them all. */
const SHOWN = 10;
const BAR = 24;

export function classifyCommand(): Command {
	return new Command("classify")
		.description("Say which labels fit images, or that none does")
		.argument("<images...>", "image files, or https addresses")
		.requiredOption("--labels <labels>", 'what they could show, e.g. "cat, dog, bear"')
		.option("--template <template>", "a sentence with {} for the label; may be given several times", collect)
		.addOption(
			new Option("--mode <mode>", "one: the labels share one answer; many: each label alone")
				.choices(["one", "many"])
				.default("one"),
		)
		.addOption(modelOption())
		.option("--json", "print one JSON document")
		.action(run);
}

async function run(images: string[], { labels: text, template, mode, model, json }: Options): Promise<void> {
	const labels = parseLabels(text);
	const templates = template && parseTemplates(template);
	let bar: Progress | undefined;
	let encoded = 0;
	const onTexts = (count: number) => {
		encoded += count;
		bar?.update(encoded);
	};
	const classifier = await openClassifier(model, { onTexts });
	const onEncoding = (prompts: number) => {
		bar = progressBar("Reading labels", prompts);
	};
	const labelSet = await classifier.labelSet(labels, { templates, mode, onEncoding }).finally(() => bar?.stop());
	for (const line of notices(labelSet, classifier)) warn(line);
	const classify = async (bytes: Uint8Array) => classifier.classify(await classifier.embedImage(bytes), labelSet);
	const answers = await forEachImage(images, classify, "Looking at images");
	await classifier.close();
	if (json) {
		const results = answers.map((answer, index) => ({ image: images[index], ...contract(answer) }));
		return printJson({ model: classifier.model.id, results });
	}
	for (const [index, answer] of answers.entries()) {
		if ("error" in answer) continue;
		print(images[index]);
		for (const line of bars(answer)) print(line);
		print();
	}
}

/** What the scores rest on, where it isn't what one would expect. */
function notices(labelSet: LabelSet, { model, poolReady, unread }: Classifier): string[] {
	const { name } = model.manifest;
	const lines = [];
	const unreadLabels = unreadInWords(unread(labelSet), name);
	if (unreadLabels) lines.push(unreadLabels);
	if (!poolReady) {
		lines.push(
			`“None of these” is judged by the labels alone: the negatives of ${name} are not encoded yet. ` +
				`\`tagalong models prepare ${name}\` does it once.`,
		);
	}
	return lines;
}

/** The shape that docs/design.md section 9 promises. */
function contract(answer: Classification | { error: { code: string; message: string } }) {
	if ("error" in answer) return answer;
	const scores = answer.scores.map(({ label, probability }) => ({ label: label.text, probability }));
	return { none: answer.none, scores };
}

function bars({ none, scores, calibrated }: Classification): string[] {
	const shown = scores.slice(0, SHOWN);
	const rows = [
		...shown.map(({ label, probability }) => ({ text: label.text, probability })),
		{ text: "none of these", probability: none },
	].sort((a, b) => b.probability - a.probability);
	const width = Math.max(...rows.map(({ text }) => text.length));
	const lines = rows.map(({ text, probability }) => {
		const bar = "█".repeat(Math.round(probability * BAR)).padEnd(BAR, "·");
		return `  ${text.padEnd(width)}  ${bar}  ${(probability * 100).toFixed(1).padStart(5)} %`;
	});
	if (scores.length > shown.length) lines.push(`  and ${scores.length - shown.length} more below these`);
	if (!calibrated) lines.push("  uncalibrated: the order is right, the percentages are only a hint");
	return lines;
}

function collect(value: string, before: string[] = []): string[] {
	return [...before, value];
}
