/** `tagalong classify`: what images show, in your own words. */
import { Command, Option } from "commander";
import type { Classifier } from "../classifier.ts";
import { parseLabels } from "../classify/labels.ts";
import { parseTemplates } from "../classify/prompts.ts";
import type { Classification, Mode } from "../classify/types.ts";
import { forEachImage } from "./image-arguments.ts";
import { modelOption, openClassifier } from "./open-classifier.ts";
import { print, printJson, warn } from "./terminal.ts";

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
		.argument("<images...>", "image files")
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

async function run(images: string[], options: Options): Promise<void> {
	const labels = parseLabels(options.labels);
	const templates = options.template && parseTemplates(options.template);
	const classifier = await openClassifier(options.model);
	if (!options.json) for (const line of notices(classifier)) warn(line);
	const labelSet = await classifier.labelSet(labels, { templates, mode: options.mode });
	const answers = await forEachImage(images, async (bytes) =>
		classifier.classify(await classifier.embedImage(bytes), labelSet),
	);
	if (options.json) {
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
function notices({ model, poolReady }: Classifier): string[] {
	const lines = [];
	if (!poolReady) {
		lines.push(
			`“None of these” is judged by the labels alone: the negatives of ${model.manifest.name} are not encoded yet. ` +
				`\`tagalong models prepare ${model.manifest.name}\` does it once.`,
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
