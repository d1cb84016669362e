/**
 * Text embeddings in Redis, shared by all processes (design section 4): key `emb:{modelId}:{sha256 of the prompt}`, the
 * float32 numbers as bytes. Each prompt is encoded by one process while the others wait for it. Redis only ever saves work:
 * where it is gone, late, full or wrong, prompts are encoded here.
 */
import { createHash, randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { Embedding } from "../classify/types.ts";
import { type CacheConnection, type CacheConnectionOptions, openCacheConnection } from "./cache-connection.ts";
import type { PromptKeys } from "./claim-scripts.ts";
import { bytesOf, embeddingOf, isUnitVector } from "./embedding-bytes.ts";
import { type EncodeTexts, lost, type SharedTextEmbeddings } from "./text-embeddings.ts";

export interface SharedTextCache {
	/** @param dim length of the model's embeddings */
	forModel(modelId: string, dim: number): SharedTextEmbeddings;
	close(): void;
}

export interface SharedTextCacheOptions extends CacheConnectionOptions {
	/** An embedding that is kept stays for this long. Default: a week. */
	keptMs?: number;
	/** A claim lasts this long unless its holder keeps it: what the death of a process costs the others. Default: 3,000. */
	claimMs?: number;
	/** How long nothing may happen to the prompts that others encode before they are encoded here. Default: 30,000. */
	patienceMs?: number;
}

const WEEK_MS = 7 * 24 * 3_600_000;
const CLAIM_MS = 3000;
const PATIENCE_MS = 30_000;
/** Prompts looked up in one command: 2 MB of answer at 1,024 numbers each. */
const LOOKED_UP = 500;
/** Prompts claimed at a time: several processes that need the same thousand share the work. */
const CLAIMED = 250;
/** Between two looks at what others encode; longer each time that nothing has changed. */
const FIRST_LOOK_MS = 20;
const LAST_LOOK_MS = 250;

/** Connects in the background, also again: it never waits for Redis, nor fails without it. */
export function openSharedTextCache(options: SharedTextCacheOptions): SharedTextCache {
	const connection = openCacheConnection(options);
	return {
		forModel: (modelId, dim) => sharedTextEmbeddings(connection, modelId, dim, options),
		close: () => connection.close(),
	};
}

type Times = Pick<SharedTextCacheOptions, "keptMs" | "claimMs" | "patienceMs">;

function sharedTextEmbeddings(
	connection: CacheConnection,
	modelId: string,
	dim: number,
	{ keptMs = WEEK_MS, claimMs = CLAIM_MS, patienceMs = PATIENCE_MS }: Times,
): SharedTextEmbeddings {
	function keysOf(prompt: string): PromptKeys {
		const hash = createHash("sha256").update(prompt).digest("hex");
		return { value: `emb:${modelId}:${hash}`, claim: `emb-claim:${modelId}:${hash}` };
	}

	/** Adds what Redis has to `known`. @returns the prompts that are ours to encode now */
	async function lookUp(prompts: readonly string[], token: string, known: Map<string, Embedding>): Promise<string[]> {
		const ours: string[] = [];
		for (let start = 0; start < prompts.length; start += LOOKED_UP) {
			const some = prompts.slice(start, start + LOOKED_UP);
			const most = Math.max(0, CLAIMED - ours.length);
			const found = await connection.ask((redis) => redis.lookUp(some.map(keysOf), token, claimMs, most));
			for (const [index, prompt] of some.entries()) {
				const one = found?.[index] ?? "ours";
				if (one === "theirs") continue;
				const embedding = one === "ours" ? undefined : embeddingOf(one, dim);
				if (embedding) known.set(prompt, embedding);
				else ours.push(prompt);
			}
		}
		return ours;
	}

	/** Encodes prompts, keeping the claims to them, and writes the embeddings down for all; adds them to `known`. */
	async function encodeForAll(prompts: string[], token: string, encode: EncodeTexts, known: Map<string, Embedding>) {
		const keys = prompts.map(keysOf);
		const keep = () => connection.ask((redis) => redis.keep(keys, token, claimMs));
		const keeping = setInterval(keep, claimMs / 3);
		let embeddings: Embedding[] = [];
		try {
			embeddings = await encode(prompts);
		} finally {
			clearInterval(keeping);
			const values = prompts.map((_, index) => valueToKeep(embeddings[index]));
			await connection.ask((redis) => redis.settle(keys, token, keptMs, values));
		}
		for (const [index, prompt] of prompts.entries()) known.set(prompt, embeddings[index] ?? lost(prompt));
	}

	/** Nothing where it failed, or where a broken model gave what nobody else should read. */
	function valueToKeep(embedding: Embedding | undefined): Buffer | undefined {
		return embedding && isUnitVector(embedding, dim) ? bytesOf(embedding) : undefined;
	}

	return {
		async embeddings(prompts, encode, onMissing) {
			const token = randomUUID();
			const known = new Map<string, Embedding>();
			const unknown = () => prompts.filter((prompt) => !known.has(prompt));
			let pauseMs = FIRST_LOOK_MS;
			let patientUntil = performance.now() + patienceMs;
			for (let round = 0, left = unknown(); left.length > 0; round++) {
				const before = left.length;
				const ours = await lookUp(left, token, known);
				left = unknown();
				if (round === 0 && left.length > 0) onMissing?.(left.length);
				const toEncode = performance.now() < patientUntil ? ours : left;
				if (toEncode.length > 0) {
					await encodeForAll(toEncode, token, encode, known);
					left = unknown();
				}
				if (left.length < before) {
					pauseMs = FIRST_LOOK_MS;
					patientUntil = performance.now() + patienceMs;
				} else {
					await setTimeout(pauseMs);
					pauseMs = Math.min(2 * pauseMs, LAST_LOOK_MS);
				}
			}
			return prompts.map((prompt) => known.get(prompt) ?? lost(prompt));
		},
	};
}
