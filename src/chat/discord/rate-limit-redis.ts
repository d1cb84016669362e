/**
 * The rate limits that a bot's processes share, in Redis. Redis only ever saves refusals: where it is gone or late, each
 * process keeps to the limits by itself.
 */
import { createHash } from "node:crypto";
import type { Logger } from "pino";
import { createClient } from "redis";
import { redisOptions } from "../../redis-options.ts";
import { type Held, type LimitKeys, type Noted, scripts, type TakeLimits } from "./rate-limit-scripts.ts";

export interface SharedLimits {
	/** @returns why the call has to wait; undefined if it may be made, as far as is known */
	take(route: string, limits: TakeLimits): Promise<Held | undefined>;
	note(route: string, noted: Noted): Promise<void>;
	close(): void;
}

export interface SharedLimitsOptions {
	/** `redis://` or `rediss://`. */
	url: string;
	/** Whose limits they are. */
	applicationId: string;
	log: Pick<Logger, "info" | "warn">;
}

/** A Redis nearby needs a few milliseconds; one that was late isn't asked for a while. */
const ANSWER_MS = 250;
const REST_MS = 3000;

/** Connects in the background, also again: it never waits for Redis, nor fails without it. */
export function openSharedLimits({ url, applicationId, log }: SharedLimitsOptions): SharedLimits {
	const server = `Redis at ${new URL(url).host}`;
	const client = createClient({ ...redisOptions(url), scripts });
	let gone = false;
	let restsUntil = 0;

	function isGone(why: unknown): void {
		if (!gone) log.warn({ err: why }, `${server} is gone: each process keeps to Discord's rate limits by itself`);
		gone = true;
	}
	client.on("error", isGone);
	client.on("ready", () => {
		if (gone) log.info(`${server} is back: Discord's rate limits are shared`);
		gone = false;
	});
	// It tries until it is destroyed; each failure was an "error" above.
	client.connect().catch(() => {});

	async function ask<T>(command: Promise<T>): Promise<T | undefined> {
		let timer: NodeJS.Timeout | undefined;
		const late = new Promise<undefined>((resolve) => {
			timer = setTimeout(() => {
				restsUntil = performance.now() + REST_MS;
				resolve(undefined);
			}, ANSWER_MS);
		});
		try {
			return await Promise.race([command, late]);
		} catch (error) {
			isGone(error);
			return undefined;
		} finally {
			clearTimeout(timer);
		}
	}
	const isThere = () => client.isReady && performance.now() >= restsUntil;

	/** A route may carry an interaction's token, which nobody else should see. */
	function keysOf(route: string): LimitKeys {
		const ofBot = `discord-limits:{${applicationId}}`;
		const hash = createHash("sha256").update(route).digest("base64url").slice(0, 22);
		return {
			invalid: `${ofBot}:invalid`,
			all: `${ofBot}:all`,
			calls: `${ofBot}:calls`,
			route: `${ofBot}:route:${hash}`,
			bucket: `${ofBot}:bucket:${hash}`,
		};
	}

	return {
		take: async (route, limits) => (isThere() ? await ask(client.take(keysOf(route), limits)) : undefined),
		async note(route, noted) {
			if (isThere()) await ask(client.note(keysOf(route), noted));
		},
		close: () => client.destroy(),
	};
}
