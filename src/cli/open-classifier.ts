/** The classification core for one-off commands: model, lexicon and pool, and no store. */
import { Option } from "commander";
import { type Classifier, loadClassifier } from "../classifier.ts";
import { parseConfig } from "../config.ts";
import { modelsDir } from "../package-root.ts";
import { warn } from "./terminal.ts";

export function modelOption(): Option {
	return new Option("--model <name>", "the model to use (default: TAGALONG_MODEL, or starter)");
}

/**
 * @throws UserError `model.*`, `config.invalid`
 */
export function openClassifier(model?: string): Promise<Classifier> {
	const config = parseConfig(process.env);
	return loadClassifier({
		model: model ?? config.model,
		modelsDir,
		dataDir: config.dataDir,
		device: config.device,
		onFallback: warn,
	});
}
