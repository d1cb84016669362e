/**
 * The bytes of files posted in the embedded chat, which is the platform there (design section 11): an original until
 * the job of its message is over, and a preview of at most 512 px until the message is deleted.
 */
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

const previewName = (id: string) => `${id}.webp`;

export interface UploadFolder {
	keep(id: string, original: Uint8Array, preview: Uint8Array | undefined): Promise<void>;
	/** The original, or once it is gone the preview, or undefined. */
	read(id: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
	/** WebP bytes. */
	preview(id: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
	/** Ids of the originals still kept. */
	originals(): Promise<string[]>;
	dropOriginals(ids: string[]): Promise<void>;
	drop(ids: string[]): Promise<void>;
	/** Ids of all files kept. */
	ids(): Promise<string[]>;
}

/** @param folder made if absent; belongs to the chat alone */
export function openUploadFolder(folder: string): UploadFolder {
	const originals = join(folder, "originals");
	const previews = join(folder, "previews");
	const ready = Promise.all([originals, previews].map((path) => mkdir(path, { recursive: true })));
	const removeAll = (paths: string[]) => Promise.all(paths.map((path) => rm(path, { force: true })));

	return {
		async keep(id, original, preview) {
			await ready;
			await writeFile(join(originals, id), original);
			if (preview) await writeFile(join(previews, previewName(id)), preview);
		},
		async read(id) {
			return (await readIfThere(join(originals, id))) ?? (await this.preview(id));
		},
		async preview(id) {
			return await readIfThere(join(previews, previewName(id)));
		},
		async originals() {
			await ready;
			return await readdir(originals);
		},
		async dropOriginals(ids) {
			await removeAll(ids.map((id) => join(originals, id)));
		},
		async drop(ids) {
			await removeAll(ids.flatMap((id) => [join(originals, id), join(previews, previewName(id))]));
		},
		async ids() {
			const names = [...(await this.originals()), ...(await readdir(previews))];
			return [...new Set(names.map((name) => name.replace(/\.webp$/, "")))];
		},
	};
}

async function readIfThere(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
	try {
		return new Uint8Array(await readFile(path));
	} catch (error) {
		if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
		throw error;
	}
}
