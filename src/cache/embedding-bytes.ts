/** An embedding as the bytes that Redis keeps: its float32 numbers, little-endian, one after the other. */
import type { Embedding } from "../classify/types.ts";

/** How far the squared length of a unit vector may be from 1: far above what float32 rounds away, far below a mistake. */
const TOLERANCE = 1e-3;

export function bytesOf(embedding: Embedding): Buffer {
	const bytes = Buffer.allocUnsafe(4 * embedding.length);
	for (const [index, value] of embedding.entries()) bytes.writeFloatLE(value, 4 * index);
	return bytes;
}

/** @returns the embedding, or nothing if the bytes are no unit vector of `dim` finite numbers */
export function embeddingOf(bytes: Uint8Array, dim: number): Embedding | undefined {
	if (bytes.length !== 4 * dim) return undefined;
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const embedding = new Float32Array(dim);
	for (let index = 0; index < dim; index++) embedding[index] = view.getFloat32(4 * index, true);
	return isUnitVector(embedding, dim) ? embedding : undefined;
}

/** Whether it has `dim` numbers, all finite, and length 1. */
export function isUnitVector(embedding: Embedding, dim: number): boolean {
	let squares = 0;
	for (const value of embedding) squares += value * value;
	// NaN and infinity make the sum NaN or infinite, which is near nothing.
	return embedding.length === dim && Math.abs(squares - 1) < TOLERANCE;
}
