/** A front of the distributed shape: writes down what happens, answers what needs no model, and leaves the rest to workers. */
import type { Logger } from "pino";
import type { Config } from "../config.ts";
import { createMetrics } from "../http/metrics.ts";
import { openJobSink } from "../jobs/bullmq-sink.ts";
import type { FrontServices } from "../services.ts";
import { openPostgresStore } from "../store/postgres-store.ts";
import { resealTokens } from "./reseal.ts";
import { sharedServers } from "./shared-servers.ts";

/** Platforms wait 3 s: what the store hasn't answered by then is of no use. */
const PATIENCE_MS = 2_500;

/**
 * Loads no model, no image library and no database engine. Redis may be gone: then events wait in the store for the
 * workers' sweep.
 * @throws UserError `config.not-shared`, `store.*`
 */
export async function openFrontServices(
	config: Config,
	log: Logger,
	command: "front" | "gateway" = "front",
): Promise<FrontServices> {
	const { databaseUrl, redisUrl } = sharedServers(config, command);
	const store = await openPostgresStore(databaseUrl, log, PATIENCE_MS);
	await resealTokens(config, store, log);
	const jobs = openJobSink({ url: redisUrl, log });
	const close = async () => {
		await jobs.close();
		await store.close();
	};
	return { config, log, ports: {}, store, jobs, metrics: createMetrics(), now: () => new Date(), close };
}
