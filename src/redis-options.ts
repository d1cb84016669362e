/** What every connection to Redis has in common: it connects again by itself, and notices when it hangs. */
const CONNECT_MS = 2000;
const MAX_RECONNECT_MS = 2000;

export interface RedisOptions {
	/** How often a connection at rest asks for a sign of life. Default: 1,000. */
	pingMs?: number;
	/** After how long without one it is opened anew. Default: 2,000. */
	silenceMs?: number;
	/** Whether what is asked while Redis is gone waits until it is back, instead of failing at once. Default: false. */
	waits?: boolean;
}

/** @param url `redis://` or `rediss://` @returns for `createClient` of node-redis */
export function redisOptions(url: string, { pingMs = 1000, silenceMs = 2000, waits = false }: RedisOptions = {}) {
	return {
		url,
		disableOfflineQueue: !waits,
		maintNotifications: "disabled" as const,
		pingInterval: pingMs,
		socket: {
			connectTimeout: CONNECT_MS,
			socketTimeout: silenceMs,
			reconnectStrategy: (retries: number) => Math.min(50 * 2 ** retries, MAX_RECONNECT_MS) * (0.5 + Math.random() / 2),
		},
	};
}

/** Node's error for a name with several addresses has no message of its own. */
export function redisErrorInWords(error: unknown): string {
	const inside = error instanceof AggregateError ? error.errors[0] : error;
	return inside instanceof Error ? inside.message : `${inside}`;
}
