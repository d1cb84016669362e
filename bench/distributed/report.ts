/** What a process of the benchmark has used so far. */
import { readdirSync } from "node:fs";
import type { Metrics } from "../../src/http/metrics.ts";
import type { Report } from "./messages.ts";

export async function report({ textEncodes, textCacheHits }: Metrics): Promise<Report> {
	globalThis.gc?.();
	const { user, system } = process.cpuUsage();
	const { rss, heapUsed, external } = process.memoryUsage();
	const hits = (await textCacheHits.get()).values.find(({ labels }) => labels.layer === "shared");
	return {
		cpu: (user + system) / 1e6,
		textsEncoded: (await textEncodes.get()).values[0]?.value ?? 0,
		sharedHits: hits?.value ?? 0,
		rss,
		heap: heapUsed + external,
		handles: openHandles(),
	};
}

function openHandles(): number {
	try {
		return readdirSync("/proc/self/fd").length;
	} catch {
		return 0;
	}
}
