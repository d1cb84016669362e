/** Encodes what `eval` and `calibrate` work on: the images of a labelled folder, its label sets, and the pool. */
import type { Classifier } from "../classifier.ts";
import { studyErrors } from "../errors.ts";
import type { EncodedImage, PreparedSet } from "../study/evaluate.ts";
import { missingFolders, type StudySet } from "../study/label-sets.ts";
import type { LabelledFolder } from "../study/labelled-folder.ts";
import { forEachImage } from "./image-arguments.ts";
import { progressBar, warn } from "./terminal.ts";

/**
 * Encodes a folder's images; one that can't be read is reported, left out, and makes the exit code 1.
 * @throws UserError `study.no-images` if none can be read
 */
export async function encodeFolder(
	classifier: Classifier,
	root: string,
	{ images }: LabelledFolder,
): Promise<EncodedImage[]> {
	const bar = progressBar("Encoding images", images.length);
	let done = 0;
	const results = await forEachImage(
		images.map(({ path }) => path),
		(bytes) => classifier.embedImage(bytes).finally(() => bar.update(++done)),
	).finally(() => bar.stop());
	const encoded = images.flatMap(({ folder }, index) => {
		const embedding = results[index];
		return embedding instanceof Float32Array ? [{ folder, embedding }] : [];
	});
	if (encoded.length === 0) throw studyErrors.noImages(root);
	return encoded;
}

/** Makes label sets ready to score with. */
export async function prepareSets(
	classifier: Classifier,
	sets: readonly StudySet[],
	{ folders }: LabelledFolder,
): Promise<PreparedSet[]> {
	const missing = missingFolders(sets, folders);
	if (missing.length > 0) {
		warn(
			`tagalong: the label sets name ${missing.length} folders that aren't there: ${missing.slice(0, 5).join(", ")}`,
		);
	}
	return Promise.all(sets.map(async (set) => ({ set, labels: await classifier.labelSet(set.labels) })));
}

/** Encodes the pool of negatives if that was never done for this model. */
export async function encodePool(classifier: Classifier): Promise<void> {
	if (classifier.poolReady) return;
	const bar = progressBar("Encoding negatives", 1);
	await classifier.preparePool((done, total) => bar.update(done, total)).finally(() => bar.stop());
}
