/** An encoder for tests of the text-embedding cache: cheap, of any size, and different for each model and text. */
import { createHash } from "node:crypto";
import type { Embedding } from "../../src/classify/types.ts";

/** The unit vector that a model gives a text, here and in any other process. */
export function vectorOf(modelId: string, text: string, dim = 8): Embedding {
	const seed = createHash("sha256").update(`${modelId} ${text}`).digest();
	const vector = Float32Array.from(
		{ length: dim },
		(_, index) => (seed[index % seed.length] ?? 0) - 127.5 + index / dim,
	);
	const length = Math.hypot(...vector);
	return vector.map((value) => value / length);
}

export interface TestEncoder {
	/** Every text that was encoded, in order. */
	encoded: string[];
	encode(texts: string[]): Promise<Embedding[]>;
}

/** @param before is waited for before texts are encoded */
export function testEncoder(modelId: string, dim?: number, before?: (texts: string[]) => unknown): TestEncoder {
	const encoded: string[] = [];
	return {
		encoded,
		async encode(texts) {
			await before?.(texts);
			encoded.push(...texts);
			return texts.map((text) => vectorOf(modelId, text, dim));
		},
	};
}
