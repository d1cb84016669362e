/** The servers and processes that faults are made with. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findOrInstallPostgres, startPostgres } from "../../infra/servers/postgres.ts";
import { findOrInstallRedis, startRedis } from "../../infra/servers/redis.ts";
import { startDistributed } from "../support/distributed-shape.ts";
import type { Scene } from "./faults.ts";

export interface OwnScene extends Scene {
	close(): Promise<void>;
}

/** @returns undefined where Postgres or Redis can't be had */
export async function openScene(): Promise<OwnScene | undefined> {
	const [installed, executable] = await Promise.all([findOrInstallPostgres(), findOrInstallRedis()]);
	if (installed === undefined || executable === undefined) return undefined;
	const redisFolder = mkdtempSync(join(tmpdir(), "tagalong-redis-"));
	const [postgres, redis] = await Promise.all([
		startPostgres(installed),
		startRedis(executable, "--appendonly", "yes", "--dir", redisFolder),
	]);
	const closeServers = async () => {
		await Promise.all([redis.stop(), postgres.remove()]);
		rmSync(redisFolder, { recursive: true, force: true });
	};
	try {
		const shape = await startDistributed(postgres.url, redis.url);
		const close = () => shape.close().finally(closeServers);
		return { shape, postgres, redis, redisFolder, close };
	} catch (error) {
		await closeServers();
		throw error;
	}
}
