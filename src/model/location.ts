/** Where a model's files are on this machine, and whether they are all here. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { modelErrors } from "../errors.ts";
import type { ModelPaths } from "./encoder.ts";
import { formatBytes } from "./file-size.ts";
import { type Manifest, type ModelFile, modelFiles } from "./manifest.ts";

export interface ModelFolders {
	/** The package's `models/`: manifests, and the files that ship beside them. */
	modelsDir: string;
	/** `TAGALONG_DATA_DIR`: pulled files lie in its `models/NAME/`. */
	dataDir: string;
}

/** The folder that `pull` fills for a model. */
export function pulledDir(name: string, dataDir: string): string {
	return join(dataDir, "models", name);
}

/** Where a file of a model is or would be: a file with a path in a repository is pulled, any other ships. */
export function filePath(manifest: Manifest, file: ModelFile, folders: ModelFolders): string {
	return file.path === undefined
		? join(folders.modelsDir, manifest.name, file.file)
		: join(pulledDir(manifest.name, folders.dataDir), file.file);
}

/** A model's size as its manifest knows it: "608 MB", or "more than 406 MB" where a file's size isn't known. */
export function modelSize(manifest: Manifest): string {
	const files = modelFiles(manifest);
	const known = formatBytes(files.reduce((sum, file) => sum + (file.bytes ?? 0), 0));
	return files.every((file) => file.bytes !== undefined) ? known : `more than ${known}`;
}

/**
 * Finds every file of a model. Sizes are compared with the manifest; hashes are `verify`'s and `pull`'s business.
 * @throws UserError `model.not-pulled`, `model.file-missing` (a shipped file) or `model.damaged` (another size)
 */
export async function locateModel(manifest: Manifest, folders: ModelFolders): Promise<ModelPaths> {
	for (const file of modelFiles(manifest)) {
		const path = filePath(manifest, file, folders);
		const bytes = await fileBytes(path);
		if (bytes === undefined) {
			throw file.path === undefined
				? modelErrors.fileMissing(manifest.name, path)
				: modelErrors.notPulled(manifest.name, modelSize(manifest));
		}
		if (file.bytes !== undefined && bytes !== file.bytes) {
			throw modelErrors.otherSize(manifest.name, path, file.bytes, bytes, file.path === undefined);
		}
	}
	const { image, text } = manifest;
	return {
		image: filePath(manifest, image.model, folders),
		...(text && {
			text: {
				model: filePath(manifest, text.model, folders),
				tokenizer: filePath(manifest, text.tokenizer, folders),
			},
		}),
	};
}

/** @returns a file's length, or undefined if there is none */
export async function fileBytes(path: string): Promise<number | undefined> {
	return (await stat(path).catch(() => undefined))?.size;
}
