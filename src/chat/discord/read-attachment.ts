/** Reads files that were posted on Discord: from its own hosts alone, and by links that are valid now. */
import { setTimeout } from "node:timers/promises";
import type { REST } from "discord.js";
import { discordErrors, UserError } from "../../errors.ts";
import type { ImageFetcher } from "../../images/fetch.ts";
import type { Attachment } from "../event.ts";

export interface AttachmentReaderOptions {
	rest: REST;
	fetcher: Pick<ImageFetcher, "fetchImage">;
	/** Exact origins that count as Discord's, beside its own. */
	trustedOrigins: readonly string[];
	now: () => Date;
	/** Between two tries, in milliseconds. */
	pauses?: readonly number[];
}

/** Where Discord keeps files, draws smaller copies and posters of them, and shows pictures of links. */
const HOSTS = new Set([
	"cdn.discordapp.com",
	"media.discordapp.net",
	"images-ext-1.discordapp.net",
	"images-ext-2.discordapp.net",
]);
/** `/reference#signed-attachment-cdn-urls`: until when, since when, signature. */
const SIGNATURE = ["ex", "is", "hm"];
/** Links in one request; the route is what Discord's own client uses, and isn't documented. */
const MOST = 50;
/** A link that ends sooner than this is no longer passed on. */
const MARGIN_MS = 60 * 60 * 1000;
const PAUSES = [500, 2000];
const GONE = ["fetch.not-found", "fetch.forbidden"];
const PASSING = ["fetch.status", "fetch.unreachable", "fetch.slow"];

export type AttachmentReader = ReturnType<typeof createAttachmentReader>;

export function createAttachmentReader(options: AttachmentReaderOptions) {
	const { rest, fetcher, trustedOrigins, now, pauses = PAUSES } = options;

	function isOurs(link: string): boolean {
		if (!URL.canParse(link)) return false;
		const { protocol, host, origin } = new URL(link);
		return (protocol === "https:" && HOSTS.has(host)) || trustedOrigins.includes(origin);
	}

	/** Of files of messages; those handed over with a command can't be renewed, and pictures of links need no signature. */
	function isRenewable(link: string): boolean {
		return isOurs(link) && new URL(link).pathname.startsWith("/attachments/");
	}

	/** @param marginMs from now */
	function endsWithin(link: string, marginMs: number): boolean {
		const end = Number.parseInt(new URL(link).searchParams.get("ex") ?? "", 16) * 1000;
		return !(end > now().getTime() + marginMs);
	}

	/** @returns by link; those are missing that can't be had any more */
	async function renewed(links: readonly string[]): Promise<Map<string, string>> {
		const found = new Map<string, string>();
		for (let start = 0; start < links.length; start += MOST) {
			const some = links.slice(start, start + MOST);
			const attachment_urls = some.map(onCdn);
			// The shape of this route's answer.
			const { refreshed_urls } = (await rest.post("/attachments/refresh-urls", {
				body: { attachment_urls },
			})) as { refreshed_urls: { original: string; refreshed: string | null }[] };
			for (const [index, link] of some.entries()) {
				const answer = refreshed_urls.find(({ original }) => original === attachment_urls[index]);
				if (answer?.refreshed) found.set(link, signedAs(answer.refreshed, link));
			}
		}
		return found;
	}

	/** What doesn't pass by waiting is thrown at once. */
	async function fetchPatiently(link: string): Promise<Uint8Array> {
		for (let tried = 0; ; tried++) {
			try {
				return await fetcher.fetchImage(link);
			} catch (error) {
				const pause = pauses[tried];
				if (pause === undefined || !(error instanceof UserError && PASSING.includes(error.code))) throw error;
				await setTimeout(pause);
			}
		}
	}

	return {
		/** @throws UserError `image.gone`, `image.too-large`, `fetch.*` */
		async read({ url, name }: Pick<Attachment, "url" | "name">): Promise<Uint8Array> {
			if (!isOurs(url)) throw discordErrors.foreignFile(name);
			try {
				if (!isRenewable(url) || !endsWithin(url, 0)) return await fetchPatiently(url);
			} catch (error) {
				if (!(error instanceof UserError && GONE.includes(error.code))) throw error;
			}
			const fresh = isRenewable(url) ? (await renewed([url])).get(url) : undefined;
			if (fresh === undefined) throw discordErrors.fileGone(name);
			try {
				return await fetchPatiently(fresh);
			} catch (error) {
				const isGone = error instanceof UserError && GONE.includes(error.code);
				throw isGone ? discordErrors.fileGone(name) : error;
			}
		},

		/** The links, in their order, as they are valid for a while; one that can't be renewed stays as it is. */
		async freshLinks(links: readonly string[]): Promise<readonly string[]> {
			const ending = [...new Set(links.filter((link) => isRenewable(link) && endsWithin(link, MARGIN_MS)))];
			if (ending.length === 0) return links;
			const fresh = await renewed(ending);
			return links.map((link) => fresh.get(link) ?? link);
		},
	};
}

/** Without what the media proxy is told to draw: a file is known by where the CDN has it. */
function onCdn(link: string): string {
	const url = new URL(link);
	if (url.host === "media.discordapp.net") url.host = "cdn.discordapp.com";
	for (const name of [...url.searchParams.keys()]) if (!SIGNATURE.includes(name)) url.searchParams.delete(name);
	return url.href;
}

/** `link` with the signature of `fresh`, which both hosts accept. */
function signedAs(fresh: string, link: string): string {
	const url = new URL(link);
	for (const [name, value] of new URL(fresh).searchParams) url.searchParams.set(name, value);
	return url.href;
}
