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

/** @throws UserError `model.*` */
export async function loadServedClassifier(config: Config, metrics: Metrics, log: Logger): Promise<Classifier> {
	decodeManyAtOnce();
	const { redisCacheUrl } = config;
	const sharedTexts = redisCacheUrl === undefined ? undefined : openSharedTextCache({ url: redisCacheUrl, log });
	try {
		const classifier = await loadClassifier({
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
		return { ...classifier, close: () => classifier.close().finally(() => sharedTexts?.close()) };
	} catch (error) {
		sharedTexts?.close();
		throw error;
	}
}
