/** Processes that share text embeddings in a real Redis, as the tests of src/cache need them. */
import { createHash } from "node:crypto";
import { createClient, RESP_TYPES } from "redis";
import { expect, vi } from "vitest";
import { startRedis, type TestRedis } from "../../infra/servers/redis.ts";
import { openSharedTextCache, type SharedTextCacheOptions } from "../../src/cache/shared-text-embeddings.ts";
import { createTextEmbeddingCache, type TextEmbeddingCache } from "../../src/cache/text-embeddings.ts";
import { type TestEncoder, testEncoder, vectorOf } from "./text-encoder.ts";

export const MODEL = "starter@0123456789ab";

export const keyOf = (text: string, model = MODEL) => `emb:${model}:${createHash("sha256").update(text).digest("hex")}`;
export const claimOf = (text: string, model = MODEL) => keyOf(text, model).replace("emb:", "emb-claim:");
export const numbered = (count: number, word = "thing") =>
	Array.from({ length: count }, (_, index) => `${word} ${index}`);
/** What the encoder gives for texts. */
export const right = (texts: readonly string[], model = MODEL, dim?: number) =>
	texts.map((text) => vectorOf(model, text, dim));

export interface ProcessOptions extends Partial<SharedTextCacheOptions> {
	model?: string;
	dim?: number;
	/** What its own memory holds. */
	maxPrompts?: number;
}

/** What one process has of text embeddings, and what it counted. */
export interface TextProcess extends TextEmbeddingCache {
	counts: { memory: number; shared: number; encoded: number };
	/** Resolves once it reaches Redis. */
	connected(): Promise<void>;
}

export class SharedTexts {
	readonly server: TestRedis;
	/** A connection of the test's own. */
	readonly redis: ReturnType<typeof newClient>;
	/** What the processes have logged. */
	readonly log: string[] = [];
	readonly #closing: (() => void)[] = [];

	/** @param options of redis-server's command line */
	static async start(executable: string, ...options: string[]): Promise<SharedTexts> {
		const server = await startRedis(executable, ...options);
		const redis = newClient(server.url);
		await redis.connect();
		return new SharedTexts(server, redis);
	}

	constructor(server: TestRedis, redis: ReturnType<typeof newClient>) {
		this.server = server;
		this.redis = redis;
	}

	/** A process of its own as far as Redis can tell. */
	open(encoder: TestEncoder, options: ProcessOptions = {}): TextProcess {
		const { model = MODEL, dim = 8, maxPrompts = 10_000, ...more } = options;
		const note = (line: string) => void this.log.push(line);
		// The tests' machine may be busy: only those about a slow Redis are in a hurry.
		const patient = { url: this.server.url, log: { info: note, warn: note }, answerMs: 10_000 };
		const shared = openSharedTextCache({ ...patient, ...more });
		this.#closing.push(shared.close);
		const counts = { memory: 0, shared: 0, encoded: 0 };
		const hit = (count: number, layer: "memory" | "shared") => {
			counts[layer] += count;
		};
		const miss = (count: number) => {
			counts.encoded += count;
		};
		const { encode } = encoder;
		const ofModel = shared.forModel(model, dim);
		const cache = createTextEmbeddingCache({ encode, maxPrompts, shared: ofModel, counters: { hit, miss } });
		const probe = shared.forModel("probe", 8);
		const connected = async () => {
			await probe.embeddings(["connected"], testEncoder("probe").encode);
			expect(await this.redis.del(keyOf("connected", "probe"))).toBe(1);
		};
		return { ...cache, counts, connected: () => vi.waitFor(connected, { timeout: 20_000, interval: 10 }) };
	}

	async openConnected(encoder: TestEncoder, options?: ProcessOptions): Promise<TextProcess> {
		const process = this.open(encoder, options);
		await process.connected();
		return process;
	}

	/** Resolves once some process has said that it encodes this. */
	async claimed(text: string): Promise<void> {
		const claim = async () => expect(await this.redis.exists(claimOf(text))).toBe(1);
		await vi.waitFor(claim, { timeout: 20_000, interval: 5 });
	}

	/** What the caches have asked for since `configResetStat`. */
	async commands(): Promise<number> {
		const stats = `${await this.redis.info("commandstats")}`;
		const calls = [...stats.matchAll(/^cmdstat_(?:evalsha|eval):calls=(\d+)/gm)];
		return calls.reduce((sum, [, count]) => sum + Number(count), 0);
	}

	/** As before the first test: processes closed, nothing kept, nothing counted. */
	async clear(): Promise<void> {
		for (const close of this.#closing.splice(0)) close();
		this.log.length = 0;
		await this.redis.flushAll();
		await this.redis.configResetStat();
	}

	async stop(): Promise<void> {
		for (const close of this.#closing.splice(0)) close();
		this.redis.destroy();
		await this.server.stop();
	}
}

function newClient(url: string) {
	const client = createClient({ url, commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } } });
	// Tests kill its server; it connects again.
	return client.on("error", () => {});
}
