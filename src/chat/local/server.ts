/** The embedded chat: a page with channels, messages and threads, and the port by which the bot answers in it. */
import { join } from "node:path";
import type { Hono } from "hono";
import type { Logger } from "pino";
import type { LocalChatStore } from "../../store/local-chat.ts";
import type { ChatEvent } from "../event.ts";
import type { ChatPort } from "../port.ts";
import type { ParseCommand } from "./events.ts";
import { Live } from "./live.ts";
import { createLocalPort } from "./port.ts";
import { createPosting } from "./posting.ts";
import { createRoutes } from "./routes.ts";
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
	now: () => Date;
	log: Logger;
}

export interface LocalChat {
	/** To be mounted at `/`. */
	routes: Hono;
	port: ChatPort;
	/** Once, after the start: takes up what a crash left behind. */
	recover(): Promise<void>;
	/** Ends the live streams, so that the HTTP server can stop. */
	close(): void;
}

export function createLocalChat(options: LocalChatOptions): LocalChat {
	const shared = {
		...options,
		folder: openUploadFolder(join(options.dataDir, "local")),
		live: new Live(),
		progress: new Map<string, string>(),
	};
	const posting = createPosting(shared);
	return {
		routes: createRoutes({ ...shared, posting }),
		port: createLocalPort(shared),
		recover: () => posting.recover(),
		close: () => shared.live.close(),
	};
}
