/**
 * Connections to the Redis of the queue. They connect again by themselves; the log says once when Redis is gone, and when it
 * is back.
 */
import { createNodeRedisClient, type IRedisClient, RedisConnection } from "bullmq";
import type { Logger } from "pino";
import {
	ClientClosedError,
	ClientOfflineError,
	ConnectionTimeoutError,
	createClient,
	DisconnectsClientError,
	SocketClosedUnexpectedlyError,
	SocketTimeoutError,
} from "redis";
import { type RedisOptions, redisErrorInWords, redisOptions } from "../redis-options.ts";
import { within } from "../within.ts";

/** Before the keys of the queue: the text-embedding cache may share its Redis. */
export const PREFIX = "tagalong";

/**
 * What BullMQ takes Redis for where it is told not to ask (`skipVersionCheck`): if that question fails while Redis goes away,
 * it is never asked again, and the queue never works.
 */
RedisConnection.minimumVersion = "6.0.0";

export type RedisClient = ReturnType<typeof newClient>;

export interface QueueConnection {
	raw: RedisClient;
	/** The same connection, as BullMQ takes it. */
	client: IRedisClient;
	close(): void;
}

/**
 * For taking jobs: what is asked while Redis is gone waits until it is back.
 * Pings keep a connection at rest, or one that waits for jobs for up to 10 s, from looking like one that hangs.
 */
export function openPatientConnection(url: string): QueueConnection {
	const raw = newClient(url, { pingMs: 10_000, silenceMs: 30_000, waits: true });
	const client = adapt(raw);
	/** BullMQ makes one more for each lane, to wait for jobs on; closed while Redis is gone, it would go on trying. */
	const more: IRedisClient[] = [];
	const duplicate = client.duplicate.bind(client);
	client.duplicate = (...given) => {
		const made = duplicate(...given);
		made.on("error", () => {});
		more.push(made);
		return made;
	};
	return {
		raw,
		client,
		close() {
			for (const each of [client, ...more]) each.disconnect();
		},
	};
}

export interface PromptConnection extends QueueConnection {
	/**
	 * @returns what Redis answers
	 * @throws Error if it is gone, or hasn't answered after so many milliseconds; the log says so, and when it is back
	 */
	ask<T>(command: () => Promise<T>, patienceMs: number): Promise<T>;
}

/** For putting jobs in: nobody may have to wait for a Redis that is gone. */
export function openPromptConnection(url: string, log: Pick<Logger, "info" | "warn">): PromptConnection {
	const server = `The job queue (Redis at ${new URL(url).host})`;
	const raw = newClient(url);
	let gone = false;
	let closed = false;

	function isGone(why: string): void {
		if (!gone && !closed) log.warn(`${server} is gone (${why}). Until it is back, events wait in the store.`);
		gone = true;
	}

	function isBack(): void {
		if (gone && !closed) log.info(`${server} is back.`);
		gone = false;
	}

	raw.on("error", (error) => isGone(redisErrorInWords(error)));
	raw.on("ready", isBack);
	const client = adapt(raw);

	/** A process that has just started may be a moment ahead of its connection. */
	const tried = new Promise<void>((resolve) => {
		raw.once("ready", resolve);
		raw.once("error", () => resolve());
	});

	async function answerOf<T>(command: () => Promise<T>): Promise<T> {
		await tried;
		const answer = await command();
		isBack();
		return answer;
	}

	return {
		raw,
		client,
		async ask(command, patienceMs) {
			try {
				return await within(patienceMs, answerOf(command), `no answer within ${patienceMs} ms`);
			} catch (error) {
				isGone(redisErrorInWords(error));
				throw new Error(`${server} doesn't answer (${redisErrorInWords(error)}).`, { cause: error });
			}
		},
		close() {
			closed = true;
			client.disconnect();
		},
	};
}

/** BullMQ stops listening to a connection that it has closed; an error after that is no news. */
function adapt(raw: RedisClient): IRedisClient {
	// BullMQ describes the methods of node-redis that it calls with looser types of its own.
	const client = createNodeRedisClient(raw as unknown as Parameters<typeof createNodeRedisClient>[0]);
	client.on("error", () => {});
	return client;
}

const ofConnection = [
	ClientClosedError,
	ClientOfflineError,
	ConnectionTimeoutError,
	DisconnectsClientError,
	SocketClosedUnexpectedlyError,
	SocketTimeoutError,
];

/** Whether an error only says that Redis is gone, or is being left. */
export function isOfConnection(error: Error): boolean {
	return "syscall" in error || ofConnection.some((each) => error instanceof each);
}

function newClient(url: string, options?: RedisOptions) {
	return createClient(redisOptions(url, options));
}
