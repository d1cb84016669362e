/** Label sets over a labelled folder, each with its outsiders: {set: {label: [folder, …]}} as JSON. */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { maxLabelLength } from "../classify/labels.ts";
import type { Label } from "../classify/types.ts";
import { studyErrors } from "../errors.ts";

export interface StudySet {
	name: string;
	labels: Label[];
	/** Folder → index of its label. A folder that isn't here is an outsider: none of the labels fits its images. */
	labelOf: ReadonlyMap<string, number>;
}

const labelText = z.string().min(1).max(maxLabelLength);
const schema = z.record(z.string(), z.record(labelText, z.array(z.string())));

/**
 * @throws UserError `study.label-sets` that says what is wrong with the file
 */
export async function readLabelSets(path: string): Promise<StudySet[]> {
	const text = await readFile(path, "utf8").catch((cause: unknown) => {
		throw studyErrors.labelSets(path, "it can't be opened", cause);
	});
	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch (cause) {
		throw studyErrors.labelSets(path, "it is not JSON", cause);
	}
	const parsed = schema.safeParse(json);
	if (!parsed.success) {
		const where = parsed.error.issues[0]?.path.join(" → ");
		throw studyErrors.labelSets(path, where ? `“${where}” is not what it should be` : "it is no object");
	}
	const sets = Object.entries(parsed.data).map(([name, labels]) => toStudySet(name, labels, path));
	if (sets.length === 0) throw studyErrors.labelSets(path, "it names no set");
	return sets;
}

function toStudySet(name: string, foldersOf: Record<string, string[]>, path: string): StudySet {
	const texts = Object.keys(foldersOf);
	if (texts.length === 0) throw studyErrors.labelSets(path, `the set “${name}” has no labels`);
	const labelOf = new Map<string, number>();
	for (const [index, text] of texts.entries()) {
		for (const folder of foldersOf[text] ?? []) {
			if (labelOf.has(folder)) {
				throw studyErrors.labelSets(path, `in the set “${name}” the folder “${folder}” stands under two labels`);
			}
			labelOf.set(folder, index);
		}
	}
	return { name, labels: texts.map((text) => ({ text })), labelOf };
}

/** Folders that a set names and the labelled folder lacks: often a slip of the pen. */
export function missingFolders(sets: readonly StudySet[], folders: readonly string[]): string[] {
	const there = new Set(folders);
	return [...new Set(sets.flatMap(({ labelOf }) => [...labelOf.keys()]))].filter((folder) => !there.has(folder));
}
