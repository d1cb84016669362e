/** The live stream of an embedded chat that isn't served otherwise, over a real connection. */
import { serve } from "@hono/node-server";
import { type LiveStream, openLive } from "./live-events.ts";
import { ORIGIN, type TestChat } from "./local-chat.ts";

/** Opens the stream of someone who is new here; it has said `open` already. Ends with `close`, after the chat's own. */
export async function followLive(chat: TestChat): Promise<LiveStream> {
	const server = serve({ fetch: chat.routes.fetch, port: 0, hostname: "127.0.0.1" });
	await new Promise((listening) => server.once("listening", listening));
	const address = server.address();
	if (address === null || typeof address === "string") throw new Error("the server has no port");
	const live = await openLive(`http://127.0.0.1:${address.port}`, { origin: ORIGIN });
	return {
		...live,
		async close() {
			chat.close();
			await live.close();
			await new Promise((closed) => server.close(closed));
		},
	};
}
