/**
 * A model hub on loopback that behaves like the real one where pulling can tell: resolve addresses, large files behind a
 * redirect to another host, ranges, gated repositories; and misbehaves on request.
 */
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Manifest, manifestSchema } from "../../src/model/manifest.ts";

/** The token that opens gated repositories. */
export const RIGHT_TOKEN = "hf_right";

export interface HubFile {
	content: Buffer;
	/** Small files are sent by the hub itself; the others by its CDN, which has another host name. */
	small?: boolean;
	/** Only with the right token. */
	gated?: boolean;
	/** Answered instead of the file, one a request, until none is left. */
	statuses?: number[];
	/** Offsets, one a request, at which sending stops until `cut` or `release`; 0 cuts at once. */
	stops?: number[];
	/** Sends the whole file, whatever range is asked for. */
	ignoresRanges?: boolean;
	/** Doesn't say how long it is. */
	chunked?: boolean;
	/** What the hub claims the stored file's sha256 to be, if not the truth. */
	claimedSha256?: string;
}

export interface SeenRequest {
	host: "hub" | "cdn";
	method: string;
	file: string;
	authorization: string | undefined;
	range: string | undefined;
}

export interface FakeHub {
	endpoint: string;
	/** By the path in the repository. */
	files: Record<string, HubFile>;
	seen: SeenRequest[];
	/** Breaks the connections that have stopped. */
	cut(): void;
	/** Lets the connections that have stopped go on. */
	release(): void;
	close(): Promise<void>;
}

/** A model of random bytes in a repository of the fake hub: its manifest, and its files by their path there. */
export function hubModel(overrides: Partial<Manifest> = {}): { manifest: Manifest; files: Record<string, HubFile> } {
	const files: Record<string, HubFile> = {
		"tokenizer.json": { content: randomBytes(5_000), small: true },
		"onnx/text_model.onnx": { content: randomBytes(300_000) },
		"onnx/vision_model.onnx": { content: randomBytes(500_000) },
	};
	const pin = (path: string) => {
		const content = files[path]?.content ?? Buffer.alloc(0);
		return { file: path.replace("onnx/", ""), path, sha256: sha256(content), bytes: content.length };
	};
	const manifest = manifestSchema.parse({
		name: "paired",
		title: "A pair of random towers",
		repository: { id: "someone/paired", revision: "0123456789abcdef0123456789abcdef01234567" },
		licence: "MIT",
		languages: ["en"],
		dim: 8,
		image: {
			model: pin("onnx/vision_model.onnx"),
			output: "image_embeds",
			preprocessing: {
				size: 224,
				resizeMode: "squash",
				interpolation: "bilinear",
				mean: [0.5, 0.5, 0.5],
				std: [0.5, 0.5, 0.5],
			},
		},
		text: {
			model: pin("onnx/text_model.onnx"),
			output: "text_embeds",
			tokenizer: pin("tokenizer.json"),
			tokenization: { contextLength: 77, eosId: 2, padId: 0, padTo: "longest" },
		},
		logitScale: 100,
		scoring: "softmax",
		templates: ["{}"],
		...overrides,
	});
	return { manifest, files };
}

export function sha256(content: Buffer): string {
	return createHash("sha256").update(content).digest("hex");
}

/** Serves one repository's files at its pinned revision. */
export async function startFakeHub(manifest: Manifest, files: Record<string, HubFile>): Promise<FakeHub> {
	const seen: SeenRequest[] = [];
	let stopped: { cut: () => void; release: () => void }[] = [];
	const everyStopped = (what: "cut" | "release") => {
		const all = stopped;
		stopped = [];
		for (const connection of all) connection[what]();
	};
	const prefix = `/${manifest.repository?.id}/resolve/${manifest.repository?.revision}/`;

	const cdn = await listen("localhost", async (incoming, response) => {
		const path = decodeURIComponent(incoming.url?.slice("/blobs/".length) ?? "");
		note("cdn", incoming, path);
		// As real object stores do: a request with two kinds of credentials is refused.
		const file = files[path];
		if (!file || incoming.headers.authorization) return refuse(response, 400);
		await send(file, incoming, response);
	});

	const hub = await listen("127.0.0.1", async (incoming, response) => {
		const path = incoming.url?.startsWith(prefix) ? decodeURIComponent(incoming.url.slice(prefix.length)) : "";
		note("hub", incoming, path);
		if (!path) return refuse(response, 401, { "x-error-code": "RepoNotFound" });
		const file = files[path];
		if (!file) return refuse(response, 404, { "x-error-code": "EntryNotFound" });
		if (file.gated && incoming.headers.authorization !== `Bearer ${RIGHT_TOKEN}`) {
			return refuse(response, incoming.headers.authorization ? 403 : 401, { "x-error-code": "GatedRepo" });
		}
		const status = file.statuses?.shift();
		if (status !== undefined) return refuse(response, status);
		response.setHeader("x-repo-commit", manifest.repository?.revision ?? "");
		if (file.small) return send(file, incoming, response);
		if (!file.chunked) response.setHeader("x-linked-size", file.content.length);
		response.setHeader("x-linked-etag", `"${file.claimedSha256 ?? sha256(file.content)}"`);
		response.writeHead(302, { location: `http://localhost:${port(cdn)}/blobs/${encodeURIComponent(path)}` }).end();
	});

	function note(host: SeenRequest["host"], { method = "", headers }: IncomingMessage, file: string): void {
		seen.push({ host, method, file, authorization: headers.authorization, range: headers.range });
	}

	async function send(file: HubFile, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
		const { content } = file;
		const asked = Number(incoming.headers.range?.match(/^bytes=(\d+)-$/)?.[1] ?? 0);
		const from = file.ignoresRanges ? 0 : asked;
		if (from >= content.length) return refuse(response, 416, { "content-range": `bytes */${content.length}` });
		if (!file.chunked) response.setHeader("content-length", content.length - from);
		if (from > 0) response.setHeader("content-range", `bytes ${from}-${content.length - 1}/${content.length}`);
		response.writeHead(from > 0 ? 206 : 200);
		const stop = file.stops?.shift();
		if (incoming.method === "HEAD") response.end();
		else if (stop === undefined) response.end(content.subarray(from));
		else if (stop === 0) response.destroy();
		else {
			response.write(content.subarray(from, stop));
			const cut = () => response.destroy();
			stopped.push({ cut, release: () => response.end(content.subarray(stop)) });
		}
	}

	return {
		endpoint: `http://127.0.0.1:${port(hub)}`,
		files,
		seen,
		cut: () => everyStopped("cut"),
		release: () => everyStopped("release"),
		async close() {
			for (const server of [hub, cdn]) {
				server.close();
				server.closeAllConnections();
				await once(server, "close");
			}
		},
	};
}

function refuse(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
	response.writeHead(status, headers).end("no");
}

async function listen(host: string, listener: RequestListener): Promise<Server> {
	const server = createServer(listener).listen(0, host);
	await once(server, "listening");
	return server;
}

function port(server: Server): number {
	// A server that listens on a TCP port has an AddressInfo; only pipes have a string.
	return (server.address() as AddressInfo).port;
}
