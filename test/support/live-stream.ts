/** Reads the embedded chat's live stream as a page does, over a real connection. */
import { serve } from "@hono/node-server";
import type { LiveEvent } from "../../src/chat/local/wire.ts";
import { ORIGIN, type TestChat } from "./local-chat.ts";

export interface LiveStream {
	/** The next event; undefined once the stream has ended. */
	next(): Promise<LiveEvent | undefined>;
	response: Response;
	close(): Promise<void>;
}

/** Opens the stream of someone who is new here; it has said `open` already. Ends with `close`, after the chat's own. */
export async function followLive(chat: TestChat): Promise<LiveStream> {
	const server = serve({ fetch: chat.routes.fetch, port: 0, hostname: "127.0.0.1" });
	await new Promise((listening) => server.once("listening", listening));
	const address = server.address();
	if (address === null || typeof address === "string") throw new Error("the server has no port");
	const response = await fetch(`http://127.0.0.1:${address.port}/api/live`, { headers: { origin: ORIGIN } });
	if (!response.body) throw new Error("the stream has no body");
	const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
	let text = "";
	async function next(): Promise<LiveEvent | undefined> {
		while (!text.includes("\n\n")) {
			const { done, value } = await reader.read();
			if (done) return undefined;
			text += value;
		}
		const [first = "", ...rest] = text.split("\n\n");
		text = rest.join("\n\n");
		// The server's own shape, see wire.ts.
		return JSON.parse(first.replace(/^data: /, "")) as LiveEvent;
	}
	const opened = await next();
	if (opened?.type !== "open") throw new Error(`the stream began with ${JSON.stringify(opened)}`);
	return {
		next,
		response,
		async close() {
			chat.close();
			await reader.cancel();
			await new Promise((closed) => server.close(closed));
		},
	};
}
