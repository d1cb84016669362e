/** Opens files of a model hub: the address of a pinned file, who is sent the token, and what a refusal means. */
import type { Readable } from "node:stream";
import { Agent, type Dispatcher, request } from "undici";
import { pullErrors } from "../errors.ts";
import type { Manifest, ModelFile } from "./manifest.ts";

export interface Hub {
	/** The public hub or a mirror of it; without a slash at its end. */
	endpoint: string;
	token: string | undefined;
	offline: boolean;
}

/** A file of a repository. */
export type PinnedFile = ModelFile & { path: string };

/** A file whose bytes are on their way. */
export interface OpenedFile {
	body: Readable;
	/** Offset of the first byte; 0 where the server sends the whole file, whatever was asked. */
	from: number;
	/** Length of the whole file, if the server says it. */
	total: number | undefined;
	/** The sha256 that the hub keeps for the file, if it says it. */
	sha256: string | undefined;
}

const PUBLIC_HUB = "https://huggingface.co";
const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** Answers that may be different the next time; a person's mistake is none of them. */
const PASSING = new Set([408, 425, 429]);

/**
 * Reads HF_ENDPOINT, HF_TOKEN and HF_HUB_OFFLINE as the hub's own client does (huggingface_hub, “Environment variables”).
 * @throws UserError `pull.endpoint`
 */
export function hubFromEnv(env: Record<string, string | undefined>): Hub {
	const endpoint = (env.HF_ENDPOINT?.trim() || PUBLIC_HUB).replace(/\/+$/, "");
	if (!URL.canParse(endpoint) || !/^https?:$/.test(new URL(endpoint).protocol)) throw pullErrors.endpoint(endpoint);
	return {
		endpoint,
		token: env.HF_TOKEN?.trim() || undefined,
		offline: /^(1|on|yes|true)$/i.test(env.HF_HUB_OFFLINE?.trim() ?? ""),
	};
}

/** Connections to a hub; a silence of a minute counts as a cut connection. */
export function hubConnections(): Agent {
	return new Agent({ headersTimeout: 60_000, bodyTimeout: 60_000, connect: { timeout: 15_000 } });
}

type Repository = NonNullable<Manifest["repository"]>;

/** A repository's page, where a person reads and accepts its terms. */
export function repositoryPage(hub: Hub, repository: Repository): string {
	return `${hub.endpoint}/${repository.id}`;
}

/**
 * Asks for a pinned file from byte `from` on, following redirects itself: the token goes to the hub's own origin only,
 * and is not sent again once a redirect has left it.
 * @throws UserError `pull.gated`, `pull.not-found` or `pull.refused`; any other error may pass when tried again
 */
export async function openFile(
	hub: Hub,
	repository: Repository,
	file: PinnedFile,
	from: number,
	dispatcher: Dispatcher,
): Promise<OpenedFile> {
	const path = file.path.split("/").map(encodeURIComponent).join("/");
	let url = new URL(`${hub.endpoint}/${repository.id}/resolve/${repository.revision}/${path}`);
	const hubOrigin = url.origin;
	let atHub = true;
	let sha256: string | undefined;
	let size: number | undefined;
	for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
		const headers: Record<string, string> = { "user-agent": "tagalong", "accept-encoding": "identity" };
		if (from > 0) headers.range = `bytes=${from}-`;
		if (hub.token && atHub) headers.authorization = `Bearer ${hub.token}`;
		const response = await request(url, { headers, dispatcher });
		const header = (name: string) => response.headers[name]?.toString();
		if (atHub) {
			sha256 ??= sha256Of(header("x-linked-etag"));
			size ??= lengthOf(header("x-linked-size"));
		}
		const { statusCode: status, body } = response;
		if (status === 200) return { body, from: 0, total: lengthOf(header("content-length")) ?? size, sha256 };
		if (status === 206) {
			const range = rangeOf(header("content-range"));
			return { body, from: range.from, total: range.total ?? size, sha256 };
		}
		await body.dump();
		const location = header("location");
		if (REDIRECTS.has(status) && location) {
			url = new URL(location, url);
			atHub &&= url.origin === hubOrigin;
			continue;
		}
		// There are no bytes left to ask for, so the ones that are here are not this file's.
		if (status === 416 && from > 0) return openFile(hub, repository, file, 0, dispatcher);
		if (status >= 500 || PASSING.has(status)) throw new Error(`${url.host} answered ${status}`);
		// To those who aren't signed in, the hub says 401 for a repository that doesn't exist.
		if (status === 404 || header("x-error-code") === "RepoNotFound") {
			throw pullErrors.notFound(repository.id, repository.revision, file.path, url.host, status);
		}
		if (atHub && (status === 401 || status === 403)) {
			throw pullErrors.gated(repository.id, repositoryPage(hub, repository), status, hub.token !== undefined);
		}
		throw pullErrors.refused(file.file, url.host, status);
	}
	throw new Error(`${hub.endpoint} redirects more than ${MAX_REDIRECTS} times`);
}

/** Large files' etags are their sha256; small ones' are git's sha1 and say nothing here. */
function sha256Of(etag: string | undefined): string | undefined {
	return etag?.match(/^(?:W\/)?"?([0-9a-f]{64})"?$/)?.[1];
}

function lengthOf(value: string | undefined): number | undefined {
	return value && /^\d+$/.test(value) ? Number(value) : undefined;
}

/** `bytes 100-999/1000`; the total may be `*`. An unreadable one starts nowhere (NaN), which is never what was asked. */
function rangeOf(value: string | undefined): { from: number; total: number | undefined } {
	const match = value?.match(/^bytes (\d+)-\d+\/(\d+|\*)$/);
	return { from: Number(match?.[1]), total: lengthOf(match?.[2]) };
}
