/**
 * The embeddings of the negative words that "none of these" is judged by (NegLabel, arXiv 2403.20078): shipped with the
 * starter, kept in the data folder for other models, encoded in the background where they are neither.
 */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Float16Array } from "@petamoriken/float16";
import { type EmbeddingMatrix, toMatrix } from "../classify/matrix.ts";
import type { NegativeWord } from "../classify/negatives.ts";
import { averageEmbeddings, promptsFor } from "../classify/prompts.ts";
import type { Embedding } from "../classify/types.ts";
import { poolHash } from "./lexicon-files.ts";
import type { Manifest } from "./manifest.ts";
import { openSimilarities, type Similarities } from "./similarities.ts";
import type { TextQueue } from "./text-queue.ts";

export interface PoolEmbeddingsOptions {
	manifest: Manifest;
	/** `modelId(manifest)`. */
	modelId: string;
	words: readonly NegativeWord[];
	/** Folder of the model's manifest, where a pool that ships with it lies. */
	modelDir: string;
	/** Where an encoded pool is kept. */
	dataDir: string;
	texts: TextQueue;
}

export class PoolEmbeddings {
	readonly words: readonly NegativeWord[];
	readonly #options: PoolEmbeddingsOptions;
	readonly #hash: string;
	#matrix: EmbeddingMatrix | undefined;
	#similarities: Promise<Similarities> | undefined;
	#encoding: Promise<EmbeddingMatrix> | undefined;

	constructor(options: PoolEmbeddingsOptions) {
		this.#options = options;
		this.words = options.words;
		this.#hash = poolHash(options.words, options.manifest.templates);
	}

	/** One unit vector a word, in order; undefined until they are loaded or encoded. */
	get matrix(): EmbeddingMatrix | undefined {
		return this.#matrix;
	}

	/** The image's cosines with the words, in order; undefined until the pool is there. */
	async cosines(image: Embedding): Promise<Float32Array | undefined> {
		if (!this.#matrix) return undefined;
		this.#similarities ??= openSimilarities(this.#matrix);
		return (await this.#similarities)(image);
	}

	/** Loads the pool if it ships with the model or was kept. @returns whether it is there now */
	async load(): Promise<boolean> {
		const { manifest, modelDir } = this.#options;
		if (!this.#matrix && manifest.negatives?.pool === this.#hash) {
			this.#matrix = await this.#read(join(modelDir, manifest.negatives.file));
		}
		this.#matrix ??= await this.#read(this.#keptPath());
		return this.#matrix !== undefined;
	}

	/**
	 * Encodes the pool behind people's labels and keeps it; called twice, it is done once.
	 * @param onDone called with how many of how many prompts are encoded
	 */
	async encode(onDone?: (done: number, total: number) => void): Promise<EmbeddingMatrix> {
		if (this.#matrix) return this.#matrix;
		this.#encoding ??= this.#encode(onDone).finally(() => {
			this.#encoding = undefined;
		});
		return this.#encoding;
	}

	async #encode(onDone?: (done: number, total: number) => void): Promise<EmbeddingMatrix> {
		const { manifest, texts } = this.#options;
		const words = this.words.map(({ word }) => ({ text: word }));
		const prompts = promptsFor(words, manifest.templates).flat();
		const embeddings = await texts.encode(prompts, "background", (done) => onDone?.(done, prompts.length));
		const count = manifest.templates.length;
		const ofWords = words.map((_, row) => averageEmbeddings(embeddings.slice(row * count, (row + 1) * count)));
		const matrix = toMatrix(ofWords);
		await writePool(this.#keptPath(), matrix.data);
		this.#matrix = matrix;
		return matrix;
	}

	#keptPath(): string {
		const { dataDir, modelId } = this.#options;
		return join(dataDir, "negatives", `${modelId}-${this.#hash.slice(0, 12)}.f16`);
	}

	/** Undefined if the file isn't there or isn't a whole pool: then it is encoded anew. */
	async #read(path: string): Promise<EmbeddingMatrix | undefined> {
		const bytes = await readFile(path).catch(() => undefined);
		const { dim } = this.#options.manifest;
		const rows = this.words.length;
		if (bytes?.byteLength !== rows * dim * 2) return undefined;
		const data = Float32Array.from(new Float16Array(new Uint8Array(bytes).buffer));
		return data.every(Number.isFinite) ? { rows, dim, data } : undefined;
	}
}

/** Writes unit vectors as float16; the file has its name only when it is whole. */
export async function writePool(path: string, matrix: Float32Array): Promise<void> {
	await mkdir(dirname(path), { recursive: true });
	const part = `${path}.${process.pid}.part`;
	await writeFile(part, new Uint8Array(new Float16Array(matrix).buffer));
	await rename(part, path);
}
