/**
 * Takes what workers do in the embedded chat to the front whose pages are open, through Redis. It is only told what has
 * changed, and reads the rest from the store. While Redis is gone nothing is told, and nothing fails.
 */
import { createClient } from "redis";
import { z } from "zod";
import type { Announcer } from "./announce.ts";

const TOPIC = "tagalong:local-chat";
/** News that a Redis which doesn't answer is owed; what comes then is dropped. */
const MAX_UNSENT = 1000;

const newsSchema = z.union([
	z.object({ changed: z.string() }),
	z.object({ channel: z.string(), working: z.string(), progress: z.string().optional() }),
]);
type News = z.infer<typeof newsSchema>;

/** A worker's end. @param url the Redis of the queue */
export function openRelay(url: string): Announcer & { close(): void } {
	const client = connect(url);
	/** Nobody waits for Redis to take it. */
	const tell = async (news: News) => {
		if (client.isReady) client.publish(TOPIC, JSON.stringify(news)).catch(() => {});
	};
	return {
		message: (id) => tell({ changed: id }),
		working: (channel, message, progress) => tell({ channel, working: message, ...(progress && { progress }) }),
		close: () => client.destroy(),
	};
}

/**
 * The front's end.
 * @param onConnected called once news comes in, and again after each time that none could: something may have been missed
 */
export function followRelay(url: string, announcer: Announcer, onConnected: () => void): { close(): void } {
	const client = connect(url);
	async function pass(text: string): Promise<void> {
		const news = newsSchema.parse(JSON.parse(text));
		if ("changed" in news) await announcer.message(news.changed);
		else await announcer.working(news.channel, news.working, news.progress);
	}
	/** One after the other, as it was told: the answer is shown before the work on it is over. */
	let passing = Promise.resolve();
	client.on("ready", onConnected);
	client
		.subscribe(TOPIC, (text) => {
			// What can't be read from the store now, pages see at their next reload.
			passing = passing.then(() => pass(text)).catch(() => {});
		})
		// Closed before Redis was ever there.
		.catch(() => {});
	return { close: () => client.destroy() };
}

/** Connects, also again, without ever failing. That Redis is gone is said by the queue, which uses the same. */
function connect(url: string) {
	const client = createClient({
		url,
		maintNotifications: "disabled",
		commandsQueueMaxLength: MAX_UNSENT,
		socket: { reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, 2000) },
	});
	client.on("error", () => {});
	client.connect().catch(() => {});
	return client;
}
