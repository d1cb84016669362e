/** The classifier of a process that serves many: the model in threads of its own, its texts shared, everything counted. */
import type { Logger } from "pino";
import { openSharedTextCache } from "../cache/shared-text-embeddings.ts";
import { type Classifier, loadClassifier } from "../classifier.ts";
import type { Config } from "../config.ts";
import type { Metrics } from "../http/metrics.ts";
import { decodeManyAtOnce } from "../images/decode.ts";
import { loadParallelEncoder } from "../model/threaded-encoder.ts";
import { modelsDir } from "../package-root.ts";
import { createThreadedTeacher } from "../threaded-teaching.ts";
import { sizeWarnings } from "../worker-size.ts";

/** @throws UserError `model.*` */
export async function loadServedClassifier(config: Config, metrics: Metrics, log: Logger): Promise<Classifier> {
	const { redisCacheUrl: url } = config;
	let sharedTexts: ReturnType<typeof openSharedTextCache> | undefined;
	try {
		const classifier = await loadClassifier({
			model: config.model,
			modelsDir,
			dataDir: config.dataDir,
			device: config.device,
			size: config,
			loadEncoder: loadParallelEncoder,
			teacher: createThreadedTeacher(),
			onFallback: (why) => log.warn(why),
			onThreadEnd: (what) => log.error(what),
			...(url !== undefined && {
				// Opened once the model is loaded: loading holds the thread for longer than a connection waits.
				sharedTexts(modelId, dim) {
					sharedTexts = openSharedTextCache({ url, log });
					return sharedTexts.forModel(modelId, dim);
				},
			}),
			observer: {
				textsEncoded: (count) => metrics.textEncodes.inc(count),
				cacheHits: (count, layer) => metrics.textCacheHits.inc({ layer }, count),
				cacheMisses: (count) => metrics.textCacheMisses.inc(count),
				imageBatch: (size, seconds) => {
					metrics.images.inc(size);
					metrics.batchSize.observe(size);
					metrics.encodeSeconds.observe(seconds);
				},
				imageDecoded: (seconds) => metrics.decodeSeconds.observe(seconds),
			},
		});
		const { model, size } = classifier;
		decodeManyAtOnce(size.decodeThreads);
		log.info({ device: model.device, ...size }, "how much is done at once");
		for (const line of sizeWarnings(size, process.env.UV_THREADPOOL_SIZE)) log.warn(line);
		const { close } = classifier;
		classifier.close = () => close().finally(() => sharedTexts?.close());
		return classifier;
	} catch (error) {
		sharedTexts?.close();
		throw error;
	}
}
