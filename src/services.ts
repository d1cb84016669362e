/** The services that `handle` and the commands work with, and how they are built: this file alone knows concrete classes. */
import type { Logger } from "pino";
import { openSharedTextCache } from "./cache/shared-text-embeddings.ts";
import type { Platform } from "./chat/event.ts";
import type { ChatPort } from "./chat/port.ts";
import { type Classifier, loadClassifier } from "./classifier.ts";
import type { Config } from "./config.ts";
import { createMetrics, type Metrics } from "./http/metrics.ts";
import { decodeManyAtOnce } from "./images/decode.ts";
import { createInProcessQueue } from "./jobs/in-process.ts";
import type { Jobs } from "./jobs/jobs.ts";
import { loadParallelEncoder } from "./model/threaded-encoder.ts";
import { modelsDir } from "./package-root.ts";
import { lockFolder } from "./store/folder-lock.ts";
import { startRetention } from "./store/retention.ts";
import { openPostgresStore, openStore, type Store } from "./store/store.ts";
import { createThreadedTeacher } from "./threaded-teaching.ts";

export interface Services {
	config: Config;
	log: Logger;
	/** The platforms this process serves; adapters add themselves. */
	ports: Partial<Record<Platform, ChatPort>>;
	store: Store;
	jobs: Jobs;
	classifier: Classifier;
	metrics: Metrics;
	/** The clock. */
	now: () => Date;
	/** Finishes what runs and lets go of everything. */
	close(): Promise<void>;
}

/** Jobs at once: several batches of the encoder, so that while one runs others are decoded, posted and written down. */
const CONCURRENT_JOBS = 32;

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

/**
 * The embedded shape: PGlite (or Postgres, if there is one), an in-process queue, the model in this process.
 * @throws UserError `store.*`, `model.*`
 */
export async function openEmbeddedServices(config: Config, log: Logger): Promise<Services> {
	decodeManyAtOnce();
	const metrics = createMetrics();
	const now = () => new Date();
	const { redisCacheUrl } = config;
	const sharedTexts = redisCacheUrl === undefined ? undefined : openSharedTextCache({ url: redisCacheUrl, log });
	const opening = openSharedOrOwnStore(config, log);
	const loading = loadClassifier({
		model: config.model,
		modelsDir,
		dataDir: config.dataDir,
		device: config.device,
		loadEncoder: loadParallelEncoder,
		teacher: createThreadedTeacher(),
		onFallback: (why) => log.warn(why),
		...(sharedTexts && { sharedTexts: sharedTexts.forModel }),
		observer: {
			textsEncoded: (count) => metrics.textEncodes.inc(count),
			cacheHits: (count, layer) => metrics.textCacheHits.inc({ layer }, count),
			cacheMisses: (count) => metrics.textCacheMisses.inc(count),
			imageBatch: (size) => {
				metrics.images.inc(size);
				metrics.batchSize.observe(size);
			},
		},
	});
	try {
		const [store, classifier] = await Promise.all([opening, loading]);
		const jobs = createInProcessQueue({ intake: store.intake, concurrency: CONCURRENT_JOBS, now, log });
		const stopRetention = startRetention(store.forget, { days: config.retentionDays, now, log });
		const close = async () => {
			await jobs.stop();
			await stopRetention();
			await classifier.close();
			sharedTexts?.close();
			await store.close();
		};
		return { config, log, ports: {}, store, jobs, classifier, metrics, now, close };
	} catch (error) {
		// Whatever failed, the rest is let go: the data folder, and what would keep the process alive, the model's thread and Redis.
		sharedTexts?.close();
		await Promise.allSettled([
			opening.then((store) => store.close()),
			loading.then((classifier) => classifier.close()),
		]);
		throw error;
	}
}
