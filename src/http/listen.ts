/** The HTTP server of a process. */
import { serve } from "@hono/node-server";
import type { Hono } from "hono";
import type { Config } from "../config.ts";
import { serverErrors } from "../errors.ts";

export interface Listening {
	/** Where it answers, e.g. `http://127.0.0.1:3000`. */
	url: string;
	/** Takes no new connections; resolves once requests under way have their answers, and after the grace at the latest. */
	close(): Promise<void>;
}

/** Sooner than a page opens its live stream again, on a connection that it still has. */
const CLOSE_IDLE_EVERY_MS = 50;
/** As long as platforms wait for an answer. */
const GRACE_MS = 3_000;

/**
 * @param graceMs for requests that are under way at the end: then a connection that says nothing, or half a request, is cut
 * @throws UserError `server.port-taken`, `server.cannot-listen`
 */
export function listen(
	app: Hono,
	{ port, host }: Pick<Config, "port" | "host">,
	graceMs = GRACE_MS,
): Promise<Listening> {
	return new Promise((resolve, reject) => {
		const server = serve({ fetch: app.fetch, port, hostname: host }, (address) => {
			const shown = host.includes(":") ? `[${host}]` : host;
			const close = () =>
				new Promise<void>((closed) => {
					// What falls idle later is closed too, before its page asks again: else an open page keeps the server alive.
					const closing = setInterval(() => {
						if ("closeIdleConnections" in server) server.closeIdleConnections();
					}, CLOSE_IDLE_EVERY_MS);
					// One that never asked anything counts as busy.
					const cutting = setTimeout(() => {
						if ("closeAllConnections" in server) server.closeAllConnections();
					}, graceMs);
					server.close(() => {
						clearInterval(closing);
						clearTimeout(cutting);
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
