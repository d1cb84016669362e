/** What `doctor` finds out about the Redis of the queue and that of the text-embedding cache. */
import { createClient } from "redis";
import { redisErrors } from "../errors.ts";

/** For connecting, and for each answer. */
const PATIENCE_MS = 3000;

/**
 * @returns in words, that the queue can rely on it
 * @throws UserError `redis.unreachable`, `redis.evicts`
 */
export async function queueRedisWorks(url: string): Promise<string> {
	const { server, policy } = await ask(url);
	if (policy !== "noeviction") throw redisErrors.evicts(server, policy);
	return `Redis at ${server} answers, and forgets no job.`;
}

/**
 * @returns in words, that it answers, and what would serve the cache better
 * @throws UserError `redis.unreachable`
 */
export async function cacheRedisWorks(url: string): Promise<string> {
	const { server, policy, limited } = await ask(url);
	const advice =
		limited && policy === "noeviction" ? " Once it is full it takes nothing new: allkeys-lru suits it better." : "";
	return `Redis at ${server} answers.${advice}`;
}

async function ask(url: string): Promise<{ server: string; policy: string; limited: boolean }> {
	const { host } = new URL(url);
	const socket = { reconnectStrategy: false, connectTimeout: PATIENCE_MS, socketTimeout: PATIENCE_MS } as const;
	const client = createClient({ url, socket, maintNotifications: "disabled" });
	// The same error rejects `connect`.
	client.on("error", () => {});
	try {
		await client.connect();
		const memory = await client.info("memory");
		const field = (name: string) => new RegExp(`^${name}:(\\S+)`, "m").exec(memory)?.[1];
		return { server: host, policy: field("maxmemory_policy") ?? "noeviction", limited: field("maxmemory") !== "0" };
	} catch (cause) {
		throw redisErrors.unreachable(host, cause);
	} finally {
		client.destroy();
	}
}
