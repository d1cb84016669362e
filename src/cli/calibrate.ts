/** `tagalong calibrate`: fits what turns a model's scores into probabilities, and says how well they hold. */
import { Command, InvalidArgumentError } from "commander";
import { parseConfig } from "../config.ts";
import { writeCalibration, writeManifestCalibration } from "../model/calibration-file.ts";
import { modelsDir } from "../package-root.ts";
import { type CalibrationReport, calibrateModel } from "../study/calibrate-model.ts";
import { readLabelSets } from "../study/label-sets.ts";
import { readLabelledFolder } from "../study/labelled-folder.ts";
import { encodeFolder, encodePool, prepareSets } from "./encode-folder.ts";
import { describeSet } from "./eval.ts";
import { modelOption, openClassifier } from "./open-classifier.ts";
import { print, printJson } from "./terminal.ts";

interface Options {
	labelSets: string;
	seed: number;
	manifest?: boolean;
	model?: string;
	json?: boolean;
}

export function calibrateCommand(): Command {
	return new Command("calibrate")
		.description(
			"Fit a model's calibration on a random half of FOLDER's folders, report on the other half, and keep it",
		)
		.argument("<folder>", "FOLDER/label/ holds images; what no label fits matters as much as what one fits")
		.requiredOption("--label-sets <file>", "JSON {set: {label: [folder, …]}}; folders outside a set are outsiders")
		.option("--seed <n>", "which half", wholeNumber, 1)
		.option("--manifest", "keep it in the model's manifest, not in the data folder")
		.addOption(modelOption())
		.option("--json", "print one JSON document")
		.action(run);
}

async function run(root: string, options: Options): Promise<void> {
	const folder = await readLabelledFolder(root);
	const sets = await readLabelSets(options.labelSets);
	const classifier = await openClassifier(options.model);
	await encodePool(classifier);
	const images = await encodeFolder(classifier, root, folder);
	const prepared = await prepareSets(classifier, sets, folder);
	const report = calibrateModel(images, prepared, classifier.scoring, options.seed);
	await classifier.close();

	const { id, manifest } = classifier.model;
	const kept = options.manifest
		? await writeManifestCalibration(modelsDir, manifest.name, report.calibration)
		: await writeCalibration(parseConfig(process.env).dataDir, id, report.calibration);
	if (options.json) return printJson({ model: id, seed: options.seed, ...report, kept });
	for (const line of summary(report, id)) print(line);
	print(`Kept in ${kept}`);
}

function wholeNumber(value: string): number {
	if (!/^\d+$/.test(value)) throw new InvalidArgumentError("It must be a whole number.");
	return Number(value);
}

function summary({ calibration, folders, fitted, reported, uncalibrated, sets }: CalibrationReport, model: string) {
	const { temperature, noneScale, none, maxSoftmax, cosine } = calibration;
	return [
		`${model}: T ${temperature}, noneScale ${noneScale}`,
		`  none: ${none.a} · d + ${none.b}`,
		`  without the pool: ${maxSoftmax.a} · maximum softmax + ${maxSoftmax.b}; ${cosine.a} · cosine + ${cosine.b}`,
		"",
		`The ${folders.fitted} folders fitted: ${describeSet(fitted)}`,
		`The other ${folders.reported} folders: ${describeSet(reported)}`,
		`  uncalibrated: ${describeSet(uncalibrated)}`,
		...Object.entries(sets).map(([name, { reported: half }]) => `  ${name}: ${describeSet(half)}`),
		"",
		"All folders",
		...Object.entries(sets).map(([name, { all }]) => `  ${name}: ${describeSet(all)}`),
	];
}
