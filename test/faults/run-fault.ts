/** Sends events through a fault and counts what came of them. */
import { setTimeout } from "node:timers/promises";
import type { ChannelRef, ChatEvent } from "../../src/chat/event.ts";
import { everyProcess, prepareChannel } from "../support/distributed-shape.ts";
import type { Fault, Scene } from "./faults.ts";
import { type Outcome, outcomeOf, progressOf } from "./outcome.ts";
import { LABELS, startTraffic, type Traffic } from "./traffic.ts";

export interface Row extends Outcome {
	fault: string;
	sent: number;
	/** How often the fault struck: deaths, restarts, wrong answers, second deliveries. */
	struck: number;
	seconds: number;
	/** Processes that ended without being told to, and what they said. */
	crashes: string[];
	/** The same, counted again: what comes late would double. */
	again(): Promise<Outcome>;
}

const byKind = ({ kind }: ChatEvent) => (kind === "images-posted" ? ("gateway" as const) : ("http" as const));
/** While nothing more is done for so long, what isn't done by then is lost. */
const PATIENCE_MS = 30_000;

/** @param every as in `Fault.begin` */
export async function runFault(scene: Scene, fault: Fault, count: number, every?: number): Promise<Row> {
	const { shape } = scene;
	const channel: ChannelRef = { platform: "slack", workspace: "home", channel: fault.name.replaceAll(/\W+/g, "-") };
	await prepareChannel(shape.store, channel, LABELS);
	await Promise.all(everyProcess(shape).map((process) => process.ready()));
	const crashesBefore = everyProcess(shape).flatMap(({ crashes }) => crashes).length;

	const start = performance.now();
	const end = fault.begin(scene, every);
	const traffic = startTraffic(shape, channel, count, fault.route ?? byKind);
	await untilOver(scene, channel, traffic);
	const seconds = (performance.now() - start) / 1000;
	const struck = await end();
	traffic.end();
	const outcome = await outcomeOf(shape, channel, traffic);
	return {
		fault: fault.name,
		sent: traffic.messages.length + traffic.votes.length,
		struck,
		seconds,
		crashes: everyProcess(shape)
			.flatMap(({ crashes }) => crashes)
			.slice(crashesBefore),
		...outcome,
		again: () => outcomeOf(shape, channel, traffic),
	};
}

async function untilOver({ shape }: Scene, channel: ChannelRef, traffic: Traffic): Promise<void> {
	let last = "";
	for (let since = Date.now(); Date.now() < since + PATIENCE_MS; await setTimeout(50)) {
		// The store may be the one that is away.
		const progress = await progressOf(shape, channel, traffic).catch(() => undefined);
		if (progress?.isOver) return;
		if (progress === undefined || progress.state === last) continue;
		last = progress.state;
		since = Date.now();
	}
}
