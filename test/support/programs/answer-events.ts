/** A worker: real services with short waits, a tiny model, and kill points at their borders. Argument: `Places` as JSON. */
import { writeSync } from "node:fs";
import { loadClassifier } from "../../../src/classifier.ts";
import { parseConfig } from "../../../src/config.ts";
import { workerOf } from "../../../src/handle/handle.ts";
import { createLog } from "../../../src/http/log.ts";
import { createMetrics } from "../../../src/http/metrics.ts";
import { createBullQueue } from "../../../src/jobs/bullmq-queue.ts";
import type { Services } from "../../../src/services.ts";
import { openPostgresStore } from "../../../src/store/postgres-store.ts";
import { killPoints } from "../kill-points.ts";
import { createPlatformPort } from "../platform-port.ts";
import { placesOf } from "./places.ts";

const CONCURRENCY = 8;
/** The platform's answers take a few milliseconds. */
const PLATFORM_TIMEOUT_MS = 700;
const timing = { lockMs: 2000, stalledEveryMs: 500, sweepEveryMs: 300, overdueAfterMs: 2000 };

const { database, redis, platform, models } = placesOf(process.argv);
const kills = killPoints();
const log = createLog("warn");
const now = () => new Date();
const [opened, classifier] = await Promise.all([
	openPostgresStore(database, log),
	loadClassifier({
		model: "tiny-clip",
		modelsDir: models,
		dataDir: "nowhere",
		device: "cpu",
		onFallback: () => {},
	}),
]);
const store = {
	...opened,
	intake: kills.watch(opened.intake, "begin", "settle"),
	tags: kills.watch(opened.tags, "keep"),
	replies: kills.watch(opened.replies, "claim", "markPosted"),
};
const jobs = createBullQueue({
	url: redis,
	intake: store.intake,
	concurrency: CONCURRENCY,
	now,
	log,
	timing,
	retry: { base: 50 },
});
const services: Services = {
	config: parseConfig({}),
	log,
	ports: { slack: kills.watch(createPlatformPort(platform, PLATFORM_TIMEOUT_MS), "readAttachment", "reply", "edit") },
	store,
	jobs,
	classifier: kills.watch(classifier, "embedImage"),
	metrics: createMetrics(),
	now,
	close: async () => {},
};
await jobs.start(workerOf(services));
writeSync(1, "ready\n");
