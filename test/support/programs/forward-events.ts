/**
 * A gateway forwarder: holds a connection to the platform, takes in the events that come down it, and acknowledges each
 * once it is safe. Argument: `Places` as JSON.
 */
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { chatEventSchema } from "../../../src/chat/event.ts";
import { receive } from "../../../src/handle/receive.ts";
import { killPoints } from "../kill-points.ts";
import type { Dispatch } from "../platform-deliveries.ts";
import { frontParts } from "./front-parts.ts";
import { placesOf } from "./places.ts";

const AGAIN_AFTER_MS = 100;

const places = placesOf(process.argv);
const kills = killPoints();
const services = await frontParts(places, kills);

/** The platform sends it again only to another connection: until the store takes it, it is tried here. */
async function takeIn({ sequence, event }: Dispatch): Promise<void> {
	for (;;) {
		try {
			await receive(chatEventSchema.parse(event), services);
			kills.pass("before acknowledging");
			await fetch(`${places.platform}/gateway/${sequence}`, { method: "POST" });
			return;
		} catch (error) {
			services.log.warn({ err: error }, "not taken in");
			await setTimeout(AGAIN_AFTER_MS);
		}
	}
}

async function connect(): Promise<void> {
	const connection = await fetch(`${places.platform}/gateway`);
	if (!connection.body) throw new Error("the gateway sends nothing");
	// The fake platform sends lines of this kind alone.
	for await (const line of createInterface(Readable.fromWeb(connection.body)))
		void takeIn(JSON.parse(line) as Dispatch);
}

writeSync(1, "ready\n");
for (;;) {
	await connect().catch((error) => services.log.warn({ err: error }, "the gateway was lost"));
	await setTimeout(AGAIN_AFTER_MS);
}
