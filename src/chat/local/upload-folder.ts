/**
 * The bytes of files in the embedded chat, which is the platform there (design section 11). Of what people post: an
 * original until the job of its message is over, and a preview of at most 512 px. Of what the bot posts: all of it.
 * Previews and the bot's files stay until their message is deleted.
 */
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ReadableStream } from "node:stream/web";

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
	/** Writes down what the bot posts as it comes, never all of it in memory. @returns its size in bytes */
	keepAnswer(id: string, content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<number>;
	/** What the bot posted, read as it is taken; `size` in bytes. */
	answer(id: string): Promise<{ size: number; content: ReadableStream<Uint8Array> } | undefined>;
	drop(ids: string[]): Promise<void>;
	/** Ids of all files kept. */
	ids(): Promise<string[]>;
}

/** @param dataDir the chat keeps to `local` in it, made if absent; several processes may open the same */
export function openUploadFolder(dataDir: string): UploadFolder {
	const folder = join(dataDir, "local");
	const originals = join(folder, "originals");
	const previews = join(folder, "previews");
	const answers = join(folder, "answers");
	const ready = Promise.all([originals, previews, answers].map((path) => mkdir(path, { recursive: true })));
	const removeAll = (paths: string[]) => Promise.all(paths.map((path) => rm(path, { force: true })));

	return {
		async keep(id, original, preview) {
			await ready;
			await writeFile(join(originals, id), original);
			if (preview) await writeFile(join(previews, previewName(id)), preview);
		},
		async read(id) {
			return (await ifThere(readBytes(join(originals, id)))) ?? (await this.preview(id));
		},
		async preview(id) {
			return await ifThere(readBytes(join(previews, previewName(id))));
		},
		async originals() {
			await ready;
			return await readdir(originals);
		},
		async dropOriginals(ids) {
			await removeAll(ids.map((id) => join(originals, id)));
		},
		async keepAnswer(id, content) {
			await ready;
			const file = createWriteStream(join(answers, id));
			await pipeline(Readable.from(content, { objectMode: false }), file);
			return file.bytesWritten;
		},
		async answer(id) {
			const path = join(answers, id);
			const found = await ifThere(stat(path));
			return found && { size: found.size, content: ReadableStream.from(readLater(path)) };
		},
		async drop(ids) {
			await removeAll(ids.flatMap((id) => [join(originals, id), join(previews, previewName(id)), join(answers, id)]));
		},
		async ids() {
			const names = [...(await this.originals()), ...(await readdir(previews)), ...(await readdir(answers))];
			return [...new Set(names.map((name) => name.replace(/\.webp$/, "")))];
		},
	};
}

/** Opened when the first byte is asked for: the answer to a HEAD request opens nothing that would have to be closed. */
async function* readLater(path: string): AsyncGenerator<Uint8Array> {
	yield* createReadStream(path);
}

async function readBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
	return new Uint8Array(await readFile(path));
}

async function ifThere<T>(reading: Promise<T>): Promise<T | undefined> {
	try {
		return await reading;
	} catch (error) {
		if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
		throw error;
	}
}
