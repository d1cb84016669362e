/** Text embeddings of label prompts: each prompt is encoded once, for everybody (design sections 2 and 4). */
import { LRUCache } from "lru-cache";
import type { Embedding } from "../classify/types.ts";

export interface TextEmbeddingCache {
	/**
	 * The embeddings of prompts, in order; those never seen are encoded.
	 * @param onEncoding called before texts are encoded, with how many are missing
	 */
	embeddings(prompts: readonly string[], onEncoding?: (missing: number) => void): Promise<Embedding[]>;
}

/** Counted once a prompt. */
export interface CacheCounters {
	hit(count: number): void;
	miss(count: number): void;
}

export interface TextEmbeddingCacheOptions {
	/** Encodes texts; called once for the prompts of one request that nobody has encoded or is encoding. */
	encode: (texts: string[]) => Promise<Embedding[]>;
	/** Prompts kept, at most; one of 512 float32 numbers takes 2 KiB. */
	maxPrompts: number;
	counters?: CacheCounters;
}

/**
 * An LRU with single flight: prompts asked for while they are being encoded wait for that encoding. A failed encoding is
 * forgotten, so that the next request tries again. It belongs to one model: make a new one for another.
 */
export function createTextEmbeddingCache(options: TextEmbeddingCacheOptions): TextEmbeddingCache {
	const { encode, counters } = options;
	const known = new LRUCache<string, Embedding>({ max: options.maxPrompts });
	const inFlight = new Map<string, Promise<Embedding>>();

	function startEncoding(missing: string[]): void {
		const encoded = encode(missing);
		for (const [index, prompt] of missing.entries()) {
			const one = encoded.then((embeddings) => {
				const embedding = embeddings[index];
				if (!embedding) throw new Error(`the encoder gave ${embeddings.length} embeddings for ${missing.length} texts`);
				known.set(prompt, embedding);
				return embedding;
			});
			inFlight.set(prompt, one);
			const forget = () => inFlight.delete(prompt);
			one.then(forget, forget);
		}
	}

	return {
		async embeddings(prompts, onEncoding) {
			const missing = new Set(prompts.filter((prompt) => !known.has(prompt) && !inFlight.has(prompt)));
			counters?.hit(prompts.length - missing.size);
			counters?.miss(missing.size);
			if (missing.size > 0) {
				onEncoding?.(missing.size);
				startEncoding([...missing]);
			}
			return Promise.all(prompts.map((prompt) => known.get(prompt) ?? inFlight.get(prompt) ?? lost(prompt)));
		},
	};
}

function lost(prompt: string): never {
	throw new Error(`the embedding of “${prompt}” is neither known nor on its way`);
}
