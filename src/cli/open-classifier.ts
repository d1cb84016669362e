/** The classification core for one-off commands: model, lexicon and pool, and no store. */
import { Option } from "commander";
import type { Classifier } from "../classifier.ts";
import { parseConfig } from "../config.ts";
import { modelsDir as packageModels } from "../package-root.ts";
import { warn } from "./terminal.ts";

export function modelOption(): Option {
	return new Option("--model <name>", "the model to use (default: TAGALONG_MODEL, or starter)");
}

interface OpenOptions {
	/** Where the manifests are. */
	modelsDir?: string;
	/** Told after each batch of texts, with how many were encoded in it. */
	onTexts?: (count: number) => void;
}

/**
 * @throws UserError `model.*`, `config.invalid`
 */
export async function openClassifier(
	model?: string,
	{ modelsDir = packageModels, onTexts = () => {} }: OpenOptions = {},
): Promise<Classifier> {
	const config = parseConfig(process.env);
	// Loaded only here: other commands, and mistakes in typing, don't wait for it.
	const { loadClassifier } = await import("../classifier.ts");
	return await loadClassifier({
		model: model ?? config.model,
		modelsDir,
		dataDir: config.dataDir,
		device: config.device,
		onFallback: warn,
		observer: { textsEncoded: onTexts, cacheHits() {}, cacheMisses() {}, imageBatch() {}, imageDecoded() {} },
	});
}
