/**
 * Writes events down and works on what is owed, a little at a time, saying each step in a line: `accepted KEY` once it is
 * safe, `working KEY`, `given-up KEY`; when nothing is owed any more, each row's outcome and id, and `idle`. The event `deadly`
 * kills the process that works on it. Arguments: the data folder, the events' keys (comma-separated), and the Redis of the
 * queue, or none for the queue in the process.
 */
import { writeSync } from "node:fs";
import { setImmediate, setTimeout } from "node:timers/promises";
import { createBullQueue } from "../../../src/jobs/bullmq-queue.ts";
import { createInProcessQueue } from "../../../src/jobs/in-process.ts";
import type { Jobs } from "../../../src/jobs/jobs.ts";
import { openStore } from "../../../src/store/embedded-store.ts";
import { intake } from "../../../src/store/schema.ts";
import { command } from "../events.ts";

const say = (line: string) => void writeSync(1, `${line}\n`);
const [folder, keys, url] = process.argv.slice(2);
const now = () => new Date();
const log = { info: say, warn: say, error: () => {} };
const timing = { lockMs: 400, stalledEveryMs: 200, sweepEveryMs: 200, overdueAfterMs: 400 };
const store = await openStore(folder);
const shared = { intake: store.intake, now };
const jobs: Jobs = url
	? createBullQueue({ ...shared, url, concurrency: 12, log, timing })
	: createInProcessQueue({ ...shared, concurrency: 3 });
await jobs.start({
	async work(event) {
		say(`working ${event.key}`);
		await setTimeout(5);
		if (event.key === "deadly") process.kill(process.pid, "SIGKILL");
	},
	abandon: async (event) => say(`given-up ${event.key}`),
});
for (const key of keys ? keys.split(",") : []) {
	const event = command(key);
	await store.intake.record(event, now());
	say(`accepted ${event.key}`);
	await jobs.enqueue(event);
	// Events come in by the event loop, which PGlite alone never gives a turn.
	await setImmediate();
}
while ((await store.intake.owed()).length > 0) await setTimeout(20);
for (const { outcome, id } of await store.db.select().from(intake)) say(`${outcome} ${id}`);
say("idle");
await jobs.stop();
await store.close();
