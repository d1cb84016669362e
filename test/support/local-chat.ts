/** An embedded chat on a store and a folder of its own, whose events are collected instead of worked on. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import type { CommandDescription } from "../../commands/command.ts";
import { parseTyped } from "../../commands/typed.ts";
import { type ChatEvent, type CommandEvent, chatEventSchema, type MessageRef } from "../../src/chat/event.ts";
import { channelRef } from "../../src/chat/local/events.ts";
import { createLocalChat, type LocalChatOptions } from "../../src/chat/local/server.ts";
import type { WireError } from "../../src/chat/local/wire.ts";
import type { Form, View } from "../../src/chat/view.ts";
import { openStore } from "../../src/store/embedded-store.ts";
import { createLocalChatStore } from "../../src/store/local-chat.ts";
import { localChannels } from "../../src/store/schema.ts";
import type { Store } from "../../src/store/store.ts";
import { picture, visit } from "./visitor.ts";

export { photo, picture } from "./visitor.ts";

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

	const open = (more: Partial<LocalChatOptions> = {}) =>
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
			...more,
		});
	const chat = open();
	await chat.recover();
	const ann = await visit(ORIGIN, (url, init) => chat.routes.request(url, init));
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
		dataDir: join(folder, "data"),
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
		visit: () => visit(ORIGIN, (url, init) => chat.routes.request(url, init)),
		/** The same data, opened anew, as after a restart. */
		reopen: open,
		async close() {
			chat.close();
			await rm(folder, { recursive: true, force: true });
		},
	};
}
