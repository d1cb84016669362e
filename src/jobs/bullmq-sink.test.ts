import { Queue } from "bullmq";
import { createClient } from "redis";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { findOrInstallRedis, startRedis, type TestRedis } from "../../infra/servers/redis.ts";
import { command, imagesPosted } from "../../test/support/events.ts";
import { jobId } from "../chat/event.ts";
import { type BullSink, openJobSink } from "./bullmq-sink.ts";

const executable = await findOrInstallRedis();

describe.skipIf(!executable)("jobs are put in Redis", () => {
	let redis: TestRedis;
	let sink: BullSink;
	let lines: string[];
	const note = (line: string) => void lines.push(line);

	beforeEach(async () => {
		lines = [];
		redis = await startRedis(executable ?? "");
		sink = openJobSink({ url: redis.url, log: { info: note, warn: note } });
	});
	afterEach(async () => {
		await sink.close();
		await redis.stop();
	});

	/** Ids of the jobs of a lane, next first. */
	async function jobsIn(lane: string): Promise<(string | undefined)[]> {
		const connection = createClient({ url: redis.url });
		const queue = new Queue(lane, { connection, prefix: "tagalong" });
		try {
			return (await queue.getJobs(["prioritized"], 0, -1, true)).map(({ id }) => id);
		} finally {
			await queue.close();
			connection.destroy();
		}
	}

	test("from the moment of their process's start, each once, in the lane of their kind", async () => {
		await sink.enqueue(command("1"));
		await sink.enqueue(command("1"));
		await sink.enqueue(imagesPosted("2"));
		await sink.ping();
		expect(await jobsIn("asked")).toEqual([jobId(command("1"))]);
		expect(await jobsIn("posted")).toEqual([jobId(imagesPosted("2"))]);
		expect(lines).toEqual([]);
	});

	test("and when it is gone, nobody fails or waits for it; that is said once, and that it is back", async () => {
		await sink.enqueue(command("1"));
		await redis.kill();
		for (const key of ["2", "3", "4"]) await sink.enqueue(command(key));
		await expect(sink.ping()).rejects.toThrow(/^The job queue \(Redis at 127\.0\.0\.1:\d+\) doesn't answer \(.+\)\.$/);
		expect(lines).toEqual([expect.stringMatching(/is gone \(.+\)\. Until it is back, events wait in the store\.$/)]);
		await redis.restart();
		await vi.waitFor(() => sink.ping(), { timeout: 20_000 });
		expect(lines.slice(1)).toEqual([expect.stringMatching(/is back\.$/)]);
		await sink.enqueue(command("5"));
		expect(await jobsIn("asked")).toEqual([jobId(command("5"))]);
	});

	test("and when it hangs, nobody waits for long", async () => {
		await sink.ping();
		const other = createClient({ url: redis.url });
		await other.connect();
		await other.clientPause(3_600_000, "ALL");
		await sink.enqueue(command("1"));
		await expect(sink.ping()).rejects.toThrow("doesn't answer");
		expect(lines).toEqual([expect.stringContaining("is gone (no answer within 500 ms)")]);
		other.destroy();
	});

	test("and a Redis that is gone from the start is waited for in the background", async () => {
		await redis.kill();
		const early = openJobSink({ url: redis.url, log: { info: note, warn: note } });
		await early.enqueue(command("1"));
		await expect(early.ping()).rejects.toThrow("doesn't answer");
		await redis.restart();
		await vi.waitFor(() => early.ping(), { timeout: 20_000 });
		await early.enqueue(command("2"));
		expect(await jobsIn("asked")).toEqual([jobId(command("2"))]);
		await early.close();
	});
});
