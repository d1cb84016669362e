/**
 * The connection to the Redis of the cache, for which nobody may have to wait: a command is answered at once or not at all.
 * It connects again by itself, and the log says when Redis is gone and when it is back.
 */
import type { Logger } from "pino";
import { createClient, DisconnectsClientError, RESP_TYPES } from "redis";
import { redisErrorInWords, redisOptions } from "../redis-options.ts";
import { scripts } from "./claim-scripts.ts";

export interface CacheConnectionOptions {
	/** `redis://` or `rediss://`, as in REDIS_CACHE_URL. */
	url: string;
	log: Pick<Logger, "info" | "warn">;
	/** How long a command may take; a Redis nearby needs a few milliseconds. Default: 250. */
	answerMs?: number;
	/** How long a Redis that was late is left alone. Default: 3,000. */
	restMs?: number;
}

export type CacheClient = ReturnType<typeof newClient>;

export interface CacheConnection {
	/** @returns what Redis answers; nothing where it is gone, late or refuses. Never rejects. */
	ask<T>(command: (client: CacheClient) => Promise<T>): Promise<T | undefined>;
	/** Whoever still waits gets no answer. */
	close(): void;
}

const ANSWER_MS = 250;
const REST_MS = 3000;

/** Starts to connect and returns at once: nothing is answered until it has. */
export function openCacheConnection(options: CacheConnectionOptions): CacheConnection {
	const { url, log, answerMs = ANSWER_MS, restMs = REST_MS } = options;
	const server = `The text-embedding cache (Redis at ${new URL(url).host})`;
	let resting: NodeJS.Timeout | undefined;
	let gone = false;
	let closed = false;

	function isGone(why: string): void {
		if (!gone && !closed) log.warn(`${server} is gone (${why}). Until it is back, label prompts are encoded here.`);
		gone = true;
	}

	function isBack(): void {
		if (gone) log.info(`${server} is back.`);
		gone = false;
	}

	function connect(): CacheClient {
		const opened = newClient(url);
		opened.on("error", (error) => isGone(redisErrorInWords(error)));
		opened.on("ready", isBack);
		// It tries until it is destroyed; each failure was an "error" above.
		opened.connect().catch(() => {});
		return opened;
	}
	let client = connect();

	/** What is late would hold up all that follows on its connection, which therefore ends here; a new one is made later. */
	function rest(late: CacheClient): void {
		if (client !== late || resting || closed) return;
		isGone(`no answer within ${answerMs} ms`);
		late.destroy();
		resting = setTimeout(() => {
			resting = undefined;
			client = connect();
		}, restMs);
	}

	return {
		async ask(command) {
			const asked = client;
			if (!asked.isReady) return undefined;
			let waiting = true;
			// What has arrived while this thread was busy is read first, and so is not late.
			const late = () => setImmediate(() => waiting && rest(asked));
			const timer = setTimeout(late, answerMs);
			try {
				const answer = await command(asked);
				isBack();
				return answer;
			} catch (error) {
				// `rest` and `close` reject what still waits.
				if (!(error instanceof DisconnectsClientError)) isGone(redisErrorInWords(error));
				return undefined;
			} finally {
				waiting = false;
				clearTimeout(timer);
			}
		},
		close() {
			closed = true;
			clearTimeout(resting);
			client.destroy();
		},
	};
}

function newClient(url: string) {
	return createClient({
		...redisOptions(url),
		scripts,
		commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
	});
}
