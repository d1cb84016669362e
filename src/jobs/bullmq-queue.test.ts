import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { eq } from "drizzle-orm";
import { createClient } from "redis";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { findOrInstallRedis, startRedis, type TestRedis } from "../../infra/servers/redis.ts";
import { command, imagesPosted, messageDeleted } from "../../test/support/events.ts";
import { type ChatEvent, jobId } from "../chat/event.ts";
import { UserError } from "../errors.ts";
import { openStore } from "../store/embedded-store.ts";
import { intake } from "../store/schema.ts";
import type { Store } from "../store/store.ts";
import { type BullJobs, type BullQueueOptions, createBullQueue } from "./bullmq-queue.ts";
import { type Attempt, MAX_ATTEMPTS } from "./jobs.ts";

const executable = await findOrInstallRedis();

describe.skipIf(!executable)("the queue in Redis", () => {
	let redis: TestRedis;
	let asking: ReturnType<typeof createClient>;
	let store: Store;
	const queues: BullJobs[] = [];
	const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
	const now = () => new Date();

	beforeAll(async () => {
		store = await openStore(undefined);
		redis = await startRedis(executable ?? "");
		asking = createClient({ url: redis.url });
		asking.on("error", () => {});
		await asking.connect();
	});
	afterAll(async () => {
		asking.destroy();
		await redis.stop();
		await store.close();
	});
	afterEach(async () => {
		await Promise.all(queues.splice(0).map((queue) => queue.stop()));
		await asking.flushAll();
		await store.db.delete(intake);
		vi.clearAllMocks();
	});

	/** A worker process as far as Redis can tell; one job at a time in each lane, sweeps only when told to. */
	function newQueue(options: Partial<BullQueueOptions> = {}): BullJobs {
		const timing = { lockMs: 500, stalledEveryMs: 100, overdueAfterMs: 0, ...options.timing };
		const fixed = { url: redis.url, intake: store.intake, concurrency: 2, now, log, retry: { base: 1 } };
		const queue = createBullQueue({ ...fixed, ...options, timing });
		queues.push(queue);
		return queue;
	}

	async function accept(queue: BullJobs, ...events: ChatEvent[]) {
		for (const event of events) {
			await store.intake.record(event, now());
			await queue.enqueue(event);
		}
	}

	const patient = { timeout: 20_000, interval: 20 };
	const settled = () => vi.waitFor(async () => expect(await store.intake.owed()).toEqual([]), patient);
	const idle = (queue: BullJobs) =>
		vi.waitFor(async () => expect(await queue.size()).toEqual({ waiting: 0, running: 0 }), patient);
	const rowOf = async (event: ChatEvent) =>
		(
			await store.db
				.select()
				.from(intake)
				.where(eq(intake.id, jobId(event)))
		)[0];

	/** Starts a queue whose work notes the keys of what it does, in order. */
	async function startNoting(queue: BullJobs, done: string[] = []) {
		await queue.start({ work: async (event) => void done.push(event.key) });
		return done;
	}

	/** Work that ends when it is told to. */
	function gate() {
		let open = () => {};
		const opened = new Promise<void>((resolve) => {
			open = resolve;
		});
		return { open, opened };
	}

	test("an event is worked on once, however often it is put in, and its outcome written down", async () => {
		const queue = newQueue();
		const done: Attempt[] = [];
		await accept(queue, command("1"), command("1"));
		await queue.start({ work: async (_event, attempt) => void done.push(attempt) });
		await settled();
		await idle(queue);
		await queue.enqueue(command("1"));
		await accept(queue, command("2"));
		await settled();
		await idle(queue);
		expect(done).toEqual([
			{ attempt: 1, last: false },
			{ attempt: 1, last: false },
		]);
		expect(await rowOf(command("1"))).toMatchObject({ outcome: "done", attempts: 1, event: null });
	});

	test("of what was said, nothing gets into Redis, and its keys are apart from others", async () => {
		const queue = newQueue();
		const event = command("1", { options: { labels: "a secret" }, trace: "0123456789abcdef" });
		await accept(queue, event);
		await queue.start({
			work: async (_event, { attempt }) => {
				if (attempt === 1) throw new Error("no answer to: a secret");
			},
		});
		await settled();
		await idle(queue);
		const keys = await asking.keys("*");
		expect(keys).toContain(`tagalong:asked:${jobId(event)}`);
		expect(keys.filter((key) => !key.startsWith("tagalong:"))).toEqual([]);
		const job = await asking.hGetAll(`tagalong:asked:${jobId(event)}`);
		expect(job).toMatchObject({ data: '{"workspace":"local/home","trace":"0123456789abcdef"}', atm: "2" });
		const events = await asking.xRange("tagalong:asked:events", "-", "+");
		expect(JSON.stringify([job, events])).not.toContain("secret");
	});

	test("a workspace's flood holds up another's first image by no more than what runs", async () => {
		const queue = newQueue();
		const flood = Array.from({ length: 15 }, (_, index) => imagesPosted(`flood ${index}`, { workspace: "loud" }));
		await accept(queue, ...flood, imagesPosted("quiet 1"), imagesPosted("quiet 2"));
		const done = await startNoting(queue);
		await settled();
		expect(done.slice(0, 4)).toEqual(["flood 0", "quiet 1", "flood 1", "quiet 2"]);
		expect(done).toHaveLength(17);
		await idle(queue);
		// What is done counts no more.
		await queue.pause();
		await accept(queue, imagesPosted("loud again", { workspace: "loud" }), imagesPosted("quiet 3"));
		done.length = 0;
		await queue.resume();
		await settled();
		expect(done).toEqual(["loud again", "quiet 3"]);
	});

	test("what a workspace has outstanding is put right by the sweep", async () => {
		const queue = newQueue({ timing: { overdueAfterMs: 3_600_000 } });
		await asking.hSet("tagalong:outstanding:posted", { "local/home": 500, "local/gone": 3 });
		await accept(queue, imagesPosted("1"));
		expect(await asking.zScore("tagalong:posted:prioritized", jobId(imagesPosted("1")))).toBeGreaterThan(500 * 2 ** 32);
		await accept(queue, command("2"), imagesPosted("3", { workspace: "elsewhere" }));
		await queue.sweep();
		expect(await asking.hGetAll("tagalong:outstanding:posted")).toEqual({ "local/home": "1", "local/elsewhere": "1" });
		expect(await asking.hGetAll("tagalong:outstanding:asked")).toEqual({ "local/home": "1" });
	});

	test("commands wait for no slot that images have, and images come before a channel's history", async () => {
		const queue = newQueue();
		const { open, opened } = gate();
		const done: string[] = [];
		const { key: _, attachments: __, ...posted } = imagesPosted("x");
		const refresh: ChatEvent = { ...posted, kind: "refresh", key: "refresh" };
		const request = { key: "1", message: "1" };
		const backfill: ChatEvent = { ...posted, kind: "backfill", key: "backfill", request, seen: 0, tagged: 0, total: 1 };
		await queue.start({
			async work(event) {
				if (event.key === "blocking") await opened;
				done.push(event.key);
			},
		});
		await accept(queue, imagesPosted("blocking"), refresh, backfill, imagesPosted("image"));
		await accept(queue, command("command"), messageDeleted("m"));
		await vi.waitFor(() => expect(done).toEqual(["command", "m-deleted"]), patient);
		open();
		await settled();
		expect(done.slice(2)).toEqual(["blocking", "image", "backfill", "refresh"]);
	});

	test("a failure that may heal is tried again until it does, a refusal never", async () => {
		const queue = newQueue();
		const attempts: string[] = [];
		await queue.start({
			async work({ key }, { attempt, last }) {
				attempts.push(`${key} ${attempt}${last ? " last" : ""}`);
				if (key === "refused") throw new UserError("labels.none", "No labels were given.");
				if (key === "hopeless" || attempt < 3) throw new Error("not yet");
			},
		});
		await accept(queue, command("refused"), command("heals"), command("hopeless"));
		await settled();
		const of = (key: string) => attempts.filter((each) => each.startsWith(key));
		expect(of("refused")).toEqual(["refused 1"]);
		expect(of("heals")).toEqual(["heals 1", "heals 2", "heals 3"]);
		const numbers = Array.from({ length: MAX_ATTEMPTS }, (_, index) => index + 1);
		expect(of("hopeless")).toEqual(numbers.map((each) => `hopeless ${each}${each === MAX_ATTEMPTS ? " last" : ""}`));
		expect(await rowOf(command("refused"))).toMatchObject({ outcome: "refused" });
		expect(await rowOf(command("hopeless"))).toMatchObject({ outcome: "failed", attempts: MAX_ATTEMPTS });
	});

	test("the pause before the next attempt is the one of all queues, with its chance", async () => {
		const random = vi.fn(() => 0.5);
		const queue = newQueue({ retry: { base: 3_600_000, random } });
		await queue.start({ work: () => Promise.reject(new Error("not yet")) });
		await accept(queue, command("1"));
		const delay = () => asking.hGet(`tagalong:asked:${jobId(command("1"))}`, "delay");
		await vi.waitFor(async () => expect(await delay()).toBe("2700000"), patient);
		expect(await queue.size()).toEqual({ waiting: 1, running: 0 });
		expect(random).toHaveBeenCalledOnce();
	});

	test("stopping lets what runs finish and leaves what waits to another process", async () => {
		const queue = newQueue();
		const { open, opened } = gate();
		const done: string[] = [];
		await queue.start({
			async work(event) {
				await opened;
				done.push(event.key);
			},
		});
		await accept(queue, command("running"), imagesPosted("image"), imagesPosted("waiting"));
		await vi.waitFor(async () => expect(await queue.size()).toEqual({ waiting: 1, running: 2 }), patient);
		const stopping = queue.stop();
		const next = newQueue();
		await accept(next, command("late"));
		await setTimeout(50);
		expect(done).toEqual([]);
		open();
		await stopping;
		expect(done.sort()).toEqual(["image", "running"]);
		expect(await rowOf(command("running"))).toMatchObject({ outcome: "done" });
		expect(await rowOf(imagesPosted("waiting"))).toMatchObject({ outcome: null, attempts: 0, underway: false });

		const doneNext = await startNoting(next);
		await settled();
		expect(doneNext.sort()).toEqual(["late", "waiting"]);
	});

	test("images never take the last place, what someone waits for takes all, and none too many are under way", async () => {
		const queue = newQueue({ concurrency: 4 });
		const { open, opened } = gate();
		const { open: openAsked, opened: openedAsked } = gate();
		const underway = new Set<string>();
		let most = 0;
		await queue.start({
			async work({ key, kind }) {
				underway.add(key);
				most = Math.max(most, underway.size);
				await (kind === "command" ? openedAsked : opened);
				underway.delete(key);
			},
		});
		await accept(queue, ...["1", "2", "3", "4"].map((key) => imagesPosted(key)));
		await vi.waitFor(async () => expect(await queue.size()).toEqual({ waiting: 1, running: 3 }), patient);
		await accept(queue, ...["a", "b", "c", "d", "e"].map((key) => command(key)));
		await vi.waitFor(() => expect(underway.size).toBe(4), patient);
		open();
		await vi.waitFor(() => expect([...underway].filter((key) => key >= "a")).toHaveLength(4), patient);
		openAsked();
		await settled();
		expect(most).toBe(4);
	});

	test("a paused worker takes on nothing, from before its start until it is resumed, and finishes what runs", async () => {
		const queue = newQueue();
		const { open, opened } = gate();
		const done: string[] = [];
		await queue.pause();
		await queue.start({
			async work(event) {
				if (event.key === "running") await opened;
				done.push(event.key);
			},
		});
		await accept(queue, command("running"));
		await setTimeout(200);
		expect(await queue.size()).toEqual({ waiting: 1, running: 0 });
		await queue.resume();
		await vi.waitFor(async () => expect(await queue.size()).toEqual({ waiting: 0, running: 1 }), patient);
		await queue.pause();
		await accept(queue, command("1"), imagesPosted("2"));
		open();
		await vi.waitFor(() => expect(done).toEqual(["running"]), patient);
		await setTimeout(200);
		expect(done).toEqual(["running"]);
		expect(await queue.size()).toEqual({ waiting: 2, running: 0 });
		await queue.resume();
		await settled();
		expect(done.slice(1).sort()).toEqual(["1", "2"]);
	});

	test("processes share the work, and each event is one's", async () => {
		const done: string[] = [];
		const workers = [newQueue(), newQueue(), newQueue()];
		for (const worker of workers) await startNoting(worker, done);
		const keys = Array.from({ length: 60 }, (_, index) => `${index}`);
		const [sink] = workers;
		if (sink) await Promise.all(keys.map((key, index) => accept(sink, index % 2 ? command(key) : imagesPosted(key))));
		await settled();
		expect(done.sort()).toEqual(keys.sort());
	});

	test("what was under way when another process ended is tried alone, given up when that had ended two already", async () => {
		const queue = newQueue({ concurrency: 12 });
		const keys = Array.from({ length: 10 }, (_, index) => `${index}`);
		await accept(queue, ...keys.map((key) => imagesPosted(key)), command("interrupted"), command("deadly"));
		for (const event of [command("interrupted"), command("deadly")]) await store.intake.begin(jobId(event));
		for (let death = 1; death <= 2; death++) await store.intake.beginAlone(jobId(command("deadly")));
		const underway = new Set<string>();
		const company: string[][] = [];
		const abandoned: ChatEvent[] = [];
		await queue.start({
			async work({ key }) {
				underway.add(key);
				company.push([...underway]);
				await setTimeout(20);
				if (key === "interrupted") expect([...underway]).toEqual(["interrupted"]);
				underway.delete(key);
			},
			abandon: async (event) => void abandoned.push(event),
		});
		await settled();
		expect(company.filter((each) => each.includes("interrupted"))).toEqual([["interrupted"]]);
		expect(Math.max(...company.map(({ length }) => length))).toBeGreaterThan(1);
		expect(abandoned).toEqual([command("deadly")]);
		expect(await rowOf(command("deadly"))).toMatchObject({ outcome: "failed" });
		expect(await rowOf(command("interrupted"))).toMatchObject({ outcome: "done", attempts: 1 });
	});

	test("what Redis forgot, or never heard of, is put in by the sweep, and what waits or runs is let be", async () => {
		const queue = newQueue();
		await accept(queue, command("forgotten"), imagesPosted("forgotten too"));
		await asking.flushAll();
		await store.intake.record(command("never heard of"), now());
		await accept(queue, command("waiting"));
		await queue.sweep();
		expect(await queue.size()).toEqual({ waiting: 4, running: 0 });
		await queue.sweep();
		expect(await queue.size()).toEqual({ waiting: 4, running: 0 });
		const done = await startNoting(queue);
		await settled();
		expect(done.sort()).toEqual(["forgotten", "forgotten too", "never heard of", "waiting"]);
	});

	test("an event whose job has ended, though the event is owed, is put in again", async () => {
		const queue = newQueue();
		const done = await startNoting(queue);
		await accept(queue, command("1"));
		await settled();
		await idle(queue);
		// As after a restore of the store, where Redis is ahead of it.
		await store.db.update(intake).set({ outcome: null, event: command("1") });
		await queue.enqueue(command("1"));
		expect(done).toEqual(["1"]);
		await queue.sweep();
		await settled();
		expect(done).toEqual(["1", "1"]);
	});

	test("the sweep comes by itself", async () => {
		const queue = newQueue({ timing: { sweepEveryMs: 20 } });
		const done = await startNoting(queue);
		await store.intake.record(command("1"), now());
		await settled();
		expect(done).toEqual(["1"]);
	});

	test("how long an event waited for its first attempt is told", async () => {
		const onTaken = vi.fn();
		const queue = newQueue({ onTaken, now: () => new Date(Date.now() + 4_000) });
		await startNoting(queue);
		await accept(queue, command("1"));
		await settled();
		expect(onTaken).toHaveBeenCalledExactlyOnceWith("command", expect.any(Number));
		expect(onTaken.mock.lastCall?.[1]).toBeGreaterThanOrEqual(4_000);
	});

	describe.each([{ kept: "nothing" }, { kept: "everything" }])("a Redis that keeps $kept", ({ kept }) => {
		let own: TestRedis;
		let folder: string;
		beforeAll(async () => {
			folder = mkdtempSync(join(tmpdir(), "tagalong-redis-"));
			const keeping = ["--appendonly", "yes", "--appendfsync", "always", "--dir", folder];
			own = await startRedis(executable ?? "", ...(kept === "nothing" ? [] : keeping));
		});
		afterAll(async () => {
			await own.stop();
			rmSync(folder, { recursive: true });
		});

		test("may be killed and come back while events come in and are worked on: each is done once", async () => {
			const queue = newQueue({ url: own.url, concurrency: 8, timing: { sweepEveryMs: 100, overdueAfterMs: 1_000 } });
			const done: string[] = [];
			await queue.start({
				async work(event) {
					await setTimeout(20);
					done.push(event.key);
				},
			});
			const keys = Array.from({ length: 60 }, (_, index) => `${index}`);
			for (const [index, key] of keys.entries()) {
				await accept(queue, index % 2 ? command(key) : imagesPosted(key));
				if (index === 20) await own.kill();
				if (index === 40) await own.restart();
			}
			await settled();
			expect(done.sort()).toEqual(keys.sort());
			expect(log.warn.mock.calls.filter(([line]) => /^The job queue .* is gone/.test(`${line}`))).toHaveLength(1);
			expect(log.info.mock.calls.filter(([line]) => /^The job queue .* is back/.test(`${line}`))).toHaveLength(1);
		});

		test("may be gone when a worker starts, and when it stops", async () => {
			await own.kill();
			const queue = newQueue({ url: own.url, timing: { sweepEveryMs: 100 } });
			const done = await startNoting(queue);
			await accept(queue, command("1"), imagesPosted("2"));
			await own.restart();
			await settled();
			expect(done.sort()).toEqual(["1", "2"]);
			await own.kill();
			await queue.stop();
			await own.restart();
		});
	});
});
