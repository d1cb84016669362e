/** What is counted, for Prometheus (design section 10). Names follow prometheus.io/docs/practices/naming. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export type Metrics = ReturnType<typeof createMetrics>;

export function createMetrics() {
	const registry = new Registry();
	collectDefaultMetrics({ register: registry });
	const registers = [registry];
	return {
		registry,
		textEncodes: new Counter({
			name: "tagalong_text_encodes_total",
			help: "Texts that the text encoder has encoded.",
			registers,
		}),
		textCacheHits: new Counter({
			name: "tagalong_text_cache_hits_total",
			help: "Label prompts whose embedding was known or on its way: in this process's memory, or in the Redis of all.",
			labelNames: ["layer"],
			registers,
		}),
		textCacheMisses: new Counter({
			name: "tagalong_text_cache_misses_total",
			help: "Label prompts known in no layer, which this process encoded.",
			registers,
		}),
		images: new Counter({ name: "tagalong_images_total", help: "Images encoded.", registers }),
		batchSize: new Histogram({
			name: "tagalong_image_batch_size",
			help: "Images in one call of the image encoder.",
			buckets: [1, 2, 4, 8, 16, 32],
			registers,
		}),
		jobs: new Counter({
			name: "tagalong_jobs_total",
			help: "Jobs by how they ended.",
			labelNames: ["outcome"],
			registers,
		}),
		jobSeconds: new Histogram({
			name: "tagalong_job_seconds",
			help: "From taking a job to its answer.",
			labelNames: ["kind"],
			buckets: seconds,
			registers,
		}),
		poolReady: new Gauge({
			name: "tagalong_negative_pool_ready",
			help: "1 once the negatives that judge “none of these” are encoded.",
			registers,
		}),
	};
}
