/** The services that `handle` and the commands work with. `services/` builds them, a file for each shape of the program. */
import type { Logger } from "pino";
import type { Platform } from "./chat/event.ts";
import type { ChatPort } from "./chat/port.ts";
import type { Classifier } from "./classifier.ts";
import type { Config } from "./config.ts";
import type { Metrics } from "./http/metrics.ts";
import type { JobSink, Jobs } from "./jobs/jobs.ts";
import type { Store } from "./store/store.ts";

/** What a process works with that takes events in, answers what needs no model, and leaves the rest to workers. */
export interface FrontServices {
	config: Config;
	log: Logger;
	/** The platforms this process serves; adapters add themselves. */
	ports: Partial<Record<Platform, ChatPort>>;
	store: Store;
	jobs: JobSink;
	metrics: Metrics;
	/** The clock. */
	now: () => Date;
	/** Finishes what runs and lets go of everything. */
	close(): Promise<void>;
}

/** What a process works with that handles events: with a model, and the end of the queue where jobs are taken. */
export interface Services extends FrontServices {
	jobs: Jobs;
	classifier: Classifier;
}
