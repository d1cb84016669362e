/** `npm run bench -- distributed [queue|flood|texts …]`: what many processes cost, and what they owe each other. */
import { randomUUID } from "node:crypto";
import type { ChatEvent } from "../../src/chat/event.ts";
import { classifyEvent } from "../chat.ts";
import { median, printTable, quantile } from "../measure.ts";
import { openFeed } from "./feed.ts";
import type { Report } from "./messages.ts";
import { type BenchProcess, openShape, type Shape } from "./shape.ts";

const PHOTOS = 400;
const ROUNDS = 3;
const LABELS = "cat, dog, bear";
const FLOOD = 10_000;
/** `/classify` of another workspace while the flood is on, and without it. */
const ASKED = 30;
const ASK_EVERY_MS = 1000;
/** Events that the front takes in meanwhile, so many a second. */
const TAKEN_IN = 1000;
const A_SECOND = 25;
const SETS = 100;
const LABELS_A_SET = 50;
const PROCESSES = 4;

export async function benchDistributed(parts: string[]): Promise<void> {
	const wanted = (part: string) => parts.length === 0 || parts.includes(part);
	const shape = await openShape();
	try {
		if (wanted("queue") || wanted("flood")) {
			const workers = [await shape.startWorker(), await shape.startWorker()] as const;
			if (wanted("queue")) await benchQueue(shape, workers);
			if (wanted("flood")) await benchFlood(shape);
			await Promise.all(workers.map((worker) => worker.stop()));
		}
		if (wanted("texts")) await benchSharedTexts(shape);
	} finally {
		await shape.close();
	}
}

/** Answers a second through the queue against the same work without it, and processor time by one worker and by two. */
async function benchQueue(shape: Shape, [first, second]: readonly [BenchProcess, BenchProcess]): Promise<void> {
	const feed = await openFeed(shape);
	const photos = () => Array.from({ length: PHOTOS }, (_, index) => classifyEvent(randomUUID(), index, LABELS));
	const drained = async (workers: readonly BenchProcess[]) => {
		const events = photos();
		await feed.put(events);
		const before = await Promise.all(workers.map((worker) => worker.report()));
		const start = Date.now();
		await Promise.all(workers.map((worker) => worker.order({ kind: "resume" })));
		const ends = await Promise.all(events.map(({ key }) => shape.answered(key)));
		await Promise.all(workers.map((worker) => worker.order({ kind: "pause" })));
		const after = await Promise.all(workers.map((worker) => worker.report()));
		return {
			rate: (PHOTOS * 1000) / (Math.max(...ends) - start),
			cpu: (sum(after, ({ cpu }) => cpu) - sum(before, ({ cpu }) => cpu)) / PHOTOS,
		};
	};
	await Promise.all([first, second].map((worker) => worker.order({ kind: "pause" })));
	await drained([first, second]);

	const rounds: { direct: number; one: number; two: number; cpuOne: number; cpuTwo: number }[] = [];
	for (let round = 0; round < ROUNDS; round++) {
		const events = photos();
		await feed.record(events);
		const start = performance.now();
		await first.order({ kind: "direct", events });
		const direct = (PHOTOS * 1000) / (performance.now() - start);
		const one = await drained([first]);
		const two = await drained([first, second]);
		rounds.push({ direct, one: one.rate, two: two.rate, cpuOne: one.cpu, cpuTwo: two.cpu });
	}
	await Promise.all([first, second].map((worker) => worker.order({ kind: "resume" })));
	await feed.close();
	const middle = (pick: (round: (typeof rounds)[number]) => number) => median(rounds.map(pick));
	const overhead = middle(({ direct, one }) => 1 - one / direct);
	printTable(`Queue (${PHOTOS} photos a round, median of ${ROUNDS} rounds, two workers on one machine)`, [
		["one worker without a queue", `${middle(({ direct }) => direct).toFixed(1)} images/s`],
		["one worker through the queue", `${middle(({ one }) => one).toFixed(1)} images/s`],
		["overhead of the queue", `${(100 * overhead).toFixed(1)} % of the throughput (wanted: at most 5)`],
		["two workers through the queue", `${middle(({ two }) => two).toFixed(1)} images/s`],
		["processor time an image, one worker", `${(1000 * middle(({ cpuOne }) => cpuOne)).toFixed(1)} ms`],
		[
			"the same, two workers",
			`${middle(({ cpuOne, cpuTwo }) => cpuTwo / cpuOne).toFixed(2)} times (wanted: at most 1.1)`,
		],
	]);
}

