/** `tagalong models prepare`: encodes the everyday words that a model judges "none of these" by, once, and keeps them. */
import { encodePool } from "./encode-folder.ts";
import { openClassifier } from "./open-classifier.ts";
import { inWords, warn } from "./terminal.ts";

/**
 * @param modelsDir where the manifests are
 * @throws UserError `model.*`
 */
export async function preparePool(name: string, modelsDir: string): Promise<void> {
	const classifier = await openClassifier(name, { modelsDir });
	const { manifest } = classifier.model;
	try {
		if (classifier.poolReady) {
			warn(`${name} is ready: its negatives ${manifest.negatives ? "ship with it" : "were encoded before"}.`);
			return;
		}
		warn("Encoding the negatives that “none of these” is judged by. It is done once, and starts anew if broken off.");
		await encodePool(classifier);
		warn(`${name} is ready.`);
	} finally {
		await classifier.close();
	}
}

/** The same for a model that was just pulled, which stays pulled whatever happens. */
export async function prepareAfterPull(name: string, modelsDir: string): Promise<void> {
	try {
		await preparePool(name, modelsDir);
	} catch (error) {
		warn(`The negatives were not encoded: ${inWords(error)}`);
		warn(`\`tagalong models prepare ${name}\` tries again; until then “none of these” is judged by the labels alone.`);
	}
}
