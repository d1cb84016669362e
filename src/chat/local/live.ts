/** Tells every open chat page what happens, over server-sent events. */
import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import type { LiveEvent } from "./wire.ts";

/** Often enough that proxies and browsers don't take a quiet stream for a dead one. */
const HEARTBEAT_MS = 20_000;

export class Live {
	readonly #pages = new Set<{ user: string; send: (event: LiveEvent) => void; end: () => void }>();
	#closed = false;

	/** Sends to all pages, or to those of one user. */
	publish(event: LiveEvent, to?: string | null): void {
		for (const page of this.#pages) if (!to || page.user === to) page.send(event);
	}

	/** The stream of one page of `user`; it starts with `open`, and ends when the page goes or `close` is called. */
	stream(c: Context, user: string): Response {
		return streamSSE(c, async (stream) => {
			const ended = new Promise<void>((end) => {
				const page = {
					user,
					send: (event: LiveEvent) => void stream.writeSSE({ data: JSON.stringify(event) }),
					end,
				};
				this.#pages.add(page);
				stream.onAbort(() => {
					this.#pages.delete(page);
					end();
				});
				if (this.#closed) end();
				else page.send({ type: "open" });
			});
			// A comment line: the page doesn't see it.
			const heartbeat = setInterval(() => void stream.write(":\n\n"), HEARTBEAT_MS);
			await ended;
			clearInterval(heartbeat);
		});
	}

	/** Ends all streams, so that the server can stop. */
	close(): void {
		this.#closed = true;
		for (const page of this.#pages) page.end();
		this.#pages.clear();
	}
}
