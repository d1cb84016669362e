/** Servers on loopback that images could be fetched from, and fetchers to try it with; all end with their test. */
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createSocketServer, type Server, type Socket } from "node:net";
import { afterEach } from "vitest";
import { UserError } from "../../src/errors.ts";
import { createImageFetcher, type ImageFetcher, type ImageFetcherOptions } from "../../src/images/fetch.ts";

const ending: (() => Promise<unknown>)[] = [];
afterEach(async () => {
	await Promise.all(ending.splice(0).map((end) => end()));
});

/** A server that speaks HTTP; it notes the paths asked for. */
export async function serve(answer: RequestListener) {
	const requests: string[] = [];
	const server = createServer((request, response) => {
		requests.push(request.url ?? "");
		answer(request, response);
	});
	return { ...(await listen(server)), requests };
}

/** A server that says what it likes; it may write until its socket is closed. */
export async function serveRaw(answer: (socket: Socket) => void) {
	return await listen(
		createSocketServer((socket) => {
			socket.on("error", () => {});
			socket.once("data", () => answer(socket));
		}),
	);
}

/** Counts the connections that are made and those that have ended. */
async function listen(server: Server) {
	const open = new Set<Socket>();
	let connections = 0;
	server.on("connection", (socket: Socket) => {
		connections++;
		open.add(socket);
		socket.on("close", () => open.delete(socket));
	});
	await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
	ending.push(
		() =>
			new Promise((closed) => {
				for (const socket of open) socket.destroy();
				server.close(closed);
			}),
	);
	// A server on TCP has an address of this shape.
	const { port } = server.address() as AddressInfo;
	return {
		origin: `http://127.0.0.1:${port}`,
		host: `127.0.0.1:${port}`,
		port,
		connections: () => connections,
		open: () => open.size,
	};
}

export function fetcher(options: Partial<ImageFetcherOptions> = {}): ImageFetcher {
	const made = createImageFetcher({ trustedOrigins: [], ...options });
	ending.push(() => made.close());
	return made;
}

/** What a person reads. */
export async function sentence(work: Promise<unknown>): Promise<string> {
	const error = await work.catch((reason: unknown) => reason);
	if (!(error instanceof UserError)) throw new Error(`there should be a UserError, not ${error}`);
	return error.sentence;
}

export const privately = (host: string) =>
	`The link leads to ${host}, which is not on the public internet, so nothing is fetched from there. Post the image itself; whoever runs the bot can allow the address in TAGALONG_TRUSTED_IMAGE_ORIGINS.`;
