/** Embeddings side by side in one block of memory: comparing an image with thousands of texts is one pass over it. */
import type { Embedding } from "./types.ts";

/** Rows of `dim` float32 numbers, one after the other. */
export interface EmbeddingMatrix {
	rows: number;
	dim: number;
	data: Float32Array;
}

/**
 * @throws RangeError if the embeddings' lengths differ
 */
export function toMatrix(embeddings: readonly Embedding[]): EmbeddingMatrix {
	const dim = embeddings[0]?.length ?? 0;
	const data = new Float32Array(embeddings.length * dim);
	for (const [row, embedding] of embeddings.entries()) {
		if (embedding.length !== dim) throw new RangeError(`Embeddings of ${dim} and ${embedding.length} numbers.`);
		data.set(embedding, row * dim);
	}
	return { rows: embeddings.length, dim, data };
}

/**
 * The cosine of an image with every row; both are unit vectors, so it is their dot product.
 * @throws RangeError if the lengths differ, or a number isn't finite: what isn't a number must never become a score
 */
export function cosines(image: Embedding, { rows, dim, data }: EmbeddingMatrix): Float64Array {
	if (image.length !== dim) throw new RangeError(`An image of ${image.length} numbers, texts of ${dim}.`);
	const result = new Float64Array(rows);
	for (let row = 0, at = 0; row < rows; row++) {
		let sum = 0;
		for (let i = 0; i < dim; i++, at++) sum += (image[i] ?? 0) * (data[at] ?? 0);
		if (!Number.isFinite(sum)) throw new RangeError(`The cosine with text ${row} is ${sum}.`);
		result[row] = sum;
	}
	return result;
}
