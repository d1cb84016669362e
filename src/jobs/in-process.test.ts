import { setTimeout } from "node:timers/promises";
import { eq } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { channel, command, imagesPosted } from "../../test/support/events.ts";
import { type ChatEvent, jobId } from "../chat/event.ts";
import { UserError } from "../errors.ts";
import { openStore } from "../store/embedded-store.ts";
import { intake } from "../store/schema.ts";
import type { Store } from "../store/store.ts";
import { createInProcessQueue, type InProcessOptions, type InProcessQueue } from "./in-process.ts";
import { type Attempt, MAX_ATTEMPTS } from "./jobs.ts";

let store: Store;
let clock: Date;
const now = () => clock;
const queues: InProcessQueue[] = [];

beforeAll(async () => {
	store = await openStore(undefined);
});
afterAll(() => store.close());
beforeEach(() => {
	clock = new Date("2026-01-02T12:00:00Z");
});
afterEach(async () => {
	await Promise.all(queues.splice(0).map((queue) => queue.stop()));
	await store.db.delete(intake);
});

/** A queue as after a start of the program; retries come at once. */
function newQueue(options: Partial<InProcessOptions> = {}): InProcessQueue {
	const queue = createInProcessQueue({ intake: store.intake, concurrency: 1, now, retry: { base: 0 }, ...options });
	queues.push(queue);
	return queue;
}

async function accept(queue: InProcessQueue, ...events: ChatEvent[]) {
	for (const event of events) {
		await store.intake.record(event, clock);
		await queue.enqueue(event);
	}
}

async function rowOf(event: ChatEvent) {
	const [row] = await store.db
		.select()
		.from(intake)
		.where(eq(intake.id, jobId(event)));
	return row;
}

const idle = (queue: InProcessQueue) =>
	vi.waitFor(async () => expect(await queue.size()).toEqual({ waiting: 0, running: 0 }), { timeout: 20_000 });

/** Work that ends when it is told to. */
function gate() {
	let open = () => {};
	const opened = new Promise<void>((resolve) => {
		open = resolve;
	});
	return { open, opened };
}

test("an event is worked on once, and its outcome written down", async () => {
	const queue = newQueue();
	const done: [string, Attempt][] = [];
	await queue.start({ work: async (event, attempt) => void done.push([event.key, attempt]) });
	await accept(queue, command("1"));
	await idle(queue);
	expect(done).toEqual([["1", { attempt: 1, last: false }]]);
	expect(await rowOf(command("1"))).toMatchObject({ outcome: "done", settledAt: clock, attempts: 1, event: null });
});

test("what an earlier process left is taken up at the start, oldest first", async () => {
	for (const key of ["a", "b", "c"]) {
		await store.intake.record(command(key), clock);
		clock = new Date(clock.getTime() + 1000);
	}
	await store.intake.settle(jobId(command("b")), "done", clock);
	const queue = newQueue();
	const done: string[] = [];
	await queue.start({ work: async (event) => void done.push(event.key) });
	await idle(queue);
	expect(done).toEqual(["a", "c"]);
});

test("an event put in twice while it waits or runs is worked on once", async () => {
	const queue = newQueue();
	const { open, opened } = gate();
	const done: string[] = [];
	await accept(queue, command("1"));
	await queue.enqueue(command("1"));
	await queue.start({
		work: async (event) => {
			done.push(event.key);
			await opened;
		},
	});
	await vi.waitFor(() => expect(done).toEqual(["1"]));
	await queue.enqueue(command("1"));
	expect(await queue.size()).toEqual({ waiting: 0, running: 1 });
	open();
	await idle(queue);
	expect(done).toEqual(["1"]);
});

test("commands are taken before images that were posted earlier", async () => {
	const queue = newQueue();
	const done: string[] = [];
	await accept(queue, imagesPosted("image 1"), imagesPosted("image 2"), command("command 1"), command("command 2"));
	await queue.start({ work: async (event) => void done.push(event.key) });
	await idle(queue);
	expect(done).toEqual(["command 1", "command 2", "image 1", "image 2"]);
});

test("no more are worked on at once than allowed", async () => {
	const queue = newQueue({ concurrency: 3 });
	const { open, opened } = gate();
	await queue.start({ work: () => opened });
	await accept(queue, ...["1", "2", "3", "4", "5"].map((key) => command(key)));
	expect(await queue.size()).toEqual({ waiting: 2, running: 3 });
	open();
	await idle(queue);
});

