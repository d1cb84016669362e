/** The services of whoever takes events in, real ones, with their kill points. */
import { parseConfig } from "../../../src/config.ts";
import { createLog } from "../../../src/http/log.ts";
import { createMetrics } from "../../../src/http/metrics.ts";
import { openJobSink } from "../../../src/jobs/bullmq-sink.ts";
import type { FrontServices } from "../../../src/services.ts";
import { openPostgresStore } from "../../../src/store/postgres-store.ts";
import type { KillPoints } from "../kill-points.ts";
import type { Places } from "./places.ts";

export async function frontParts({ database, redis }: Places, kills: KillPoints): Promise<FrontServices> {
	const log = createLog("warn");
	const store = await openPostgresStore(database, log);
	return {
		config: parseConfig({}),
		log,
		ports: {},
		store: { ...store, intake: kills.watch(store.intake, "record") },
		jobs: kills.watch(openJobSink({ url: redis, log }), "enqueue"),
		metrics: createMetrics(),
		now: () => new Date(),
		close: async () => {},
	};
}
