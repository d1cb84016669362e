/** The page's requests to its server. */
import type {
	WireChannel,
	WireChoice,
	WireChosen,
	WireCompletions,
	WireError,
	WireMessage,
	WirePage,
	WireReacting,
	WireRole,
	WireState,
} from "../wire.ts";

import { name } from "./state.ts";

/** A request that failed, in words for the person. */
export class RequestError extends Error {}

export const api = {
	state: () => request<WireState>("/api/state"),
	takeRole: (role: WireRole) => request<WireState["me"]>("/api/me", json(role)),
	messages: (channel: string, before?: string) =>
		request<WirePage>(`/api/channels/${channel}/messages${before ? `?before=${before}` : ""}`),
	completions: (channel: string, asked: { command: string; option: string; typed: string }, signal: AbortSignal) =>
		request<WireCompletions>(`/api/channels/${channel}/completions?${new URLSearchParams(asked)}`, { signal }),
	createChannel: (name: string) => request<WireChannel>("/api/channels", json({ name })),
	removeChannel: (channel: string) => request<undefined>(`/api/channels/${channel}`, { method: "DELETE" }),
	post: (channel: string, form: FormData) =>
		request<WireMessage>(`/api/channels/${channel}/messages`, { method: "POST", body: form }),
	remove: (message: string) => request<undefined>(`/api/messages/${message}`, { method: "DELETE" }),
	react: (message: string, reacting: WireReacting) =>
		request<undefined>(`/api/messages/${message}/reactions`, json({ ...reacting, ...called() })),
	choose: (message: string, choice: WireChoice) =>
		request<WireChosen | undefined>(`/api/messages/${message}/choices`, json({ ...choice, ...called() })),
};

/** A picture: a preview of what someone posted, or what the bot drew. */
export const fileUrl = (id: string) => `/api/files/${id}`;
export const downloadUrl = (id: string) => `/api/downloads/${id}`;

/** What to tell the person when something has failed. */
export function wordsOf(error: unknown): string {
	if (error instanceof RequestError) return error.message;
	return "Something went wrong in this page. Reload it and try again.";
}

/** What the person wants to be called, if they said. */
function called(): { name?: string } {
	return name.value ? { name: name.value } : {};
}

function json(body: unknown): RequestInit {
	return { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

/** @throws RequestError */
async function request<T>(path: string, init?: RequestInit): Promise<T> {
	let response: Response;
	try {
		response = await fetch(path, init);
	} catch {
		throw new RequestError("The server can't be reached. Check that Tagalong is running, then try again.");
	}
	if (!response.ok) throw new RequestError(await words(response));
	const body = await response.text();
	// The server's own answers have the shapes of wire.ts; both are built together. An empty one is `undefined` in them.
	return (body === "" ? undefined : JSON.parse(body)) as T;
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
