/** Where Discord keeps posted files: a host of its own, whose links are signed and end. */
import { createHmac, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { StoredFile } from "./records.ts";

export interface Cdn {
	readonly origin: string;
	/** How long links are good for. */
	linkMs: number;
	readonly files: Map<string, StoredFile>;
	/** Every request, in order. */
	readonly requests: { path: string; status: number; authorization: string | undefined }[];
	/** A new link to a file. */
	link(file: StoredFile): string;
	/** The same file's new link, given an old one. */
	refresh(url: string): string | undefined;
	close(): Promise<void>;
}

const DAY_MS = 24 * 60 * 60 * 1000;

export async function startCdn(now: () => Date): Promise<Cdn> {
	const secret = randomBytes(32);
	const signature = (path: string, ex: string) => createHmac("sha256", secret).update(`${path} ${ex}`).digest("hex");
	const files = new Map<string, StoredFile>();
	const requests: Cdn["requests"] = [];

	const server = createServer((request, response) => {
		const { pathname, searchParams } = new URL(request.url ?? "/", cdn.origin);
		const file = files.get(decodeURIComponent(pathname));
		const ex = searchParams.get("ex") ?? "";
		const isSigned = searchParams.get("hm") === signature(decodeURIComponent(pathname), ex);
		const isFresh = Number.parseInt(ex, 16) * 1000 > now().getTime();
		const { authorization } = request.headers;
		// A bot's token is nothing that this host should ever see.
		const status = authorization === undefined ? (file && isSigned && isFresh ? 200 : 404) : 400;
		requests.push({ path: pathname, status, authorization });
		if (status !== 200 || !file) {
			response.writeHead(status, { "content-type": "text/plain" }).end("This content is no longer available.");
			return;
		}
		response.writeHead(200, {
			"content-type": file.type ?? "application/octet-stream",
			"content-length": file.bytes.length,
		});
		response.end(request.method === "HEAD" ? undefined : file.bytes);
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	// A server that listens on a TCP port has an AddressInfo; only pipes have a string.
	const { port } = server.address() as AddressInfo;

	const cdn: Cdn = {
		origin: `http://127.0.0.1:${port}`,
		linkMs: DAY_MS,
		files,
		requests,
		link({ path }) {
			const seconds = Math.floor(now().getTime() / 1000);
			const ex = (seconds + Math.round(cdn.linkMs / 1000)).toString(16);
			const hm = signature(path, ex);
			return `${cdn.origin}${encodeURI(path)}?ex=${ex}&is=${seconds.toString(16)}&hm=${hm}`;
		},
		refresh(url) {
			const file = URL.canParse(url) ? files.get(decodeURIComponent(new URL(url).pathname)) : undefined;
			return file && cdn.link(file);
		},
		async close() {
			server.close();
			server.closeAllConnections();
			await once(server, "close");
		},
	};
	return cdn;
}
