/** An embedded chat on a store and a folder of its own, whose events are collected instead of worked on. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Hono } from "hono";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import type { CommandDescription } from "../../commands/command.ts";
import { parseTyped } from "../../commands/typed.ts";
import { type ChatEvent, type CommandEvent, chatEventSchema, type MessageRef } from "../../src/chat/event.ts";
import { channelRef } from "../../src/chat/local/events.ts";
import { createLocalChat } from "../../src/chat/local/server.ts";
import type { WireError, WireMessage, WirePage, WireState } from "../../src/chat/local/wire.ts";
import type { Form, View } from "../../src/chat/view.ts";
import { openStore } from "../../src/store/embedded-store.ts";
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

/** What every control of these chats asks for whose id begins with `ask`. */
export const form: Form = {
	title: "Another label",
	fields: [{ name: "label", label: "Label", maxLength: 10 }],
	submit: "Vote",
};

export const photo = (name: string) => readFile(new URL(`../fixtures/photos/${name}`, import.meta.url));

export const picture = async (name = "chelsea.png") => new File([new Uint8Array(await photo(name))], name);

/** A refusal as the person reads it. */
export async function words(response: Response): Promise<string> {
	// The server's own shape, see wire.ts.
	const { error } = (await response.json()) as WireError;
	return [error.message, error.hint].join(" ").trim();
}

export type TestChat = Awaited<ReturnType<typeof openTestChat>>;

/** Opens a chat for each test of a file, on a store that they share: opening one takes seconds. */
export function inEachTest(use: (chat: TestChat) => void): void {
	let store: Store;
	let chat: TestChat;
	beforeAll(async () => {
		store = await openStore(undefined);
	});
	beforeEach(async () => {
		chat = await openTestChat(store);
		use(chat);
	});
	afterEach(() => chat.close());
	afterAll(() => store.close());
}

/** @param store emptied of what an earlier chat left in it */
async function openTestChat(store: Store) {
	await store.db.delete(localChannels);
	const folder = await mkdtemp(join(tmpdir(), "tagalong-chat-"));
	const pageDir = join(folder, "page");
	await mkdir(pageDir);
	await writeFile(join(pageDir, "index.html"), "<!doctype html><title>page</title>");
	await writeFile(join(pageDir, "main.js"), "export {};");
	const events: ChatEvent[] = [];
	/** `refusal`: why no event can be written down. `address`: where the server answers. */
	const state: { refusal?: Error; address?: string } = {};
	let clock = Date.UTC(2026, 2, 1);

	const open = () =>
		createLocalChat({
			store: createLocalChatStore(store.db),
			dataDir: join(folder, "data"),
			pageDir,
			host: "127.0.0.1",
			accept: async (event) => {
				if (state.refusal) throw state.refusal;
				events.push(chatEventSchema.parse(event));
			},
			commands: catalogue,
			parse: (text) => parseTyped(text, catalogue),
			complete: async (...asked) => [JSON.stringify(asked)],
			formOf: (control) => (control.startsWith("ask") ? form : undefined),
			address: () => state.address,
			now: () => new Date(clock++),
			log: pino({ level: "silent" }),
		});
	const chat = open();
	await chat.recover();
	const ann = await visit(chat.routes);
	let answers = 0;

	/** Posts a command with a photo. @returns its event */
	async function command(fields: Record<string, string> = {}): Promise<CommandEvent & { message: string }> {
		await ann.post("/classify cat", [await picture()], fields);
		const event = events.at(-1);
		if (event?.kind !== "command" || !event.message) throw new Error("no command was raised");
		return { ...event, message: event.message };
	}

	return {
		...chat,
		...ann,
		store: createLocalChatStore(store.db),
		events,
		state,
		localFolder: join(folder, "data", "local"),
		command,
		/** The bot's answer to a new command. */
		async answer(view: View): Promise<MessageRef> {
			const event = await command();
			const message = await chat.port.reply(event, view, `answer ${answers++}`);
			return { ...channelRef("general"), message };
		},
		/** The bot's messages, as this browser is shown them. */
		replies: async () => (await ann.messages()).messages.filter((message) => message.author.isBot),
		/** Another browser. */
		visit: () => visit(chat.routes),
		/** The same data, opened anew, as after a restart. */
		reopen: open,
		async close() {
			chat.close();
			await rm(folder, { recursive: true, force: true });
		},
	};
}

/** A browser: it keeps the cookies that it is given. */
async function visit(routes: Hono) {
	const cookies = new Map<string, string>();

	async function request(path: string, init: RequestInit = {}): Promise<Response> {
		const cookie = [...cookies].map((pair) => pair.join("=")).join("; ");
		const headers = new Headers({ host: HOST, origin: ORIGIN, cookie });
		for (const [name, value] of new Headers(init.headers)) headers.set(name, value);
		const response = await routes.request(`${ORIGIN}${path}`, { ...init, headers });
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
