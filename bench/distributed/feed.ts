/** Writes many events down and puts them in the queue, as a front does, but many at a time. */
import { pino } from "pino";
import type { ChatEvent } from "../../src/chat/event.ts";
import { openJobSink } from "../../src/jobs/bullmq-sink.ts";
import { openPostgresStore } from "../../src/store/postgres-store.ts";
import { rate } from "../measure.ts";
import type { Shape } from "./shape.ts";

export interface Feed {
	put(events: readonly ChatEvent[]): Promise<void>;
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
	return {
		async put(events) {
			await rate(events.length, CONCURRENCY, async (index) => {
				const event = events[index];
				if (!event) return;
				await store.intake.record(event, new Date());
				await jobs.enqueue(event);
			});
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