test("a failure that may heal is tried again until it does", async () => {
	const queue = newQueue();
	const attempts: Attempt[] = [];
	await queue.start({
		work: async (_event, attempt) => {
			attempts.push(attempt);
			if (attempt.attempt < 3) throw new Error("not yet");
		},
	});
	await accept(queue, command("1"));
	await idle(queue);
	expect(attempts.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
	expect(await rowOf(command("1"))).toMatchObject({ outcome: "done", attempts: 3 });
});

test("a failure that doesn't heal is tried often, and the last attempt knows that it is", async () => {
	const error = vi.fn();
	const queue = newQueue({ log: { error, warn: () => {} } });
	const attempts: Attempt[] = [];
	const abandon = vi.fn();
	await queue.start({
		work: async (_event, attempt) => {
			attempts.push(attempt);
			throw new Error("never");
		},
		abandon,
	});
	await accept(queue, command("1"));
	await idle(queue);
	const numbers = Array.from({ length: MAX_ATTEMPTS }, (_, index) => index + 1);
	expect(attempts).toEqual(numbers.map((attempt) => ({ attempt, last: attempt === MAX_ATTEMPTS })));
	expect(await rowOf(command("1"))).toMatchObject({ outcome: "failed", attempts: MAX_ATTEMPTS });
	expect(error).toHaveBeenCalledOnce();
	expect(abandon).not.toHaveBeenCalled();
});

test("a refusal with words for the person is not tried again", async () => {
	const queue = newQueue();
	let attempts = 0;
	await queue.start({
		work: async () => {
			attempts++;
			throw new UserError("labels.none", "No labels were given.");
		},
	});
	await accept(queue, command("1"));
	await idle(queue);
	expect(attempts).toBe(1);
	expect(await rowOf(command("1"))).toMatchObject({ outcome: "refused" });
});

test("an event that ended its process twice while it was alone is given up without a third time", async () => {
	const id = jobId(command("deadly"));
	await store.intake.record(command("deadly"), clock);
	await store.intake.begin(id);
	for (let death = 1; death <= 2; death++) await store.intake.beginAlone(id);
	const queue = newQueue();
	const done: string[] = [];
	const abandoned: ChatEvent[] = [];
	await queue.start({
		work: async (event) => void done.push(event.key),
		abandon: async (event) => void abandoned.push(event),
	});
	await accept(queue, command("fine"));
	await idle(queue);
	expect(done).toEqual(["fine"]);
	expect(abandoned).toEqual([command("deadly")]);
	expect(await rowOf(command("deadly"))).toMatchObject({ outcome: "failed" });
});

test("nobody is told again what has ended its process twice by being told", async () => {
	const id = jobId(command("deadly"));
	await store.intake.record(command("deadly"), clock);
	await store.intake.begin(id);
	for (let death = 1; death <= 4; death++) await store.intake.beginAlone(id);
	const queue = newQueue();
	const abandon = vi.fn();
	await queue.start({ work: () => Promise.reject(new Error("not expected")), abandon });
	await idle(queue);
	expect(abandon).not.toHaveBeenCalled();
	expect(await rowOf(command("deadly"))).toMatchObject({ outcome: "failed" });
});

test("what was under way when its process ended is tried with nothing else under way, and under the same number", async () => {
	const interrupted = ["a", "b"].map((key) => command(key));
	const others = Array.from({ length: 9 }, (_, index) => command(`${index}`));
	for (const event of [...interrupted, ...others]) await store.intake.record(event, clock);
	for (const event of interrupted) await store.intake.begin(jobId(event));
	const queue = newQueue({ concurrency: 3 });
	const underway = new Set<string>();
	const company = new Map<string, string[]>();
	await queue.start({
		async work({ key }, { attempt }) {
			expect(attempt).toBe(1);
			underway.add(key);
			for (const each of underway) company.set(each, [...new Set([...(company.get(each) ?? []), ...underway])]);
			await setTimeout(5);
			underway.delete(key);
		},
	});
	await idle(queue);
	expect(company.get("a")).toEqual(["a"]);
	expect(company.get("b")).toEqual(["b"]);
	// The others are tried side by side.
	expect(Math.max(...[...company.values()].map(({ length }) => length))).toBeGreaterThan(1);
	for (const event of [...interrupted, ...others]) {
		expect(await rowOf(event)).toMatchObject({ outcome: "done", attempts: 1, underway: false });
	}
});

test("an interrupted event is given up no sooner for what others did to their processes, and says how it ended", async () => {
	const id = jobId(command("innocent"));
	await store.intake.record(command("innocent"), clock);
	for (let death = 1; death <= 9; death++) await store.intake.begin(id);
	await store.intake.beginAlone(id);
	const queue = newQueue();
	const attempts: Attempt[] = [];
	await queue.start({
		async work(_event, attempt) {
			attempts.push(attempt);
			expect(await rowOf(command("innocent"))).toMatchObject({ alone: attempts.length === 1 ? 2 : 0 });
			if (attempts.length === 1) throw new Error("not yet");
		},
	});
	await idle(queue);
	expect(attempts).toEqual([
		{ attempt: 1, last: false },
		{ attempt: 2, last: false },
	]);
	expect(await rowOf(command("innocent"))).toMatchObject({ outcome: "done" });
});

test("a workspace's flood holds up another's first image by no more than what runs", async () => {
	const queue = newQueue();
	const done: string[] = [];
	const flood = Array.from({ length: 12 }, (_, index) => imagesPosted(`flood ${index}`, { workspace: "loud" }));
	await accept(queue, ...flood, imagesPosted("quiet 1"), imagesPosted("quiet 2"));
	await queue.start({ work: async (event) => void done.push(event.key) });
	await idle(queue);
	expect(done.slice(0, 4)).toEqual(["flood 0", "quiet 1", "flood 1", "quiet 2"]);
	expect(done).toHaveLength(14);
});

test("how long an event waited for its first attempt is told once", async () => {
	const taken: [string, number][] = [];
	const queue = newQueue({ onTaken: (kind, waitedMs) => void taken.push([kind, waitedMs]) });
	await accept(queue, imagesPosted("1"));
	clock = new Date(clock.getTime() + 4_000);
	await queue.start({
		work: async (_event, { attempt }) => {
			if (attempt === 1) throw new Error("not yet");
		},
	});
	await idle(queue);
	expect(taken).toEqual([["images-posted", 4_000]]);
});

test("a paused queue takes on nothing, from before its start until it is resumed", async () => {
	const queue = newQueue();
	const done: string[] = [];
	await queue.pause();
	await queue.start({ work: async (event) => void done.push(event.key) });
	await accept(queue, command("1"));
	await setTimeout(20);
	expect(done).toEqual([]);
	await queue.resume();
	await idle(queue);
	expect(done).toEqual(["1"]);
});

test("an attempt is counted before its work begins", async () => {
	const queue = newQueue();
	let counted: number | undefined;
	await queue.start({
		work: async (event) => {
			counted = (await rowOf(event))?.attempts;
		},
	});
	await accept(queue, command("1"));
	await idle(queue);
	expect(counted).toBe(1);
});

test("the work learns that its message was deleted meanwhile", async () => {
	const queue = newQueue();
	const deleted: string[] = [];
	await queue.start({
		work: async (event) => store.forget.message(channel, event.key),
		deleted: async (event) => void deleted.push(event.key),
	});
	await accept(queue, imagesPosted("gone"));
	await idle(queue);
	expect(deleted).toEqual(["gone"]);
});

test("an event that someone else has settled was not deleted", async () => {
	const queue = newQueue();
	const deleted: string[] = [];
	await queue.start({
		work: async (event) => void (await store.intake.settle(jobId(event), "done", clock)),
		deleted: async (event) => void deleted.push(event.key),
	});
	await accept(queue, imagesPosted("settled"));
	await idle(queue);
	expect(await rowOf(imagesPosted("settled"))).toMatchObject({ outcome: "done" });
	expect(deleted).toEqual([]);
});

test("the work learns of it too when the attempt that was under way fails", async () => {
	const queue = newQueue();
	const deleted: string[] = [];
	await queue.start({
		async work(event) {
			await store.forget.message(channel, event.key);
			throw new Error("the platform is down");
		},
		deleted: async (event) => void deleted.push(event.key),
	});
	await accept(queue, imagesPosted("gone"));
	await idle(queue);
	expect(deleted).toEqual(["gone"]);
});

test("an event whose message was deleted while it waited isn't worked on", async () => {
	const queue = newQueue();
	const done: string[] = [];
	await accept(queue, imagesPosted("gone"), imagesPosted("kept"));
	await store.forget.message(channel, "gone");
	clock = new Date(clock.getTime() + 5_000);
	await queue.start({ work: async (event) => void done.push(event.key) });
	await idle(queue);
	expect(done).toEqual(["kept"]);
});

test("the sweep takes up what was forgotten for a minute, not what is younger, nor what is here", async () => {
	const queue = newQueue();
	const { open, opened } = gate();
	const done: string[] = [];
	await queue.start({
		work: async (event) => {
			done.push(event.key);
			await opened;
		},
	});
	await accept(queue, command("running"), command("waiting"));
	await store.intake.record(command("forgotten"), clock);
	clock = new Date(clock.getTime() + 30_000);
	await store.intake.record(command("young"), clock);
	clock = new Date(clock.getTime() + 30_000);

	await queue.sweep();
	expect(await queue.size()).toEqual({ waiting: 2, running: 1 });
	expect(await rowOf(command("forgotten"))).toMatchObject({ enqueuedAt: clock });
	await queue.sweep();
	expect(await queue.size()).toEqual({ waiting: 2, running: 1 });

	open();
	await idle(queue);
	expect(done).toEqual(["running", "waiting", "forgotten"]);
	expect(await rowOf(command("young"))).toMatchObject({ outcome: null });
});

test("the sweep comes by itself every 30 seconds, until the queue is stopped", async () => {
	vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
	try {
		const queue = newQueue();
		const done: string[] = [];
		await queue.start({ work: async (event) => void done.push(event.key) });
		await store.intake.record(command("forgotten"), new Date(clock.getTime() - 60_000));
		vi.advanceTimersByTime(30_000);
		await vi.waitFor(() => expect(done).toEqual(["forgotten"]));
		await queue.stop();
		expect(vi.getTimerCount()).toBe(0);
	} finally {
		vi.useRealTimers();
	}
});

test("stopping lets what runs finish and leaves what waits to the next start", async () => {
	const queue = newQueue();
	const { open, opened } = gate();
	const done: string[] = [];
	await queue.start({
		work: async (event) => {
			await opened;
			done.push(event.key);
		},
	});
	await accept(queue, command("running"), command("waiting"));
	await vi.waitFor(async () => expect(await queue.size()).toEqual({ waiting: 1, running: 1 }));
	let hasStopped = false;
	const stopping = queue.stop().then(() => {
		hasStopped = true;
	});
	await accept(queue, command("late"));
	expect(hasStopped).toBe(false);
	open();
	await stopping;
	expect(done).toEqual(["running"]);
	expect(await rowOf(command("running"))).toMatchObject({ outcome: "done" });

	const next = newQueue();
	await next.start({ work: async (event) => void done.push(event.key) });
	await idle(next);
	expect(done).toEqual(["running", "late", "waiting"]);
});

test("stopping doesn't wait for the pause before a next attempt", async () => {
	const queue = newQueue({ retry: { base: 3_600_000 } });
	await queue.start({ work: () => Promise.reject(new Error("not yet")) });
	await accept(queue, command("1"));
	await vi.waitFor(async () => expect(await queue.size()).toEqual({ waiting: 1, running: 0 }));
	await queue.stop();
	expect(await queue.size()).toEqual({ waiting: 0, running: 0 });
	expect(await rowOf(command("1"))).toMatchObject({ outcome: null, attempts: 1 });
});

test("while the store is out of order the queue waits for it: nothing is lost, and nothing done again", async () => {
	const warn = vi.fn();
	let tries = 0;
	const sometimes =
		<Given extends unknown[], T>(ask: (...given: Given) => Promise<T>) =>
		async (...given: Given) => {
			if (tries++ % 3 < 2) throw new Error("no store");
			return ask(...given);
		};
	const broken = {
		...store.intake,
		begin: sometimes(store.intake.begin),
		settle: sometimes(store.intake.settle),
		ended: sometimes(store.intake.ended),
	};
	const queue = newQueue({ intake: broken, log: { error: () => {}, warn } });
	const done: Attempt[] = [];
	await queue.start({
		work: async (_event, attempt) => {
			done.push(attempt);
			if (attempt.attempt === 1) throw new Error("not yet");
		},
	});
	await accept(queue, command("1"));
	await idle(queue);
	expect(done.map(({ attempt }) => attempt)).toEqual([1, 2]);
	expect(await rowOf(command("1"))).toMatchObject({ outcome: "done", attempts: 2 });
	// Each outage is told once, beside the failed attempt.
	expect(warn).toHaveBeenCalledTimes(5);
});

test("stopping doesn't wait for a store that is out of order: what ended is taken up by the next process", async () => {
	const settle = () => Promise.reject(new Error("no store"));
	const error = vi.fn();
	const warn = vi.fn();
	const queue = newQueue({ intake: { ...store.intake, settle }, log: { error, warn } });
	await queue.start({ work: async () => {} });
	await accept(queue, command("1"));
	await vi.waitFor(() => expect(warn).toHaveBeenCalledOnce());
	await queue.stop();
	expect(error).toHaveBeenCalledOnce();
	expect(await rowOf(command("1"))).toMatchObject({ outcome: null, underway: true });

	const next = newQueue();
	const done: string[] = [];
	await next.start({ work: async (event) => void done.push(event.key) });
	await idle(next);
	expect(done).toEqual(["1"]);
});

test("a long backlog leaves the process room for everything else", async () => {
	const queue = newQueue();
	await accept(queue, ...Array.from({ length: 50 }, (_, number) => command(String(number))));
	let done = 0;
	let doneAtTimer: number | undefined;
	await queue.start({ work: async () => void done++ });
	void setTimeout(1).then(() => {
		doneAtTimer = done;
	});
	await vi.waitFor(() => expect(done).toBe(50), { timeout: 20_000 });
	expect(doneAtTimer).toBeLessThan(50);
});
