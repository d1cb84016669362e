/** The all-in-one shape: PGlite (or Postgres, if there is one), an in-process queue, the model in this process. */
import type { Logger } from "pino";
import type { Config } from "../config.ts";
import { createInProcessQueue } from "../jobs/in-process.ts";
import type { Services } from "../services.ts";
import { openStore } from "../store/embedded-store.ts";
import { lockFolder } from "../store/folder-lock.ts";
import { openPostgresStore } from "../store/postgres-store.ts";
import type { Store } from "../store/store.ts";
import { openServicesWithModel } from "./with-model.ts";

/** A data folder belongs to one process, wherever the store is: the chat page's pictures and pulled models are in it. */
async function openSharedOrOwnStore({ databaseUrl, dataDir }: Config, log: Logger): Promise<Store> {
	if (databaseUrl === undefined) return await openStore(dataDir, log);
	const unlock = lockFolder(dataDir);
	try {
		const store = await openPostgresStore(databaseUrl, log);
		return { ...store, close: () => store.close().finally(unlock) };
	} catch (error) {
		unlock();
		throw error;
	}
}

/** @throws UserError `store.*`, `model.*` */
export function openEmbeddedServices(config: Config, log: Logger): Promise<Services> {
	return openServicesWithModel(config, log, {
		openStore: () => openSharedOrOwnStore(config, log),
		createQueue: createInProcessQueue,
	});
}
