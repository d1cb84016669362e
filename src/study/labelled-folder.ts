/** FOLDER/label/ holds the images of one label: the folders' names are the labels. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { maxLabelLength, maxLabels } from "../classify/labels.ts";
import { labelErrors, studyErrors } from "../errors.ts";

export interface LabelledFolder {
	/** Names of the folders, sorted; one without images is a label that competes. */
	folders: string[];
	images: LabelledImage[];
}

export interface LabelledImage {
	path: string;
	folder: string;
}

/**
 * Lists the files of a labelled folder; hidden ones are skipped, whether the others are images is seen when they are read.
 * @param limit images a label, at most
 * @throws UserError `study.folder` if it can't be listed, `study.no-labels`, `study.no-images`, `labels.*`
 */
export async function readLabelledFolder(root: string, limit = Number.POSITIVE_INFINITY): Promise<LabelledFolder> {
	const inside = await list(root);
	const folders = inside.filter((entry) => entry.isFolder).map(({ name }) => name);
	if (folders.length === 0) throw studyErrors.noLabels(root);
	if (folders.length > maxLabels) throw labelErrors.tooMany(folders.length, maxLabels);
	for (const folder of folders) {
		const length = [...folder].length;
		if (length > maxLabelLength) throw labelErrors.tooLong(folder, length, maxLabelLength);
	}
	const images: LabelledImage[] = [];
	for (const folder of folders) {
		const files = (await list(join(root, folder))).filter((entry) => !entry.isFolder).slice(0, limit);
		images.push(...files.map(({ name }) => ({ path: join(root, folder, name), folder })));
	}
	if (images.length === 0) throw studyErrors.noImages(root);
	return { folders, images };
}

/** Entries by name, in the order of their code units: the same on every machine. */
async function list(folder: string): Promise<{ name: string; isFolder: boolean }[]> {
	const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
		throw studyErrors.folder(folder, cause);
	});
	return entries
		.filter(({ name }) => !name.startsWith("."))
		.map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }))
		.sort((a, b) => (a.name < b.name ? -1 : 1));
}
