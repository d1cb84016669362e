/** A worker of the benchmark: the real one, on a platform that has photos and takes every reply. */
import { pino } from "pino";
import { type ChatEvent, jobId } from "../../src/chat/event.ts";
import { parseConfig } from "../../src/config.ts";
import { work, workerOf } from "../../src/handle/handle.ts";
import { openWorkerServices } from "../../src/services/worker.ts";
import { benchPhotos, benchPort } from "../chat.ts";
import { rate } from "../measure.ts";
import type { Order, Told } from "./messages.ts";
import { report } from "./report.ts";

/** What is answered after the benchmark has ended, nobody wants to know. */
const tell = (told: Told) => void (process.connected && process.send?.(told));
const config = parseConfig(process.env);
const services = await openWorkerServices(config, pino({ level: config.logLevel }, pino.destination(2)));
const { jobs, store, classifier, now } = services;
services.ports.local = benchPort(await benchPhotos(), ({ key }, { blocks }) => {
	tell({ kind: "answered", key, at: Date.now(), wrong: blocks.every(({ kind }) => kind === "error") });
});
await classifier.preparePool();

async function direct(events: readonly ChatEvent[]): Promise<void> {
	await rate(events.length, classifier.size.concurrentJobs, async (index) => {
		const event = events[index];
		if (!event) return;
		await store.intake.begin(jobId(event));
		await work(event, { attempt: 1, last: false }, services);
		await store.intake.settle(jobId(event), "done", now());
	});
}

async function obey(order: Order): Promise<void> {
	if (order.kind === "pause") await jobs.pause();
	if (order.kind === "resume") await jobs.resume();
	if (order.kind === "direct") await direct(order.events);
	if (order.kind === "prepare") {
		for (const labels of order.labelSets) await classifier.labelSet(labels);
	}
	tell(order.kind === "report" ? { kind: "report", ...(await report(services.metrics)) } : { kind: "done" });
}

process.on("message", (order: Order) => void obey(order));
process.on("disconnect", () => services.close().finally(() => process.exit()));
await jobs.start(workerOf(services));
tell({ kind: "ready" });
