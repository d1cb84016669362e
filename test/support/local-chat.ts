/** An embedded chat on a store and a folder of its own, whose events are collected instead of worked on. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import type { CommandDescription } from "../../commands/command.ts";
import { parseTyped } from "../../commands/typed.ts";
import type { ChatEvent } from "../../src/chat/event.ts";
import { createLocalChat } from "../../src/chat/local/server.ts";
import type { WireMessage, WirePage } from "../../src/chat/local/wire.ts";
import { createLocalChatStore } from "../../src/store/local-chat.ts";
import { localChannels } from "../../src/store/schema.ts";
import type { Store } from "../../src/store/store.ts";

export const HOST = "127.0.0.1:3000";
export const ORIGIN = `http://${HOST}`;

export const catalogue: CommandDescription[] = [
	{
		name: "classify",
		description: "Say which label fits an image",
		typed: "labels",
		options: [{ name: "labels", description: "What to choose from", required: true }],
		examples: ["/classify cat dog bear"],
		who: "everyone",
	},
];

export const photo = (name: string) => readFile(new URL(`../fixtures/photos/${name}`, import.meta.url));

export type TestChat = Awaited<ReturnType<typeof openTestChat>>;

/** @param store emptied of what an earlier chat left in it: opening one takes seconds, so a file's tests share it */
export async function openTestChat(store: Store) {
	await store.db.delete(localChannels);
	const folder = await mkdtemp(join(tmpdir(), "tagalong-chat-"));
	const pageDir = join(folder, "page");
	await mkdir(pageDir);
	await writeFile(join(pageDir, "index.html"), "<!doctype html><title>page</title>");
	await writeFile(join(pageDir, "main.js"), "export {};");
	const events: ChatEvent[] = [];
	const state: { refusal: Error | undefined } = { refusal: undefined };
	let clock = Date.UTC(2026, 2, 1);

	const open = () =>
		createLocalChat({
			store: createLocalChatStore(store.db),
			dataDir: join(folder, "data"),
			pageDir,
			host: "127.0.0.1",
			accept: async (event) => {
				if (state.refusal) throw state.refusal;
				events.push(event);
			},
			commands: catalogue,
			parse: (text) => parseTyped(text, catalogue),
			now: () => new Date(clock++),
			log: pino({ level: "silent" }),
		});
	const chat = open();
	await chat.recover();
	/** Who the requests come from: the cookie that the first answer sets. */
	let cookie = "";

	async function request(path: string, init: RequestInit = {}): Promise<Response> {
		const headers = new Headers({ host: HOST, origin: ORIGIN, cookie });
		for (const [name, value] of new Headers(init.headers)) headers.set(name, value);
		const response = await chat.routes.request(`${ORIGIN}${path}`, { ...init, headers });
		cookie = response.headers.get("set-cookie")?.split(";")[0] ?? cookie;
		return response;
	}

	return {
		...chat,
		events,
		state,
		request,
		localFolder: join(folder, "data", "local"),
		/** The same data, opened anew, as after a restart. */
		reopen: open,
		async send(text: string, files: File[] = [], fields: Record<string, string> = {}): Promise<Response> {
			const form = new FormData();
			form.set("text", text);
			for (const [name, value] of Object.entries(fields)) form.set(name, value);
			for (const file of files) form.append("files", file);
			return await request("/api/channels/general/messages", { method: "POST", body: form });
		},
		/** Posts what must succeed. */
		async post(text: string, files: File[] = [], fields: Record<string, string> = {}): Promise<WireMessage> {
			const response = await this.send(text, files, fields);
			if (response.status !== 201) throw new Error(`not posted: ${await response.text()}`);
			// The server's own shape, see wire.ts.
			return (await response.json()) as WireMessage;
		},
		async messages(query = ""): Promise<WirePage> {
			const response = await request(`/api/channels/general/messages${query}`);
			// The server's own shape, see wire.ts.
			return (await response.json()) as WirePage;
		},
		async close() {
			chat.close();
			await rm(folder, { recursive: true, force: true });
		},
	};
}
