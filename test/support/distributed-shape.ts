/** The distributed shape as processes of their own on real servers: a front, a gateway forwarder and two workers. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import sharp from "sharp";
import { freePort } from "../../infra/servers/local-server.ts";
import { createDatabase } from "../../infra/servers/postgres.ts";
import type { ChannelRef } from "../../src/chat/event.ts";
import { packageRoot } from "../../src/package-root.ts";
import { openPostgresStore } from "../../src/store/postgres-store.ts";
import type { Store } from "../../src/store/store.ts";
import { type PlatformServer, startPlatform } from "./fake-platform-server.ts";
import { fixturesDir, photo } from "./models.ts";
import { type Deliveries, startDeliveries } from "./platform-deliveries.ts";
import type { Places } from "./programs/places.ts";
import { type Supervised, supervise } from "./supervised.ts";

/** What someone can be killed as. */
export type Role = "front" | "forwarder" | "worker";

export interface DistributedShape {
	platform: PlatformServer;
	deliveries: Deliveries;
	/** By what they do. */
	processes: Record<Role, Supervised[]>;
	/** The store of all, to look into. */
	store: Store;
	/** Called whenever a process has ended itself as it was told to. */
	onDeath: () => void;
	close(): Promise<void>;
}

const WORKERS = 2;
const PROGRAMS = { front: "take-events", forwarder: "forward-events", worker: "answer-events" } as const;
/** Ids of the files that the platform serves. */
export const PHOTOS = ["rocket.jpg", "flower.jpg", "chelsea.png"] as const;

/** @param server of Postgres @param redis its address */
export async function startDistributed(server: string, redis: string): Promise<DistributedShape> {
	const folder = await buildPrograms();
	const database = (await createDatabase(server)).url;
	const [store, platform, port] = await Promise.all([openPostgresStore(database), startPlatform(), freePort()]);
	for (const name of PHOTOS) platform.files.set(name, await smallPhoto(name));

	const places: Places = { database, redis, platform: platform.url, port, models: tinyModels(folder) };
	const start = (role: Role) =>
		supervise(join(folder, `${PROGRAMS[role]}.mjs`), JSON.stringify(places), () => shape.onDeath());
	const deliveries = startDeliveries(platform, `http://127.0.0.1:${port}/events`);
	const shape: DistributedShape = {
		platform,
		deliveries,
		processes: {
			front: [start("front")],
			forwarder: [start("forwarder")],
			worker: Array.from({ length: WORKERS }, () => start("worker")),
		},
		store,
		onDeath: () => {},
		async close() {
			deliveries.stop();
			await Promise.all(everyProcess(shape).map((process) => process.stop()));
			await store.close();
			await platform.close();
			rmSync(folder, { recursive: true, force: true });
		},
	};
	try {
		await Promise.all(everyProcess(shape).map((process) => process.ready()));
	} catch (error) {
		await shape.close();
		throw error;
	}
	return shape;
}

export function everyProcess({ processes }: Pick<DistributedShape, "processes">): Supervised[] {
	return Object.values(processes).flat();
}

/** A channel whose images are tagged. */
export async function prepareChannel(store: Store, channel: ChannelRef, labels: readonly string[]): Promise<void> {
	await store.settings.change(channel, () => ({ autotag: "on" }));
	const set = { labels: labels.map((text) => ({ text })), templates: null, mode: "one", threshold: 0.5 } as const;
	await store.labelSets.change(channel, () => set, "mod", new Date());
}

/** Decoding a large one would be most of the work. */
async function smallPhoto(name: string): Promise<Uint8Array> {
	return await sharp(await photo(name))
		.resize(128)
		.jpeg()
		.toBuffer();
}

/** Packages that bring native code, or files and threads of their own. */
const NOT_BUNDLED = ["sharp", "onnxruntime-node", "@electric-sql/*", "pino", "piscina", "@resvg/resvg-js", "pg-native"];

/** Each program as one file with its packages, which starts in a third of the time. @returns their folder */
async function buildPrograms(): Promise<string> {
	const cache = join(packageRoot, "node_modules", ".cache", "tagalong");
	mkdirSync(cache, { recursive: true });
	const folder = mkdtempSync(join(cache, "distributed-"));
	await build({
		entryPoints: Object.values(PROGRAMS).map((name) => join(packageRoot, "test/support/programs", `${name}.ts`)),
		outdir: folder,
		outExtension: { ".js": ".mjs" },
		bundle: true,
		external: NOT_BUNDLED,
		// For packages in CommonJS.
		banner: {
			js: 'import { createRequire as requireIn } from "node:module"; const require = requireIn(import.meta.url);',
		},
		platform: "node",
		format: "esm",
		target: "node20",
		sourcemap: true,
		logLevel: "warning",
	});
	cpSync(join(packageRoot, "src/store/migrations"), join(folder, "migrations"), { recursive: true });
	return folder;
}

/** The tiny model, and a lexicon that knows nothing: reading the real one takes most of a process's start. */
function tinyModels(folder: string): string {
	const models = join(folder, "models");
	mkdirSync(join(models, "lexicon"), { recursive: true });
	symlinkSync(join(fixturesDir, "tiny-clip"), join(models, "tiny-clip"));
	const nothing = JSON.stringify({ senses: {}, hypernyms: {}, exceptions: {} });
	writeFileSync(join(models, "lexicon", "lexicon.json.gz"), gzipSync(nothing));
	writeFileSync(join(models, "lexicon", "negatives.tsv"), "thing\t00002452\n");
	return models;
}
