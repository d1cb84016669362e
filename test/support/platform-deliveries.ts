/**
 * How the fake platform tells of what happens: by requests to a front, sent again until one is answered well within 3 s
 * (as Slack does), or down a connection that a forwarder holds, sent again on the next one until acknowledged.
 */
import { setTimeout } from "node:timers/promises";
import { stream } from "hono/streaming";
import type { ChatEvent } from "../../src/chat/event.ts";
import type { PlatformServer } from "./fake-platform-server.ts";

export type Route = "http" | "gateway";

/** A line of the gateway. */
export interface Dispatch {
	sequence: number;
	event: ChatEvent;
}

export interface Deliveries {
	/** Resolves once it was acknowledged. */
	deliver(event: ChatEvent, route: Route): Promise<void>;
	/** Whether everything is delivered twice, at the same moment. */
	twice: boolean;
	/** Deliveries so far. */
	readonly made: number;
	stop(): void;
}

const ACKNOWLEDGE_MS = 3000;
const AGAIN_AFTER_MS = 50;
const AGAIN_AFTER_MOST_MS = 400;

/** @param front where events are posted to */
export function startDeliveries(platform: PlatformServer, front: string): Deliveries {
	let stopped = false;
	let made = 0;
	let sequence = 0;
	const unacknowledged = new Map<number, { line: string; acknowledged: () => void }>();
	let write: (line: string) => void = () => {};

	async function byHttp(event: ChatEvent): Promise<void> {
		for (let pause = AGAIN_AFTER_MS; ; pause = Math.min(2 * pause, AGAIN_AFTER_MOST_MS)) {
			made++;
			if (stopped || (await isAcknowledged(event))) return;
			await setTimeout(pause);
		}
	}

	async function isAcknowledged(event: ChatEvent): Promise<boolean> {
		const signal = AbortSignal.timeout(ACKNOWLEDGE_MS);
		const headers = { "content-type": "application/json" };
		try {
			const response = await fetch(front, { method: "POST", headers, body: JSON.stringify(event), signal });
			await response.body?.cancel();
			return response.ok;
		} catch {
			return false;
		}
	}

	function byGateway(event: ChatEvent): Promise<void> {
		const dispatch: Dispatch = { sequence: ++sequence, event };
		const line = `${JSON.stringify(dispatch)}\n`;
		return new Promise((acknowledged) => {
			unacknowledged.set(dispatch.sequence, { line, acknowledged });
			send(line);
		});
	}

	function send(line: string): void {
		made++;
		write(line);
	}

	platform.app.get("/gateway", (c) =>
		stream(c, async (connection) => {
			write = (line) => void connection.write(line);
			for (const { line } of unacknowledged.values()) send(line);
			await new Promise<void>((gone) => connection.onAbort(() => gone()));
		}),
	);
	platform.app.post("/gateway/:sequence", (c) => {
		const of = Number(c.req.param("sequence"));
		unacknowledged.get(of)?.acknowledged();
		unacknowledged.delete(of);
		return c.json({});
	});

	const deliverOnce = (event: ChatEvent, route: Route) => (route === "http" ? byHttp(event) : byGateway(event));
	return {
		twice: false,
		async deliver(event, route) {
			const times = this.twice ? 2 : 1;
			await Promise.all(Array.from({ length: times }, () => deliverOnce(event, route)));
		},
		get made() {
			return made;
		},
		stop() {
			stopped = true;
		},
	};
}
