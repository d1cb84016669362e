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
	for (let row = 0; row < rows; row++) {
		const sum = dot(image, data.subarray(row * dim, (row + 1) * dim));
		if (!Number.isFinite(sum)) throw new RangeError(`The cosine with text ${row} is ${sum}.`);
		result[row] = sum;
	}
	return result;
}

/** Dot product of two vectors of the same length. Four sums: no addition need wait for the one before it. */
function dot(x: Float32Array, y: Float32Array): number {
	let a = 0;
	let b = 0;
	let c = 0;
	let d = 0;
	// The casts hold below the length, and a vector's end that isn't whole is added by itself.
	const whole = x.length - (x.length % 4);
	for (let i = 0; i < whole; i += 4) {
		a += (x[i] as number) * (y[i] as number);
		b += (x[i + 1] as number) * (y[i + 1] as number);
		c += (x[i + 2] as number) * (y[i + 2] as number);
		d += (x[i + 3] as number) * (y[i + 3] as number);
	}
	for (let i = whole; i < x.length; i++) a += (x[i] as number) * (y[i] as number);
	return a + b + c + d;
}
