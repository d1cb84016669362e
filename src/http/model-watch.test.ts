import { pino } from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { command } from "../../test/support/events.ts";
import { openTestStore } from "../../test/support/store.ts";
import { createInProcessQueue, type InProcessQueue } from "../jobs/in-process.ts";
import type { Store } from "../store/store.ts";
import { createApp } from "./app.ts";
import { createMetrics } from "./metrics.ts";
import { type ModelWatch, watchModel } from "./model-watch.ts";
import { encodeProbe } from "./probe.ts";

const SOUND = Float32Array.of(0.6, 0.8);
const BROKEN = Float32Array.of(Number.NaN, 0.8);
const now = () => new Date();

/** What the model's encoder gives now. */
let output: Float32Array;
let worked: string[];
let lines: string[];
let store: Store;
let jobs: InProcessQueue;
let watch: ModelWatch;

beforeAll(async () => {
	store = await openTestStore();
});
afterAll(() => store.close());

beforeEach(() => {
	output = SOUND;
	worked = [];
	lines = [];
	jobs = createInProcessQueue({ intake: store.intake, concurrency: 1, now, retry: { base: 1 } });
	watch = watchModel({
		probe: () => encodeProbe({ embedImage: async () => output }),
		jobs,
		worker: {
			async work(event) {
				if (output === BROKEN) throw new Error("this image could not be encoded");
				worked.push(event.key);
			},
		},
		log: pino({ level: "info" }, { write: (line: string) => void lines.push(line) }),
		// Looked at again only where a test says so, but for a broken one.
		timing: { everyMs: 3_600_000, brokenEveryMs: 10 },
	});
});

afterEach(async () => {
	watch.stop();
	await jobs.stop();
});

async function post(key: string): Promise<void> {
	const event = command(key);
	await store.intake.record(event, now());
	await jobs.enqueue(event);
}

async function readiness() {
	const app = createApp({ registry: createMetrics().registry, checks: { model: () => watch.check() } });
	const response = await app.request("/readyz");
	return { status: response.status, body: await response.json() };
}

const logged = (words: string) => lines.filter((line) => line.includes(words));

it("takes jobs once the model was tried and works", async () => {
	expect(await readiness()).toMatchObject({ status: 503, body: { checks: { model: "the model was not tried yet" } } });
	await watch.start();
	expect(await readiness()).toMatchObject({ status: 200 });
	await post("one");
	await vi.waitFor(() => expect(worked).toEqual(["one"]));
	expect(lines).toEqual([]);
});

it("takes none with a model that is broken from the start, says so once, and begins when it works", async () => {
	output = BROKEN;
	await post("two");
	await watch.start();
	const words = "the model gave numbers that are not finite";
	expect(await readiness()).toMatchObject({ status: 503, body: { checks: { model: words } } });
	expect(await jobs.size()).toEqual({ waiting: 1, running: 0 });
	output = SOUND;
	await vi.waitFor(() => expect(worked).toEqual(["two"]));
	expect(await readiness()).toMatchObject({ status: 200 });
	expect(logged("the model is broken")).toHaveLength(1);
	expect(logged(words)).toHaveLength(1);
	expect(logged("the model works again")).toHaveLength(1);
});

it("notices by the first job that fails that the model has broken, and leaves the others to sound workers", async () => {
	await watch.start();
	await post("a");
	await vi.waitFor(() => expect(worked).toEqual(["a"]));
	output = BROKEN;
	await post("b");
	await vi.waitFor(async () => expect(await readiness()).toMatchObject({ status: 503 }));
	await vi.waitFor(async () => expect((await jobs.size()).running).toBe(0));
	await post("c");
	expect((await jobs.size()).waiting).toBeGreaterThan(0);
	expect(await store.intake.isSettled("local-command-c")).toBe(false);
	output = SOUND;
	await vi.waitFor(() => expect(worked.toSorted()).toEqual(["a", "b", "c"]));
});

it("counts a model that doesn't answer as broken", async () => {
	watch.stop();
	watch = watchModel({
		probe: () => new Promise(() => {}),
		jobs,
		worker: { work: async () => {} },
		log: pino({ level: "silent" }),
		timing: { answerMs: 1 },
	});
	await watch.start();
	await expect(watch.check()).rejects.toThrow("the model gave no answer within 0.001 s");
});
