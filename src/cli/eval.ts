/** `tagalong eval`: how well a model answers on a folder of images whose labels are known. */

import { Command, InvalidArgumentError } from "commander";
import { classify, type LabelSet } from "../classify/classify.ts";
import type { Confusion } from "../classify/metrics.ts";
import type { Embedding } from "../classify/types.ts";
import { type Evaluation, evaluate, evaluateSets, type SetEvaluation } from "../study/evaluate.ts";
import { readLabelSets } from "../study/label-sets.ts";
import { readLabelledFolder } from "../study/labelled-folder.ts";
import { encodeFolder, encodePool, prepareSets } from "./encode-folder.ts";
import { modelOption, openClassifier } from "./open-classifier.ts";
import { print, printJson } from "./terminal.ts";

interface Options {
	labelSets?: string;
	limit?: number;
	model?: string;
	json?: boolean;
}

/** Labels and mix-ups printed, at most; --json has them all. */
const SHOWN = 10;

export function evalCommand(): Command {
	return new Command("eval")
		.description("Measure a model on FOLDER/label/: images of every readable type, the folders name the labels")
		.argument("<folder>", "the folder of labelled folders")
		.option("--label-sets <file>", "JSON {set: {label: [folder, …]}}: also measure “none of these”, set by set")
		.option("--limit <n>", "images a label, at most", wholeNumber)
		.addOption(modelOption())
		.option("--json", "print one JSON document")
		.action(run);
}

async function run(root: string, options: Options): Promise<void> {
	const folder = await readLabelledFolder(root, options.limit);
	const sets = options.labelSets === undefined ? undefined : await readLabelSets(options.labelSets);
	const classifier = await openClassifier(options.model);
	await encodePool(classifier);
	const images = await encodeFolder(classifier, root, folder);
	const labels = await classifier.labelSet(folder.folders.map((text) => ({ text })));
	const score = (image: Embedding, set: LabelSet) => classify(image, set, classifier.scoring);
	const evaluation = evaluate(images, labels, score);
	const prepared = sets && (await prepareSets(classifier, sets, folder));
	const ofSets = prepared?.map((one) => [one.set.name, evaluateSets(images, [one], score)] as const);
	await classifier.close();
	if (options.json) {
		const result = { model: classifier.model.id, ...evaluation };
		return printJson(ofSets ? { ...result, sets: Object.fromEntries(ofSets) } : result);
	}
	for (const line of summary(evaluation, classifier.model.id)) print(line);
	if (ofSets) for (const line of table(ofSets)) print(line);
}

function wholeNumber(value: string): number {
	if (!/^[1-9]\d*$/.test(value)) throw new InvalidArgumentError("It must be a whole number from 1.");
	return Number(value);
}

function summary({ images, accuracy, top5, ece, perClass, confusion }: Evaluation, model: string): string[] {
	const worst = perClass
		.flatMap(({ label, accuracy: right, images: count }) => (right === undefined ? [] : [{ label, right, count }]))
		.sort((a, b) => a.right - b.right)
		.slice(0, SHOWN);
	return [
		`${model}: ${images} images, ${perClass.length} labels`,
		`  right ${percent(accuracy)}, among the first five ${percent(top5)}, calibration error ${ece.toFixed(3)}`,
		"",
		"Hardest labels",
		...worst.map(({ label, right, count }) => `  ${label}: ${percent(right)} of ${count}`),
		...mixUps(confusion),
	];
}

function mixUps({ labels, counts }: Confusion): string[] {
	const pairs = counts
		.flatMap((row, i) => row.map((count, j) => ({ count, pair: `${labels[i]} → ${labels[j]}`, wrong: i !== j })))
		.filter(({ count, wrong }) => wrong && count > 0)
		.sort((a, b) => b.count - a.count)
		.slice(0, SHOWN);
	return pairs.length === 0
		? []
		: ["", "Most often mixed up", ...pairs.map(({ pair, count }) => `  ${pair}: ${count}`)];
}

function table(sets: readonly (readonly [string, SetEvaluation])[]): string[] {
	return ["", "None of these", ...sets.map(([name, evaluation]) => `  ${name}: ${describeSet(evaluation)}`)];
}

/** A label set's figures as one line. */
export function describeSet({ insiders, outsiders, accuracy, noneAuroc, ece }: SetEvaluation): string {
	const roc = noneAuroc === undefined ? "" : `area under ROC ${noneAuroc.toFixed(3)}, `;
	const right = insiders === 0 ? "" : `, right label ${percent(accuracy)}`;
	return `${roc}calibration error ${ece.toFixed(3)}${right} (${insiders} inside, ${outsiders} outside)`;
}

function percent(share: number): string {
	return `${(share * 100).toFixed(1)} %`;
}
