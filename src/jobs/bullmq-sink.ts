/** The end of the queue in Redis (BullMQ) where jobs are put in. */
import { Queue } from "bullmq";
import type { Logger } from "pino";
import type { JobSink } from "./jobs.ts";
import { Outstanding } from "./outstanding.ts";
import { type JobRef, type Lane, laneOf, placeInLine, refOf, workspaceOf } from "./place.ts";
import { openPromptConnection, PREFIX } from "./queue-connection.ts";

/** What Redis knows of a job beside its id and its kind: nothing that was said. */
export interface JobData {
	/** `workspaceOf` */
	workspace: string;
	trace: string | null;
}

/** An event's own time limit is 3 s: without the queue it is safe too. */
const PUT_MS = 500;
const PING_MS = 1000;
/** So that an event is known for a while after its job has ended: seconds. */
const KEPT = { age: 3600 };
/** Attempts are counted in the intake, which says when there are no more. */
const ENDLESS = 1_000_000;

export interface JobSinkOptions {
	/** `redis://` or `rediss://`, as in REDIS_URL. */
	url: string;
	log: Pick<Logger, "info" | "warn">;
}

export interface BullSink extends JobSink {
	close(): Promise<void>;
}

/** Starts to connect and returns at once. */
export function openJobSink(options: JobSinkOptions): BullSink {
	const { close, enqueue, ping } = openLanes(options);
	return { close, enqueue, ping };
}

/** The sink, and what a worker asks of the same connection. */
export function openLanes({ url, log }: JobSinkOptions) {
	const connection = openPromptConnection(url, log);
	const outstanding = new Outstanding(connection.raw);

	function newQueue(lane: Lane): Queue<JobData> {
		const queue = new Queue<JobData>(lane, {
			connection: connection.client,
			prefix: PREFIX,
			skipVersionCheck: true,
			skipWaitingForReady: true,
			skipMetasUpdate: true,
			defaultJobOptions: {
				attempts: ENDLESS,
				backoff: { type: "custom" },
				removeOnComplete: KEPT,
				removeOnFail: KEPT,
				stackTraceLimit: 0,
			},
		});
		// The connection says it itself.
		queue.on("error", () => {});
		return queue;
	}
	const queues: Record<Lane, Queue<JobData>> = { asked: newQueue("asked"), posted: newQueue("posted") };

	/** @param before how many jobs of its workspace are outstanding */
	async function put(job: JobRef, before: number): Promise<void> {
		const { id, kind, trace } = job;
		const options = { jobId: id, priority: placeInLine(kind, before) };
		await queues[laneOf(kind)].add(kind, { workspace: workspaceOf(job), trace }, options);
	}

	/** By a write: a Redis that is full, or only a replica, answers everything else. */
	async function ping(): Promise<void> {
		await connection.ask(
			() => connection.raw.set(`${PREFIX}:ping`, "1", { expiration: { type: "EX", value: 60 } }),
			PING_MS,
		);
	}

	return {
		connection,
		queues,
		outstanding,
		put,

		async enqueue(event: Parameters<JobSink["enqueue"]>[0]) {
			const job = refOf(event);
			// That it failed was said by the connection, and the sweep heals it.
			await connection.ask(async () => put(job, await outstanding.add(job)), PUT_MS).catch(() => {});
		},

		ping,

		answers: (): Promise<boolean> =>
			ping().then(
				() => true,
				() => false,
			),

		async close() {
			await Promise.all(Object.values(queues).map((queue) => queue.close()));
			connection.close();
		},
	};
}
