/** The embedded chat of a process: the whole of it where it is served, or only the answering where a front serves it. */
import { join } from "node:path";
import { catalogue } from "../../commands/catalogue.ts";
import { parseTyped } from "../../commands/typed.ts";
import { createLocalPort } from "../chat/local/port.ts";
import { followRelay, openRelay } from "../chat/local/relay.ts";
import { readAddress, writeAddress } from "../chat/local/served-at.ts";
import { createLocalChat, type LocalChat } from "../chat/local/server.ts";
import { openUploadFolder } from "../chat/local/upload-folder.ts";
import { complete } from "../handle/complete.ts";
import { formOf } from "../handle/forms.ts";
import { receive } from "../handle/receive.ts";
import { packageRoot } from "../package-root.ts";
import type { FrontServices } from "../services.ts";
import { createLocalChatStore } from "../store/local-chat.ts";

/** Far longer than an answer with a large file takes to be written. */
const WORKERS_MS = 60 * 60 * 1000;

/**
 * The page and what it asks for.
 * @param address where the server answers, once it is known
 * @param workersMs where workers answer in it too, see `LocalChatOptions`
 */
export function mountLocalChat(
	services: FrontServices,
	address: () => string | undefined,
	workersMs?: number,
): LocalChat {
	const { config, store, log, now } = services;
	const chat = createLocalChat({
		store: createLocalChatStore(store.db),
		dataDir: config.dataDir,
		pageDir: join(packageRoot, "dist", "page"),
		host: config.host,
		accept: (event) => receive(event, services),
		commands: [...catalogue],
		parse: (text) => parseTyped(text, catalogue),
		complete: (command, option, typed, from) => complete(command, option, typed, from, services),
		formOf,
		address,
		now,
		log,
		...(workersMs !== undefined && { workersMs }),
	});
	services.ports.local = chat.port;
	return chat;
}

export interface FrontChat {
	routes: LocalChat["routes"];
	/** Once, after the start: takes up what a crash left behind. @param url where the server answers */
	open(url: string): Promise<void>;
	/** Ends the live streams, so that the HTTP server can stop. */
	close(): void;
}

/** The page of a front, whose workers share its data folder and tell its pages through Redis. */
export function mountFrontChat(services: FrontServices, redisUrl: string): FrontChat {
	const { dataDir } = services.config;
	const chat = mountLocalChat(services, () => readAddress(dataDir), WORKERS_MS);
	let relay: { close(): void } | undefined;
	return {
		routes: chat.routes,
		async open(url) {
			writeAddress(dataDir, url);
			relay = followRelay(redisUrl, chat.announcer, chat.refresh);
			await chat.recover();
		},
		close() {
			relay?.close();
			chat.close();
		},
	};
}

/** Answering in the chat that a front serves. @returns ends it */
export function answerInLocalChat(services: FrontServices, redisUrl: string): () => void {
	const { config, store, now } = services;
	const relay = openRelay(redisUrl);
	services.ports.local = createLocalPort({
		store: createLocalChatStore(store.db),
		folder: openUploadFolder(config.dataDir),
		announcer: relay,
		address: () => readAddress(config.dataDir),
		now,
	});
	return () => relay.close();
}
