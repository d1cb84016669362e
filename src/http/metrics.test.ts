import { expect, test } from "vitest";
import { createMetrics, showQueueSize } from "./metrics.ts";

test("jobs that wait and run are shown as they are at each look", async () => {
	const metrics = createMetrics();
	let size = { waiting: 12, running: 3 };
	showQueueSize(metrics, { size: async () => size });
	expect(await metrics.registry.metrics()).toContain('tagalong_queue_jobs{state="waiting"} 12\n');
	size = { waiting: 0, running: 1 };
	const text = await metrics.registry.metrics();
	expect(text).toContain('tagalong_queue_jobs{state="waiting"} 0\n');
	expect(text).toContain('tagalong_queue_jobs{state="running"} 1\n');
});

test.each([
	["refuses", () => Promise.reject(new Error("Redis is gone"))],
	["doesn't answer", () => new Promise<never>(() => {})],
])("where the queue %s, its size is left out and all else is shown", async (_, size) => {
	const metrics = createMetrics();
	showQueueSize(metrics, { size });
	metrics.queueWaitSeconds.observe({ kind: "command" }, 0.3);
	const text = await metrics.registry.metrics();
	expect(text).not.toContain("tagalong_queue_jobs{");
	expect(text).toContain('tagalong_queue_wait_seconds_bucket{le="0.5",kind="command"} 1\n');
});

test("batches of any size that can be configured have a bucket", async () => {
	const metrics = createMetrics();
	metrics.batchSize.observe(256);
	expect(await metrics.registry.metrics()).toContain('tagalong_image_batch_size_bucket{le="256"} 1\n');
});
