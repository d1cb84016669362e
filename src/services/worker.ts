/** A worker of the distributed shape: takes jobs from the Redis of all, works on the Postgres of all, has a model of its own. */
import type { Logger } from "pino";
import type { Config } from "../config.ts";
import { createBullQueue } from "../jobs/bullmq-queue.ts";
import type { Services } from "../services.ts";
import { openPostgresStore } from "../store/postgres-store.ts";
import { sharedServers } from "./shared-servers.ts";
import { openServicesWithModel } from "./with-model.ts";

/**
 * Redis may be gone: work begins once it is there.
 * @throws UserError `config.not-shared`, `store.*`, `model.*`
 */
export async function openWorkerServices(config: Config, log: Logger): Promise<Services> {
	const { databaseUrl, redisUrl } = sharedServers(config, "worker");
	return await openServicesWithModel(config, log, {
		openStore: () => openPostgresStore(databaseUrl, log),
		createQueue: (parts) => createBullQueue({ ...parts, url: redisUrl }),
	});
}
