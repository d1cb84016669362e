/**
 * Writes `count` events down and works on what is owed, a little at a time, saying each step in a line: `accepted KEY` once
 * it is safe, `working KEY`, and `idle` when nothing is owed any more. Arguments: the data folder, count.
 */
import { writeSync } from "node:fs";
import { setImmediate, setTimeout } from "node:timers/promises";
import { createInProcessQueue } from "../../../src/jobs/in-process.ts";
import { openStore } from "../../../src/store/embedded-store.ts";
import { command } from "../events.ts";

const say = (line: string) => writeSync(1, `${line}\n`);
const [folder, count] = process.argv.slice(2);
const now = () => new Date();
const store = await openStore(folder);
const jobs = createInProcessQueue({ intake: store.intake, concurrency: 3, now });
await jobs.start({
	async work(event) {
		say(`working ${event.key}`);
		await setTimeout(5);
	},
});
for (let number = 0; number < Number(count); number++) {
	const event = command(`event-${number}`);
	await store.intake.record(event, now());
	say(`accepted ${event.key}`);
	await jobs.enqueue(event);
	// Events come in by the event loop, which PGlite alone never gives a turn.
	await setImmediate();
}
for (let size = await jobs.size(); size.waiting + size.running > 0; size = await jobs.size()) await setTimeout(5);
say("idle");
await jobs.stop();
await store.close();
