/** The all-in-one process: services, the local chat, health and metrics behind one HTTP server. */
import { join } from "node:path";
import { serve } from "@hono/node-server";
import type { Logger } from "pino";
import { catalogue } from "../../commands/catalogue.ts";
import { parseTyped } from "../../commands/typed.ts";
import { createLocalChat } from "../chat/local/server.ts";
import type { Config } from "../config.ts";
import { serverErrors } from "../errors.ts";
import { complete } from "../handle/complete.ts";
import { formOf } from "../handle/forms.ts";
import { workerOf } from "../handle/handle.ts";
import { receive } from "../handle/receive.ts";
import { packageRoot } from "../package-root.ts";
import { openEmbeddedServices } from "../services/embedded.ts";
import type { Services } from "../services.ts";
import { createLocalChatStore } from "../store/local-chat.ts";
import { createApp } from "./app.ts";
import { createLog } from "./log.ts";
import { encodeProbe } from "./probe.ts";

export interface RunningServer {
	/** Where it answers, e.g. `http://127.0.0.1:3000`. */
	url: string;
	/** What a person should read first. */
	greeting: string[];
	services: Services;
	/** Takes nothing new, finishes what runs, closes the store. */
	close(): Promise<void>;
}

/**
 * Starts everything; resolves once it answers.
 * @throws UserError `server.*`, `store.*`, `model.*`
 */
export async function startServer(config: Config): Promise<RunningServer> {
	const log = createLog(config.logLevel);
	const services = await openEmbeddedServices(config, log);
	const { store, classifier, metrics, jobs } = services;

	const app = createApp({
		registry: metrics.registry,
		checks: {
			store: () => store.ping(),
			model: () => encodeProbe(classifier),
		},
	});
	let address: string | undefined;
	const chat = config.localChat ? mountLocalChat(services, () => address) : undefined;
	if (chat) app.route("/", chat.routes);

	const http = await listen(app.fetch, config).catch(async (error) => {
		await services.close();
		throw error;
	});
	address = http.url;
	await jobs.start(workerOf(services));
	await chat?.recover();
	preparePool(services, log);

	return {
		url: http.url,
		greeting: greeting(services, http.url),
		services,
		async close() {
			chat?.close();
			await http.close();
			await services.close();
		},
	};
}

function mountLocalChat(services: Services, address: () => string | undefined) {
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
	});
	services.ports.local = chat.port;
	return chat;
}

/** Models other than the starter read the negatives in the background; until then the answers say so. */
function preparePool({ classifier, metrics }: Services, log: Logger): void {
	if (classifier.poolReady) {
		metrics.poolReady.set(1);
		return;
	}
	log.info("reading the negatives for “none of these” in the background");
	classifier.preparePool().then(
		() => metrics.poolReady.set(1),
		(error) => log.error({ err: error }, "the negatives could not be read; “none of these” stays a guess"),
	);
}

/** Sooner than a page opens its live stream again, on a connection that it still has. */
const CLOSE_IDLE_EVERY_MS = 50;

/** @throws UserError `server.port-taken`, `server.cannot-listen` */
function listen(fetch: Parameters<typeof serve>[0]["fetch"], { port, host }: Config) {
	return new Promise<{ url: string; close(): Promise<void> }>((resolve, reject) => {
		const server = serve({ fetch, port, hostname: host }, (address) => {
			const shown = host.includes(":") ? `[${host}]` : host;
			const close = () =>
				new Promise<void>((closed) => {
					// What falls idle later is closed too, before its page asks again: else an open page keeps the server alive.
					const closing = setInterval(() => {
						if ("closeIdleConnections" in server) server.closeIdleConnections();
					}, CLOSE_IDLE_EVERY_MS);
					server.close(() => {
						clearInterval(closing);
						closed();
					});
				});
			resolve({ url: `http://${shown}:${address.port}`, close });
		});
		server.on("error", (error: NodeJS.ErrnoException) => {
			reject(error.code === "EADDRINUSE" ? serverErrors.portTaken(port) : serverErrors.cannotListen(host, port, error));
		});
	});
}

function greeting({ classifier, config }: Services, url: string): string[] {
	const { manifest, device } = classifier.model;
	const better = manifest.name === "starter" ? " A better one: `tagalong models list`, then TAGALONG_MODEL=NAME." : "";
	const lines = [`Model: ${manifest.title}, on the ${device === "cuda" ? "GPU" : "CPU"}.${better}`];
	if (config.localChat) lines.push(`Chat: ${url} (post a photo with /classify cat dog bear)`);
	if (config.trustedImageOrigins.length > 0) {
		lines.push(
			`Warning: images are fetched from ${config.trustedImageOrigins.join(", ")}, private or not, as configured.`,
		);
	}
	return lines;
}
