/**
 * Discord's rate limits beyond what its REST client knows: what other processes of the bot do, refusals that don't say when
 * to come back, and the ban of those whose requests are mostly invalid.
 * @see https://docs.discord.com/developers/topics/rate-limits
 */
import type { RESTOptions, ResponseLike } from "discord.js";
import type { Logger } from "pino";
import { openSharedLimits } from "./rate-limit-redis.ts";
import type { Held, Noted } from "./rate-limit-scripts.ts";
import { makeRequest } from "./request.ts";

export interface RateLimitsOptions {
	applicationId: string;
	/** Absent: this process is the only one. */
	redisUrl?: string;
	log: Pick<Logger, "info" | "warn" | "error">;
	/** Calls of all processes together. Discord's limit is 50; the rest is for what doesn't go by here, such as `register`. */
	perSecond?: number;
	/** Invalid requests (401, 403, 429) in ten minutes after which nothing is called for the rest of them; Discord bans at 10,000. */
	invalidMost?: number;
}

export interface RateLimits {
	/** For discord.js' `REST` or `Client`, whose own handling of limits stays as it is. */
	makeRequest: RESTOptions["makeRequest"];
	close(): void;
}

const PER_SECOND = 45;
/** Two windows of ten minutes may touch: twice this is still well below. */
const INVALID_MOST = 4000;
const INVALID_MS = 10 * 60 * 1000;
/** After a refusal that doesn't say when to come back; twice as long after each further one. */
const BLIND_MS = 1000;
const MAX_BLIND_MS = 60_000;

export function createRateLimits(options: RateLimitsOptions): RateLimits {
	const { applicationId, redisUrl, log, perSecond = PER_SECOND, invalidMost = INVALID_MOST } = options;
	const shared = redisUrl === undefined ? undefined : openSharedLimits({ url: redisUrl, applicationId, log });
	const invalid = { count: 0, endsAt: 0 };
	let blind = 0;
	/** Discord has refused all calls until then. */
	let refusedUntil = 0;

	/** What this process knows by itself, with no Redis to tell. */
	function heldHere(): Held | undefined {
		const until = Math.max(refusedUntil, invalid.count >= invalidMost ? invalid.endsAt : 0);
		return until > Date.now() ? { by: "all", ms: until - Date.now() } : undefined;
	}

	function countInvalid(): void {
		if (invalid.endsAt <= Date.now()) Object.assign(invalid, { count: 0, endsAt: Date.now() + INVALID_MS });
		invalid.count++;
		if (invalid.count === invalidMost) log.error({ count: invalidMost }, "Discord refuses too much: calls wait now");
	}

	/** What REST takes for an answer that says when to come back; without such a word it would ask again at once. */
	async function answerable(response: ResponseLike): Promise<ResponseLike> {
		if (response.status !== 429) {
			blind = 0;
			return response;
		}
		const isFirewalls = !response.headers.get("content-type")?.startsWith("application/json");
		if (response.headers.has("retry-after") && !isFirewalls) return response;
		const body = await response.text();
		const ms = Math.min(BLIND_MS * 2 ** blind++, MAX_BLIND_MS);
		const headers = new Headers([...response.headers]);
		if (!headers.has("retry-after")) headers.set("retry-after", `${retryAfterOf(body) ?? ms / 1000}`);
		// It isn't the API's answer but its firewall's, and means the address and not the route.
		if (isFirewalls) headers.set("x-ratelimit-global", "true");
		return new Response(body, { status: 429, headers });
	}

	return {
		async makeRequest(url, init) {
			const { route, counted } = callOf(url, init.method ?? "GET");
			const held =
				(counted ? heldHere() : undefined) ?? (await shared?.take(route, { counted, perSecond, invalidMost }));
			if (held) return refusal(held);
			const response = await answerable(await makeRequest(url, init));
			const noted = readLimits(response);
			if (noted.invalid) countInvalid();
			if (noted.invalid || noted.held || noted.bucket) await shared?.note(route, noted);
			if (noted.held?.by !== "all") return response;
			refusedUntil = Date.now() + noted.held.ms;
			// Its connection is free again once it is read.
			await response.text();
			return refusal(noted.held);
		},
		close: () => shared?.close(),
	};
}

/**
 * The bucket that a call falls into: method and path, without ids other than of the channel, server or webhook.
 * @returns also whether it counts among all calls: those that answer interactions don't, and are held back by nothing that
 * holds all calls, as someone waits who is told within three seconds or not at all
 */
function callOf(url: string, method: string): { route: string; counted: boolean } {
	const path = new URL(url).pathname.replace(/^.*?\/v\d+(?=\/)/, "");
	const [, major = "", rest = ""] = /^(\/webhooks\/\d+\/[^/]+|\/(?:channels|guilds)\/\d+|)(.*)$/.exec(path) ?? [];
	const route = `${method} ${major}${rest.replace(/\/reactions\/.*$/, "/reactions").replace(/\d{15,20}/g, ":id")}`;
	return { route, counted: !/^\/(?:webhooks|interactions)\//.test(path) };
}

function readLimits({ status, headers }: ResponseLike): Noted {
	const number = (name: string) => (headers.has(name) ? Number(headers.get(name)) : undefined);
	const isRefused = status === 429;
	const retryMs = (number("retry-after") ?? 0) * 1000;
	const [limit, left] = [number("x-ratelimit-limit"), number("x-ratelimit-remaining")];
	const resetAfter = number("x-ratelimit-reset-after");
	const isBucket = !isRefused && limit !== undefined && left !== undefined && resetAfter !== undefined;
	return {
		invalid: status === 401 || status === 403 || (isRefused && headers.get("x-ratelimit-scope") !== "shared"),
		held: isRefused ? { by: headers.has("x-ratelimit-global") ? "all" : "route", ms: retryMs } : undefined,
		bucket: isBucket ? { limit, left, ms: resetAfter * 1000 } : undefined,
	};
}

/**
 * As Discord would refuse the call: REST waits as it always does. Never as one of all calls, or REST would hold back those
 * that don't count as well.
 */
function refusal({ ms }: Held): ResponseLike {
	const seconds = `${ms / 1000}`;
	const headers = {
		"content-type": "application/json",
		"retry-after": seconds,
		"x-ratelimit-scope": "shared",
		"x-ratelimit-limit": "1",
		"x-ratelimit-remaining": "0",
		"x-ratelimit-reset-after": seconds,
	};
	const body = { message: "Held back by the bot itself.", retry_after: ms / 1000, global: false };
	return new Response(JSON.stringify(body), { status: 429, headers });
}

/** In seconds, where the body of a refusal says it. */
function retryAfterOf(body: string): number | undefined {
	try {
		const { retry_after } = JSON.parse(body);
		return typeof retry_after === "number" ? retry_after : undefined;
	} catch {
		return undefined;
	}
}
