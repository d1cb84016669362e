/** How many jobs a workspace has outstanding in each lane: counted in Redis by every process, and put right by the sweep. */
import type { Intake } from "../store/intake.ts";
import { type JobRef, type Lane, laneOf, lanes, workspaceOf } from "./place.ts";
import { PREFIX, type RedisClient } from "./queue-connection.ts";

type Owed = Awaited<ReturnType<Intake["outstanding"]>>;

const keyOf = (lane: Lane) => `${PREFIX}:outstanding:${lane}`;

export class Outstanding {
	readonly #redis: RedisClient;

	constructor(redis: RedisClient) {
		this.#redis = redis;
	}

	/** Counts a job. @returns how many there were before it */
	async add(job: JobRef): Promise<number> {
		return (await this.#redis.hIncrBy(keyOf(laneOf(job.kind)), workspaceOf(job), 1)) - 1;
	}

	/** @returns how many there are, this job counted or not */
	async of(job: JobRef): Promise<number> {
		return Number(await this.#redis.hGet(keyOf(laneOf(job.kind)), workspaceOf(job)));
	}

	async remove(lane: Lane, workspace: string): Promise<void> {
		await this.#redis.hIncrBy(keyOf(lane), workspace, -1);
	}

	/** What is owed by the intake is the truth: a job counted twice, or never counted off, doesn't last. */
	async correct(owed: Owed): Promise<void> {
		const change = this.#redis.multi();
		for (const lane of lanes) {
			const counts: Record<string, number> = {};
			for (const { count, ...job } of owed) {
				if (laneOf(job.kind) === lane) counts[workspaceOf(job)] = (counts[workspaceOf(job)] ?? 0) + count;
			}
			change.del(keyOf(lane));
			if (Object.keys(counts).length > 0) change.hSet(keyOf(lane), counts);
		}
		await change.exec();
	}
}
