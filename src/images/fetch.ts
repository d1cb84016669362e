/** Fetches images from addresses that strangers give, without reaching into private networks or giving tokens away. */
import { lookup } from "node:dns/promises";
import { Agent, type Dispatcher, errors, request } from "undici";
import { fetchErrors, imageErrors, UserError } from "../errors.ts";
import { publicConnector, type Resolve } from "./connect.ts";
import { defaultLimits, type ImageLimits } from "./limits.ts";

const maxRedirects = 5;
const redirects = new Set([301, 302, 303, 307, 308]);

export interface ImageFetcherOptions {
	/** Exact origins (scheme, host, port) that may be http and private. */
	trustedOrigins: readonly string[];
	limits?: ImageLimits;
	resolve?: Resolve;
}

export interface Credentials {
	/** Sent with the first request and to no other origin: a redirect elsewhere goes without, and so does all after it. */
	headers: Record<string, string>;
	/** Hosts (with the port, if not the usual one) that may have them; to any other they are not sent at all. */
	headersOnlyFor: readonly string[];
}

export interface ImageFetcher {
	/**
	 * What the address gives, whatever it is; `openImage` says whether it is an image.
	 * @throws UserError `fetch.*`, or `image.too-large`.
	 */
	fetchImage(url: string, credentials?: Credentials): Promise<Uint8Array>;
	/** Ends all connections. */
	close(): Promise<void>;
}

/**
 * https to public addresses only, but for trusted origins; checked anew at each of at most five redirects. No cookies, no
 * proxies from the environment. Bytes are counted as they come, and one time limit covers everything from the first lookup
 * to the last byte, so that a server that drips can't hold a worker.
 */
export function createImageFetcher({
	trustedOrigins,
	limits = defaultLimits,
	resolve = (hostname) => lookup(hostname, { all: true }),
}: ImageFetcherOptions): ImageFetcher {
	const trusted = new Set(trustedOrigins);
	const milliseconds = Math.ceil(limits.maxSeconds * 1000);
	const maxResponseSize = limits.maxBytes;
	const publicAgent = new Agent({ maxResponseSize, connect: publicConnector(resolve, milliseconds) });
	const trustedAgent = new Agent({ maxResponseSize, connect: { timeout: milliseconds } });

	async function fetchImage(address: string, credentials?: Credentials): Promise<Uint8Array> {
		let url = parse(address);
		let secret = credentials?.headersOnlyFor.includes(url.host) ? credentials.headers : undefined;
		const signal = AbortSignal.timeout(milliseconds);
		for (let hop = 0; hop <= maxRedirects; hop++) {
			const answer = await ask(url, secret, signal);
			if (answer instanceof Uint8Array) return answer;
			if (answer.origin !== url.origin) secret = undefined;
			url = answer;
		}
		throw fetchErrors.tooManyRedirects(maxRedirects);
	}

	/** The bytes, or where they are said to be. */
	async function ask(url: URL, secret: Credentials["headers"] = {}, signal: AbortSignal): Promise<Uint8Array | URL> {
		const isTrusted = trusted.has(url.origin);
		if (!isTrusted && url.protocol !== "https:") throw fetchErrors.notHttps(url.host || url.protocol);
		try {
			const response = request(url, {
				dispatcher: isTrusted ? trustedAgent : publicAgent,
				// No compression: images gain nothing from it.
				headers: { accept: "image/*", "accept-encoding": "identity", "user-agent": "Tagalong", ...secret },
				signal,
			});
			// undici heeds the signal only once it is connected.
			return await read(await Promise.race([response, rejectedBy(signal)]), url);
		} catch (cause) {
			throw explain(cause, url);
		}
	}

	async function read({ statusCode, headers, body }: Dispatcher.ResponseData, url: URL): Promise<Uint8Array | URL> {
		if (statusCode === 200 && !(Number(headers["content-length"]) > limits.maxBytes)) return body.bytes();
		// The body isn't wanted: its connection is closed rather than read to the end.
		body.on("error", () => {}).destroy();
		if (statusCode === 200) throw imageErrors.tooLarge(limits.maxBytes);
		const location = [headers.location].flat()[0];
		if (redirects.has(statusCode) && location) return parse(location, url);
		throw fetchErrors.status(url.host, statusCode);
	}

	function explain(cause: unknown, url: URL): UserError {
		if (cause instanceof UserError) return cause;
		if (cause instanceof errors.ResponseExceededMaxSizeError) return imageErrors.tooLarge(limits.maxBytes);
		if (!(cause instanceof Error)) return fetchErrors.unreachable(url.host, cause);
		if (cause.name === "TimeoutError" || cause instanceof errors.ConnectTimeoutError)
			return fetchErrors.slow(url.host, limits.maxSeconds);
		if ("code" in cause && (cause.code === "ENOTFOUND" || cause.code === "EAI_AGAIN"))
			return fetchErrors.unknownHost(url.hostname);
		return fetchErrors.unreachable(url.host, cause);
	}

	return {
		fetchImage,
		async close() {
			await Promise.all([publicAgent.destroy(), trustedAgent.destroy()]);
		},
	};
}

function parse(address: string, base?: URL): URL {
	if (!URL.canParse(address, base?.href)) throw fetchErrors.badAddress();
	return new URL(address, base);
}

function rejectedBy(signal: AbortSignal): Promise<never> {
	return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));
}
