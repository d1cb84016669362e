/** The page's requests to its server. */
import type { WireChannel, WireError, WireMessage, WirePage, WireState } from "../wire.ts";

/** A request that failed, in words for the person. */
export class RequestError extends Error {
	/** Whether the server was reached at all. */
	readonly reached: boolean;

	constructor(words: string, reached: boolean) {
		super(words);
		this.reached = reached;
	}
}

export const api = {
	state: () => request<WireState>("/api/state"),
	messages: (channel: string, before?: string) =>
		request<WirePage>(`/api/channels/${channel}/messages${before ? `?before=${before}` : ""}`),
	createChannel: (name: string) =>
		request<WireChannel>("/api/channels", {
			method: "POST",
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify({ name }),
		}),
	post: (channel: string, form: FormData) =>
		request<WireMessage>(`/api/channels/${channel}/messages`, { method: "POST", body: form }),
	remove: (message: string) => request<undefined>(`/api/messages/${message}`, { method: "DELETE" }),
};

export const fileUrl = (id: string) => `/api/files/${id}`;

/** @throws RequestError */
async function request<T>(path: string, init?: RequestInit): Promise<T> {
	let response: Response;
	try {
		response = await fetch(path, init);
	} catch {
		throw new RequestError("The server can't be reached. Check that Tagalong is running, then try again.", false);
	}
	if (!response.ok) throw new RequestError(await words(response), true);
	// The server's own answers have the shapes of wire.ts; both are built together.
	return (response.status === 204 ? undefined : await response.json()) as T;
}

async function words(response: Response): Promise<string> {
	try {
		// As above: errors of this server are WireError; anything else falls to the catch.
		const { error } = (await response.json()) as WireError;
		return error.hint ? `${error.message} ${error.hint}` : error.message;
	} catch {
		return `The server answered with an error (${response.status}).`;
	}
}
