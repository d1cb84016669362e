/** The embedded chat: a page with channels, messages and threads, and the port by which the bot answers in it. */
import type { Hono } from "hono";
import type { Logger } from "pino";
import type { LocalChatStore } from "../../store/local-chat.ts";
import type { ChatEvent } from "../event.ts";
import { type Announcer, announceTo } from "./announce.ts";
import type { ParseCommand } from "./events.ts";
import { Live } from "./live.ts";
import { createLocalPort, type LocalPort } from "./port.ts";
import { createPosting } from "./posting.ts";
import { createReacting, type FormOf } from "./reacting.ts";
import { createRemoving } from "./removing.ts";
import { type CompleteOption, createRoutes } from "./routes.ts";
import { openUploadFolder } from "./upload-folder.ts";
import type { WireCommand } from "./wire.ts";

export interface LocalChatOptions {
	store: LocalChatStore;
	/** The process's data folder; the chat keeps to `local` in it. */
	dataDir: string;
	/** The built page: `index.html`, `main.js`, `main.css`, `icon.svg`. */
	pageDir: string;
	/** The configured HOST. */
	host: string;
	/** Writes an event down and sees to it; rejects if it couldn't be written down. */
	accept: (event: ChatEvent) => Promise<unknown>;
	/** What `/` completion offers. */
	commands: readonly WireCommand[];
	parse: ParseCommand;
	/** What could be meant by what is typed so far; none for an option that picks from nothing known. */
	complete: CompleteOption;
	/** The form that a choice asks for before it is sent. */
	formOf: FormOf;
	/** Where the server answers, e.g. `http://127.0.0.1:3000`, once it is known: links that leave the chat begin with it. */
	address: () => string | undefined;
	now: () => Date;
	log: Logger;
	/** How long workers may take from writing a file to writing its row. Default: there are none but this process. */
	workersMs?: number;
}

export interface LocalChat {
	/** To be mounted at `/`. */
	routes: Hono;
	port: LocalPort;
	/** For what others do in this chat. */
	announcer: Announcer;
	/** Has the open pages ask for everything again. */
	refresh(): void;
	/** Once, after the start: takes up what a crash left behind. */
	recover(): Promise<void>;
	/** Ends the live streams, so that the HTTP server can stop. */
	close(): void;
}

export function createLocalChat(options: LocalChatOptions): LocalChat {
	const live = new Live();
	/** What the bot says it is doing, by message; forgotten at a restart, when the work starts anew. */
	const progress = new Map<string, string>();
	const announcer = announceTo(live, options.store, progress);
	const shared = { ...options, folder: openUploadFolder(options.dataDir), live, progress, announcer };
	const removing = createRemoving(shared);
	const posting = createPosting({ ...shared, removing });
	return {
		routes: createRoutes({ ...shared, posting, removing, reacting: createReacting(shared) }),
		port: createLocalPort(shared),
		announcer,
		refresh: () => live.publish({ type: "open" }),
		recover: () => posting.recover(),
		close: () => live.close(),
	};
}
