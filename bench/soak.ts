/** `npm run soak [-- MINUTES]`: the distributed shape under steady load, and whether its processes grow. */
import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { ChatEvent, CommandEvent } from "../src/chat/event.ts";
import { classifyEvent } from "./chat.ts";
import type { Report } from "./distributed/messages.ts";
import { openShape } from "./distributed/shape.ts";
import { median, printTable, quantile, rate } from "./measure.ts";

const MINUTES = 15;
/** Share of the time in which caches fill and the heap finds its size. */
const WARM_UP = 0.25;
const SAMPLE_EVERY_MS = 10_000;
/** Deliveries of one event, again and again: the front alone has to do with them, which otherwise is idle and warms up slowly. */
const REDELIVERIES = 30_000;
/** Events on their way at once: the worker is busy, and its queue doesn't grow. */
const AT_ONCE = 6;
/** What a process may have grown by, from the end of the warm-up to the end, and still count as steady. */
const STEADY = 0.05;

interface Sample extends Report {
	/** Milliseconds since the start. */
	at: number;
}

async function soak(minutes: number): Promise<boolean> {
	const shape = await openShape();
	try {
		const [front, worker] = [await shape.startFront(), await shape.startWorker()];
		const deliver = async (event: ChatEvent) => {
			const response = await fetch(`${front.url}/events`, { method: "POST", body: JSON.stringify(event) });
			await response.body?.cancel();
			if (!response.ok) throw new Error(`the front refused an event: ${response.status}`);
		};
		const send = async (event: ChatEvent) => {
			await deliver(event);
			await shape.answered(event.key);
		};
		await send(asCommand("labels set", { labels: "cat, dog, bear, rocket, coffee" }));
		await send(asCommand("autotag on", {}));

		const known = nextEvent(1);
		await send(known);
		await rate(REDELIVERIES, AT_ONCE, () => deliver(known));

		const start = Date.now();
		const end = start + minutes * 60_000;
		let count = 0;
		const waits: number[] = [];
		const loads = Array.from({ length: AT_ONCE }, async () => {
			while (Date.now() < end) {
				const sent = performance.now();
				await send(nextEvent(count++));
				waits.push(performance.now() - sent);
			}
		});
		const samples = { front: [] as Sample[], worker: [] as Sample[] };
		const sampling = sample(end, async () => {
			const at = Date.now() - start;
			samples.front.push({ at, ...(await front.report()) });
			samples.worker.push({ at, ...(await worker.report()) });
		});
		await Promise.all([...loads, sampling]);

		printTable(`Soak (${minutes} minutes, ${AT_ONCE} events on their way at once)`, [
			["answered", `${count} events, none lost`],
			["from event to answer", `p50 ${median(waits).toFixed(0)} ms, p99 ${quantile(waits, 0.99).toFixed(0)} ms`],
		]);
		const steady = Object.entries(samples).map(([name, taken]) => show(name, taken, minutes));
		return steady.every(Boolean);
	} finally {
		await shape.close();
	}
}

/** Mostly images that are tagged by themselves, then commands, some of which draw pictures. */
function nextEvent(index: number): ChatEvent {
	const labels = ["cat, dog, bear", "red, green, blue", `thing ${index % 500}, cat`][index % 3] ?? "";
	if (index % 50 === 0) return asCommand("stats", {});
	if (index % 10 === 0) return asCommand("find", { text: "an animal" });
	const event = classifyEvent(randomUUID(), index, labels);
	if (index % 2 === 0) return event;
	const { name: _name, options: _options, ...posted } = event;
	return { ...posted, kind: "images-posted", message: event.key };
}

function asCommand(name: string, options: Record<string, string>): CommandEvent {
	return { ...classifyEvent(randomUUID(), 0, ""), name, options, attachments: [] };
}

async function sample(end: number, take: () => Promise<void>): Promise<void> {
	while (Date.now() < end) {
		await setTimeout(SAMPLE_EVERY_MS);
		await take();
	}
}

/** @returns whether the process was steady after its warm-up */
function show(name: string, samples: readonly Sample[], minutes: number): boolean {
	const warm = samples.filter(({ at }) => at >= WARM_UP * minutes * 60_000);
	const grown = (pick: (one: Sample) => number) => {
		const values = warm.map((one) => ({ at: one.at, value: pick(one) }));
		const perMs = slope(values);
		const share = (perMs * (1 - WARM_UP) * minutes * 60_000) / median(values.map(({ value }) => value));
		return {
			perHour: (perMs * 3_600_000) / 2 ** 20,
			share,
			middle: median(values.map(({ value }) => value)) / 2 ** 20,
		};
	};
	const inWords = ({ perHour, share, middle }: ReturnType<typeof grown>) =>
		`${middle.toFixed(0)} MiB, slope ${perHour.toFixed(1)} MiB an hour (${(100 * share).toFixed(1)} % of it after the warm-up)`;
	const [rss, heap] = [grown((one) => one.rss), grown((one) => one.heap)];
	const handles = warm.map((one) => one.handles);
	const more = median(handles.slice(-5)) - median(handles.slice(0, 5));
	const steady = rss.share <= STEADY && heap.share <= STEADY && more <= 2;
	printTable(`${name}: ${steady ? "steady" : "GROWS"}`, [
		["resident", inWords(rss)],
		["held by JavaScript, after collecting garbage", inWords(heap)],
		[
			"open files and sockets",
			`${median(handles.slice(0, 5))} at the end of the warm-up, ${median(handles.slice(-5))} at the end`,
		],
	]);
	return steady;
}

/** Theil and Sen's: the median of the slopes between any two samples, which a few outliers don't move. */
function slope(values: readonly { at: number; value: number }[]): number {
	const slopes = values.flatMap((one, index) =>
		values.slice(index + 1).map((other) => (other.value - one.value) / (other.at - one.at)),
	);
	return median(slopes);
}

const steady = await soak(Number(process.argv[2] ?? MINUTES));
if (!steady) process.exitCode = 1;
