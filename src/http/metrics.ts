/** What is counted, for Prometheus (design section 10). Names follow prometheus.io/docs/practices/naming. */
import { setTimeout } from "node:timers/promises";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Jobs } from "../jobs/jobs.ts";

/** Of an image: from a thumbnail on a GPU to a large animation on a busy processor. */
const ofAnImage = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
/** Of waiting in the queue: from nothing at all to an hour of backlog. */
const ofWaiting = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 3600];
/** Of a whole job. */
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
			buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
			registers,
		}),
		decodeSeconds: new Histogram({
			name: "tagalong_image_decode_seconds",
			help: "Decoding and resizing one frame for the image encoder, from its turn on.",
			buckets: ofAnImage,
			registers,
		}),
		encodeSeconds: new Histogram({
			name: "tagalong_image_encode_seconds",
			help: "One call of the image encoder, however many images it had.",
			buckets: ofAnImage,
			registers,
		}),
		queueWaitSeconds: new Histogram({
			name: "tagalong_queue_wait_seconds",
			help: "From a job's being put in the queue to its beginning.",
			labelNames: ["kind"],
			buckets: ofWaiting,
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

/** A queue that doesn't answer must not keep the other figures waiting. */
const SIZE_WITHIN_MS = 1_000;

/** Shows how many jobs wait and run, asked for with each look at the metrics; left out while the queue doesn't answer. */
export function showQueueSize({ registry }: Pick<Metrics, "registry">, jobs: Pick<Jobs, "size">): void {
	new Gauge({
		name: "tagalong_queue_jobs",
		help: "Jobs that wait in the queue, of all processes where it is shared, and jobs that run in this process.",
		labelNames: ["state"],
		registers: [registry],
		async collect() {
			this.reset();
			const size = await Promise.race([
				jobs.size().catch(() => undefined),
				setTimeout(SIZE_WITHIN_MS, undefined, { ref: false }),
			]);
			if (!size) return;
			this.set({ state: "waiting" }, size.waiting);
			this.set({ state: "running" }, size.running);
		},
	});
}
