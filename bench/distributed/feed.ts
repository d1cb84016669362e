/** Writes many events down and puts them in the queue, as a front does, but many at a time. */
import { pino } from "pino";
import type { ChannelRef, ChatEvent } from "../../src/chat/event.ts";
import { openJobSink } from "../../src/jobs/bullmq-sink.ts";
import { openPostgresStore } from "../../src/store/postgres-store.ts";
import { rate } from "../measure.ts";
import type { Shape } from "./shape.ts";

export interface Feed {
	put(events: readonly ChatEvent[]): Promise<void>;
	/** Images posted there are tagged from now on. */
	autotag(channel: ChannelRef, labels: readonly string[]): Promise<void>;
	/** Only writes them down. */
	record(events: readonly ChatEvent[]): Promise<void>;
	/** Events without an outcome. */
	waiting(): Promise<number>;
	close(): Promise<void>;
}

/** At once. */
const CONCURRENCY = 64;

export async function openFeed({ databaseUrl, redisUrl }: Pick<Shape, "databaseUrl" | "redisUrl">): Promise<Feed> {
	const log = pino({ level: "warn" }, pino.destination(2));
	const store = await openPostgresStore(databaseUrl, log);
	const jobs = openJobSink({ url: redisUrl, log });
	const each = (events: readonly ChatEvent[], take: (event: ChatEvent) => Promise<void>) =>
		rate(events.length, CONCURRENCY, async (index) => {
			const event = events[index];
			if (event) await take(event);
		});
	const record = async (event: ChatEvent) => void (await store.intake.record(event, new Date()));
	return {
		async put(events) {
			await each(events, async (event) => {
				await record(event);
				await jobs.enqueue(event);
			});
		},
		async autotag(channel, labels) {
			await store.settings.change(channel, () => ({ autotag: "on" }));
			const set = { labels: labels.map((text) => ({ text })), templates: null, mode: "one", threshold: 0.5 } as const;
			await store.labelSets.change(channel, () => set, "bench", new Date());
		},
		async record(events) {
			await each(events, record);
		},
		async waiting() {
			return (await store.intake.owed()).length;
		},
		async close() {
			await jobs.close();
			await store.close();
		},
	};
}
