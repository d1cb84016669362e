/** How often the bot may call: buckets, the global limit, and the ban of those whose requests are mostly invalid. */

export interface Limit {
	/** Calls allowed in each window. */
	calls: number;
	/** A window, in milliseconds. */
	ms: number;
}

/** Why a call isn't taken, and what the answer says. */
export interface LimitAnswer {
	status: 429;
	headers: Record<string, string>;
	body: unknown;
}

interface Window {
	used: number;
	/** In milliseconds since 1970. */
	endsAt: number;
}

/** All off until a test switches it on. Times are the machine's, as clients wait by it. */
export class RateLimits {
	/** Of all calls but those to interactions and their webhooks. */
	global: Limit | undefined;
	/** After so many invalid requests (401, 403, 429) the address is banned. */
	invalidMost = 10_000;
	invalid = 0;
	/** Calls answered with 429. */
	refused = 0;
	readonly #limits: { route: string; limit: Limit }[] = [];
	readonly #windows = new Map<string, Window>();

	/** @param route as it is declared, such as `POST /channels/:channel/messages` */
	limit(route: string, limit: Limit): void {
		this.#limits.push({ route, limit });
	}

	/** Nothing is limited any more. */
	lift(): void {
		this.global = undefined;
		this.#limits.length = 0;
		this.#windows.clear();
	}

	/** Cloudflare's answer to an address that is banned: no JSON, and no word of Discord's limits. */
	banned(): LimitAnswer | undefined {
		if (this.invalid < this.invalidMost) return undefined;
		return { status: 429, headers: { "retry-after": "3600" }, body: "error code: 1015" };
	}

	/**
	 * Counts a call.
	 * @param major what buckets are apart by: the channel, server or webhook
	 * @returns headers of its answer, or the answer that refuses it
	 */
	take(route: string, major: string): { headers: Record<string, string>; refused?: LimitAnswer } {
		const isFree = /^\S+ \/(interactions|webhooks)\//.test(route);
		if (this.global && !isFree) {
			const window = this.#window("global", this.global);
			if (window.used >= this.global.calls) return { headers: {}, refused: this.#refuse(window, "global", {}) };
			window.used++;
		}
		const limited = this.#limits.find((entry) => entry.route === route);
		if (!limited) return { headers: {} };
		const { limit } = limited;
		const window = this.#window(`${route} ${major}`, limit);
		const isOver = window.used >= limit.calls;
		if (!isOver) window.used++;
		const headers = {
			"x-ratelimit-limit": `${limit.calls}`,
			"x-ratelimit-remaining": `${limit.calls - window.used}`,
			"x-ratelimit-reset": `${window.endsAt / 1000}`,
			"x-ratelimit-reset-after": `${secondsTo(window)}`,
			"x-ratelimit-bucket": Buffer.from(route).toString("hex").slice(-32),
		};
		return isOver ? { headers: {}, refused: this.#refuse(window, "user", headers) } : { headers };
	}

	#refuse(window: Window, scope: "global" | "user", headers: Record<string, string>): LimitAnswer {
		this.refused++;
		const seconds = secondsTo(window);
		const isGlobal = scope === "global";
		return {
			status: 429,
			headers: {
				...headers,
				"retry-after": `${Math.max(1, Math.ceil(seconds))}`,
				"x-ratelimit-scope": scope,
				...(isGlobal && { "x-ratelimit-global": "true" }),
			},
			body: { message: "You are being rate limited.", retry_after: seconds, global: isGlobal },
		};
	}

	#window(key: string, { ms }: Limit): Window {
		const now = Date.now();
		const current = this.#windows.get(key);
		if (current && current.endsAt > now) return current;
		const window = { used: 0, endsAt: now + ms };
		this.#windows.set(key, window);
		return window;
	}
}

function secondsTo({ endsAt }: Window): number {
	return Math.max(0, endsAt - Date.now()) / 1000;
}
