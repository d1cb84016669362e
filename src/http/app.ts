/** The HTTP server's own pages: alive, ready, metrics. Adapters mount theirs beside them. */
import { Hono } from "hono";
import type { Registry } from "prom-client";
import { within } from "../within.ts";

export interface AppParts {
	/** Registry of everything that is counted. */
	registry: Registry;
	/** What must work for this process to do its work; each rejects with the reason. */
	checks: Checks;
	/** What is told beside them and decides nothing: without it, the work is done all the same. */
	reported?: Checks;
}

type Checks = Record<string, () => Promise<unknown>>;

/** How long a check may take before the process counts as not ready. */
const CHECK_MS = 5_000;

/**
 * `GET /healthz` answers while the process lives; `GET /readyz` 200 if every check passes, otherwise 503 with what
 * fails; `GET /metrics` is in Prometheus' text format.
 */
export function createApp({ registry, checks, reported = {} }: AppParts): Hono {
	const app = new Hono();
	app.get("/healthz", (c) => c.json({ alive: true }));
	app.get("/readyz", async (c) => {
		const results = await Promise.all(
			Object.entries({ ...checks, ...reported }).map(async ([name, check]) => [name, await outcome(check)] as const),
		);
		const ready = results.every(([name, result]) => result === "ok" || name in reported);
		return c.json({ ready, checks: Object.fromEntries(results) }, ready ? 200 : 503);
	});
	app.get("/metrics", async (c) => c.body(await registry.metrics(), 200, { "Content-Type": registry.contentType }));
	return app;
}

async function outcome(check: () => Promise<unknown>): Promise<string> {
	try {
		await within(CHECK_MS, check(), `no answer within ${CHECK_MS / 1000} s`);
		return "ok";
	} catch (error) {
		return error instanceof Error ? error.message : String(error);
	}
}
