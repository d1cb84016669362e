/** The all-in-one shape: PGlite (or Postgres, if there is one), an in-process queue, the model in this process. */
import type { Logger } from "pino";
import type { Config } from "../config.ts";
import { createMetrics } from "../http/metrics.ts";
import { createInProcessQueue } from "../jobs/in-process.ts";
import type { Services } from "../services.ts";
import { openStore } from "../store/embedded-store.ts";
import { lockFolder } from "../store/folder-lock.ts";
import { openPostgresStore } from "../store/postgres-store.ts";
import { startRetention } from "../store/retention.ts";
import type { Store } from "../store/store.ts";
import { loadServedClassifier } from "./served-classifier.ts";

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
export async function openEmbeddedServices(config: Config, log: Logger): Promise<Services> {
	const metrics = createMetrics();
	const now = () => new Date();
	const opening = openSharedOrOwnStore(config, log);
	const loading = loadServedClassifier(config, metrics, log);
	try {
		const [store, classifier] = await Promise.all([opening, loading]);
		const jobs = createInProcessQueue({ intake: store.intake, concurrency: config.concurrentJobs, now, log });
		const stopRetention = startRetention(store.forget, { days: config.retentionDays, now, log });
		const close = async () => {
			await jobs.stop();
			await stopRetention();
			await classifier.close();
			await store.close();
		};
		return { config, log, ports: {}, store, jobs, classifier, metrics, now, close };
	} catch (error) {
		// Whatever failed, the rest is let go: the data folder, and what would keep the process alive, the model's threads.
		await Promise.allSettled([
			opening.then((store) => store.close()),
			loading.then((classifier) => classifier.close()),
		]);
		throw error;
	}
}
