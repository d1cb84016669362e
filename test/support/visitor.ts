/** Someone who uses the embedded chat by HTTP, as its page does. */
import { readFile } from "node:fs/promises";
import type { WireMessage, WirePage, WireState } from "../../src/chat/local/wire.ts";

export const photo = (name: string) => readFile(new URL(`../fixtures/photos/${name}`, import.meta.url));

export const picture = async (name = "chelsea.png") => new File([new Uint8Array(await photo(name))], name);

/**
 * A browser: it keeps the cookies that it is given.
 * @param origin where the chat is served
 */
export async function visit(
	origin: string,
	ask: (url: string, init: RequestInit) => Response | Promise<Response> = fetch,
) {
	const cookies = new Map<string, string>();

	async function request(path: string, init: RequestInit = {}): Promise<Response> {
		const cookie = [...cookies].map((pair) => pair.join("=")).join("; ");
		const headers = new Headers({ host: new URL(origin).host, origin, cookie });
		for (const [name, value] of new Headers(init.headers)) headers.set(name, value);
		const response = await ask(`${origin}${path}`, { ...init, headers });
		for (const set of response.headers.getSetCookie()) {
			const [name = "", value = ""] = set.split(";")[0]?.split("=") ?? [];
			cookies.set(name, value);
		}
		return response;
	}
	async function send(text: string, files: File[] = [], fields: Record<string, string> = {}): Promise<Response> {
		const body = new FormData();
		body.set("text", text);
		for (const [name, value] of Object.entries(fields)) body.set(name, value);
		for (const file of files) body.append("files", file);
		return await request("/api/channels/general/messages", { method: "POST", body });
	}
	// The server's own shape, see wire.ts.
	const { me } = (await (await request("/api/state")).json()) as WireState;

	return {
		id: me.id,
		request,
		send,
		/** Sends JSON. */
		put: (path: string, body: unknown) =>
			request(path, {
				method: "POST",
				body: JSON.stringify(body),
				headers: { "content-type": "application/json" },
			}),
		/** Posts what must succeed. */
		async post(text: string, files: File[] = [], fields: Record<string, string> = {}): Promise<WireMessage> {
			const response = await send(text, files, fields);
			if (response.status !== 201) throw new Error(`not posted: ${await response.text()}`);
			// The server's own shape, see wire.ts.
			return (await response.json()) as WireMessage;
		},
		async messages(query = ""): Promise<WirePage> {
			const response = await request(`/api/channels/general/messages${query}`);
			// The server's own shape, see wire.ts.
			return (await response.json()) as WirePage;
		},
	};
}
