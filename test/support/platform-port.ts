/** The bot's port on the fake platform's HTTP API: gives up what isn't answered in time, and waits where it is told to. */
import { setTimeout } from "node:timers/promises";
import type { ChatPort } from "../../src/chat/port.ts";
import { imageErrors } from "../../src/errors.ts";
import type { Calls } from "./fake-platform-server.ts";

/** Times that one call is made again because the platform says later. */
const PATIENCE = 3;

/** @param timeoutMs a call without an answer by then has failed; whether it was done isn't known */
export function createPlatformPort(url: string, timeoutMs: number): ChatPort {
	async function fetchWell(path: string, init: RequestInit = {}): Promise<Response> {
		for (let refused = 0; ; refused++) {
			const response = await fetch(`${url}${path}`, { ...init, signal: AbortSignal.timeout(timeoutMs) });
			if (response.ok || response.status === 404) return response;
			await response.body?.cancel();
			if (response.status !== 429 || refused === PATIENCE) throw new Error(`${path}: ${response.status}`);
			await setTimeout(Number(response.headers.get("retry-after")) * 1000);
		}
	}

	async function call<Name extends keyof Calls>(name: Name, given: Calls[Name]): Promise<string | undefined> {
		const headers = { "content-type": "application/json" };
		const response = await fetchWell(`/api/${name}`, { method: "POST", headers, body: JSON.stringify(given) });
		// The fake platform answers every call in this way.
		const { id } = (await response.json()) as { id?: string };
		return id;
	}

	return {
		platform: "slack",
		async reply(event, view, marker) {
			const id = await call("reply", { event, view, marker });
			if (id === undefined) throw new Error("the platform gave a reply no id");
			return id;
		},
		findReply: (event, marker) => call("find", { event, marker }),
		async edit(post, view) {
			await call("edit", { post, view });
		},
		async react() {},
		readable: async () => [],
		linkTo: async ({ message }) => `${url}/${message}`,
		async progress() {},
		async readAttachment({ id }) {
			const response = await fetchWell(`/files/${id}`);
			if (!response.ok) throw imageErrors.empty();
			return new Uint8Array(await response.arrayBuffer());
		},
		async settled() {},
	};
}
