/** A chat in memory to drive the bot with: photos in, answers out, through the real store, queue and model. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import type { ChatEvent, CommandEvent } from "../src/chat/event.ts";
import type { ChatPort } from "../src/chat/port.ts";
import type { View } from "../src/chat/view.ts";
import { parseConfig } from "../src/config.ts";
import { workerOf } from "../src/handle/handle.ts";
import { receive } from "../src/handle/receive.ts";
import { packageRoot } from "../src/package-root.ts";
import { openEmbeddedServices } from "../src/services/embedded.ts";
import type { Services } from "../src/services.ts";

export interface BenchChat {
	services: Services;
	/** Posts a photo with `/classify labels`. @returns the bot's answer */
	classify(photo: number, labels: string): Promise<View>;
	close(): Promise<void>;
}

/** The test photos: two JPEGs of 640 pixels, one of 640, three PNGs of 451 to 600. */
export async function benchPhotos(): Promise<Buffer[]> {
	const folder = join(packageRoot, "test", "fixtures", "photos");
	const names = (await readdir(folder)).filter((name) => /\.(jpg|png)$/.test(name)).sort();
	return Promise.all(names.map((name) => readFile(join(folder, name))));
}

export async function openBenchChat(): Promise<BenchChat> {
	const dataDir = await mkdtemp(join(tmpdir(), "tagalong-bench-"));
	const config = parseConfig({ ...process.env, TAGALONG_DATA_DIR: dataDir });
	const services = await openEmbeddedServices(config, pino({ level: "error" }, pino.destination(2)));
	const photos = await benchPhotos();
	const waiting = new Map<string, (view: View) => void>();
	services.ports.local = benchPort(photos, ({ key }, view) => {
		waiting.get(key)?.(view);
		waiting.delete(key);
	});
	await services.jobs.start(workerOf(services));

	let count = 0;
	return {
		services,
		async classify(photo, labels) {
			const event = classifyEvent(`${++count}`, photo % photos.length, labels);
			const answered = new Promise<View>((resolve) => waiting.set(event.key, resolve));
			await receive(event, services);
			return answered;
		},
		async close() {
			await services.close();
			await rm(dataDir, { recursive: true });
		},
	};
}

/** `/classify labels` with a photo. */
export function classifyEvent(key: string, photo: number, labels: string, workspace = "bench"): CommandEvent {
	return {
		kind: "command",
		platform: "local",
		workspace,
		channel: "photos",
		actor: { id: "ada", name: "Ada", canModerate: true, isBot: false },
		key: `bench-${key}`,
		time: new Date().toISOString(),
		name: "classify",
		options: { labels },
		message: `message-${key}`,
		attachments: [{ id: `${photo}`, url: `bench:${photo}`, name: `${photo}.jpg` }],
	};
}

/** A platform that has these photos, and takes every reply. */
export function benchPort(photos: readonly Buffer[], onReply: (event: ChatEvent, view: View) => void): ChatPort {
	return {
		platform: "local",
		async reply(event: ChatEvent, view: View) {
			onReply(event, view);
			return `reply-${event.key}`;
		},
		findReply: async () => undefined,
		edit: async () => {},
		react: async () => {},
		readable: async () => [],
		linkTo: async ({ message }) => `bench:${message}`,
		progress: async () => {},
		async readAttachment({ id }) {
			const bytes = photos[Number(id) % photos.length];
			if (!bytes) throw new Error(`no photo ${id}`);
			return bytes;
		},
		settled: async () => {},
	};
}
