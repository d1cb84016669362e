/** What every process that handles events is made of, whatever its store and its queue are. */
import type { Logger } from "pino";
import type { Config } from "../config.ts";
import { createMetrics, showQueueSize } from "../http/metrics.ts";
import type { AttemptOptions } from "../jobs/attempt.ts";
import type { Jobs } from "../jobs/jobs.ts";
import type { Services } from "../services.ts";
import { startRetention } from "../store/retention.ts";
import type { Store } from "../store/store.ts";
import { resealTokens } from "./reseal.ts";
import { loadServedClassifier } from "./served-classifier.ts";

export interface Shape {
	openStore: () => Promise<Store>;
	createQueue: (parts: AttemptOptions & { concurrency: number; log: Logger }) => Jobs;
}

/** @throws UserError `store.*`, `model.*` */
export async function openServicesWithModel(config: Config, log: Logger, shape: Shape): Promise<Services> {
	const metrics = createMetrics();
	const now = () => new Date();
	const opening = shape.openStore();
	const loading = loadServedClassifier(config, metrics, log);
	try {
		const [store, classifier] = await Promise.all([opening, loading]);
		await resealTokens(config, store, log);
		const { concurrentJobs: concurrency } = classifier.size;
		const onTaken: AttemptOptions["onTaken"] = (kind, ms) => metrics.queueWaitSeconds.observe({ kind }, ms / 1000);
		const jobs = shape.createQueue({ intake: store.intake, concurrency, now, log, onTaken });
		showQueueSize(metrics, jobs);
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
