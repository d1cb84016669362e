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

/** One embedding a text, in order. */
export type EncodeTexts = (texts: string[]) => Promise<Embedding[]>;

/** What other processes know as well. It belongs to one model, too. */
export interface SharedTextEmbeddings {
	/**
	 * The embeddings of prompts, in order. What no process knows is encoded by one of them: here, by `encode`, or elsewhere.
	 * @param prompts each once
	 * @param onMissing called before anything is encoded or waited for, with how many are known nowhere
	 * @throws what `encode` throws, and nothing else
	 */
	embeddings(
		prompts: readonly string[],
		encode: EncodeTexts,
		onMissing?: (missing: number) => void,
	): Promise<Embedding[]>;
}

/** Where an embedding was known: in this process, or in what several share. */
export type CacheLayer = "memory" | "shared";

/** Counted once a prompt. */
export interface CacheCounters {
	hit(count: number, layer: CacheLayer): void;
	/** Known in no layer, and encoded here. */
	miss(count: number): void;
}

export interface TextEmbeddingCacheOptions {
	/** Encodes texts; called for the prompts of one request that nobody has encoded or is encoding. */
	encode: EncodeTexts;
	/** Prompts kept in memory, at most; one of 512 float32 numbers takes 2 KiB. */
	maxPrompts: number;
	/** Asked for what isn't in memory. */
	shared?: SharedTextEmbeddings;
	counters?: CacheCounters;
}

/**
 * An LRU with single flight: prompts asked for while they are being encoded wait for that encoding. A failed encoding is
 * forgotten, so that the next request tries again. It belongs to one model: make a new one for another.
 */
export function createTextEmbeddingCache(options: TextEmbeddingCacheOptions): TextEmbeddingCache {
	const { encode, shared, counters } = options;
	const known = new LRUCache<string, Embedding>({ max: options.maxPrompts });
	const inFlight = new Map<string, Promise<Embedding>>();

	async function encodeHere(texts: string[]): Promise<Embedding[]> {
		counters?.miss(texts.length);
		const embeddings = await encode(texts);
		if (texts.some((_, index) => !embeddings[index]))
			throw new Error(`the encoder gave ${embeddings.length} embeddings for ${texts.length} texts`);
		return embeddings;
	}

	async function find(missing: string[], onMissing?: (missing: number) => void): Promise<Embedding[]> {
		if (!shared) {
			onMissing?.(missing.length);
			return encodeHere(missing);
		}
		let encoded = 0;
		const encodeAndCount = (texts: string[]) => {
			encoded += texts.length;
			return encodeHere(texts);
		};
		const embeddings = await shared.embeddings(missing, encodeAndCount, onMissing);
		counters?.hit(missing.length - encoded, "shared");
		return embeddings;
	}

	function start(missing: string[], onMissing?: (missing: number) => void): void {
		const found = find(missing, onMissing);
		for (const [index, prompt] of missing.entries()) {
			const one = found.then((embeddings) => {
				const embedding = embeddings[index] ?? lost(prompt);
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
			counters?.hit(prompts.length - missing.size, "memory");
			if (missing.size > 0) start([...missing], onEncoding);
			return Promise.all(prompts.map((prompt) => known.get(prompt) ?? inFlight.get(prompt) ?? lost(prompt)));
		},
	};
}

/** For what a bug alone can lose. */
export function lost(prompt: string): never {
	throw new Error(`the embedding of “${prompt}” is neither known nor on its way`);
}
