/** Reads the embedded chat's live stream as a page does. */
import type { LiveEvent } from "../../src/chat/local/wire.ts";

export interface LiveStream {
	/** The next event; undefined once the stream has ended. */
	next(): Promise<LiveEvent | undefined>;
	response: Response;
	close(): Promise<void>;
}

/** Opens the stream of a chat that is served somewhere; it has said `open` already. */
export async function openLive(url: string, headers: Record<string, string>): Promise<LiveStream> {
	const response = await fetch(`${url}/api/live`, { headers });
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
	return { next, response, close: () => reader.cancel() };
}