/** One workspace posts very many images, which are tagged: what another's `/classify` waits, and what the front's acknowledgement takes. */
async function benchFlood(shape: Shape): Promise<void> {
	const feed = await openFeed(shape);
	const front = await shape.startFront();
	for (const workspace of ["flood", "busy"]) {
		await feed.autotag({ platform: "local", workspace, channel: "photos" }, LABELS.split(", "));
	}
	const ask = async () => {
		const key = randomUUID();
		const start = Date.now();
		await send(front.url, classifyEvent(key, 0, LABELS, "quiet"));
		return (await shape.answered(`bench-${key}`)) - start;
	};
	const idle: number[] = [];
	for (let index = 0; index < ASKED; index++) idle.push(await ask());

	const start = Date.now();
	await feed.put(Array.from({ length: FLOOD }, (_, index) => postedEvent(`${randomUUID()}`, index, "flood")));
	const putIn = Date.now() - start;
	const asked: Promise<number>[] = [];
	const taken: Promise<number>[] = [];
	const asking = setInterval(() => asked.push(ask()), ASK_EVERY_MS);
	await new Promise<void>((resolve) => {
		const taking = setInterval(() => {
			taken.push(send(front.url, postedEvent(randomUUID(), taken.length, "busy")));
			if (taken.length < TAKEN_IN) return;
			clearInterval(taking);
			resolve();
		}, 1000 / A_SECOND);
	});
	clearInterval(asking);
	const [waits, acknowledged] = [await Promise.all(asked), await Promise.all(taken)];
	const left = await feed.waiting();
	await feed.close();
	await front.stop();
	const delay = Math.max(...waits) - median(idle);
	printTable(
		`Flood (${FLOOD} images of one workspace put in within ${(putIn / 1000).toFixed(1)} s, ${left} left at the end)`,
		[
			["another's /classify before it", inMs(idle)],
			["another's /classify within it", inMs(waits)],
			["longest delay", `${delay.toFixed(0)} ms (wanted: below 2,000)`],
			[
				`front's acknowledgement, ${A_SECOND} events a second, workers saturated`,
				`${inMs(acknowledged)} (p99 wanted: at most 100)`,
			],
		],
	);
}

/** Label sets that every process uses: each prompt is encoded once by one of them. */
async function benchSharedTexts(shape: Shape): Promise<void> {
	const labelSets = Array.from({ length: SETS }, (_, set) =>
		Array.from({ length: LABELS_A_SET }, (_, label) => ({ text: `thing ${label} of ${set}` })),
	);
	const workers = await Promise.all(Array.from({ length: PROCESSES }, () => shape.startWorker()));
	const before = await Promise.all(workers.map((worker) => worker.report()));
	const start = performance.now();
	// Each begins somewhere else, and all come to the same sets in the end.
	const turned = (by: number) => [...labelSets.slice(by), ...labelSets.slice(0, by)];
	await Promise.all(workers.map((worker, index) => worker.order({ kind: "prepare", labelSets: turned(5 * index) })));
	const seconds = (performance.now() - start) / 1000;
	const after = await Promise.all(workers.map((worker) => worker.report()));
	const encoded = sum(after, ({ textsEncoded }) => textsEncoded) - sum(before, ({ textsEncoded }) => textsEncoded);
	const shared = sum(after, ({ sharedHits }) => sharedHits);
	await Promise.all(workers.map((worker) => worker.stop()));
	printTable(`Shared label sets (${SETS} of ${LABELS_A_SET} labels, ${PROCESSES} processes at once)`, [
		["prompts", `${2 * SETS * LABELS_A_SET}, two templates a label`],
		["encoded by all processes together", `${encoded}`],
		["found in Redis", `${shared} in ${seconds.toFixed(1)} s`],
	]);
}

/** @returns milliseconds to the acknowledgement */
async function send(url: string, event: ChatEvent): Promise<number> {
	const start = performance.now();
	const response = await fetch(`${url}/events`, { method: "POST", body: JSON.stringify(event) });
	if (!response.ok) throw new Error(`the front refused an event: ${response.status}`);
	return performance.now() - start;
}

function postedEvent(key: string, photo: number, workspace: string): ChatEvent {
	const { name: _name, options: _options, ...event } = classifyEvent(key, photo, "", workspace);
	return { ...event, kind: "images-posted", message: event.key };
}

function inMs(values: readonly number[]): string {
	return [0.5, 0.99, 1]
		.map((q) => `${q === 1 ? "longest" : `p${100 * q}`} ${quantile(values, q).toFixed(0)} ms`)
		.join(", ");
}

function sum(reports: readonly Report[], pick: (report: Report) => number): number {
	return reports.reduce((total, one) => total + pick(one), 0);
}
