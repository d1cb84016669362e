/** Pulls a model: every file that its manifest pins, checked, into the data folder. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Dispatcher } from "undici";
import { pullErrors } from "../errors.ts";
import { onDisk, requireSpace } from "./disk.ts";
import { download } from "./download.ts";
import { type Hub, hubConnections, hubFromEnv, type PinnedFile, repositoryPage } from "./hub.ts";
import { fileBytes, pulledDir } from "./location.ts";
import { type Manifest, modelFiles } from "./manifest.ts";
import { takeLock } from "./pull-lock.ts";
import { sha256IfPresent } from "./verify.ts";

/** What a person waiting for a pull is told. */
export type PullProgress =
	| { kind: "waiting" }
	| { kind: "bytes"; file: string; done: number; total: number | undefined }
	| { kind: "retry"; file: string; why: string }
	| { kind: "done"; file: PulledFile };

export interface PulledFile {
	file: string;
	bytes: number;
	/** `present`: it was here and right. `resumed`: an earlier try had brought a part of it. */
	outcome: "present" | "downloaded" | "resumed";
}

export interface PullOptions {
	dataDir: string;
	/** HF_ENDPOINT, HF_TOKEN and HF_HUB_OFFLINE are read from it. */
	env: Record<string, string | undefined>;
	/** The person has agreed to a licence that restricts use. */
	acceptLicence?: boolean;
	onProgress?: (progress: PullProgress) => void;
	/** Pauses between tries that bring nothing, in milliseconds. */
	retryDelays?: readonly number[];
}

/**
 * Downloads what is missing or wrong into `dataDir/models/NAME/`. Two pulls of one model wait for each other.
 * @returns every pinned file of the model; none for a model that ships with Tagalong
 * @throws UserError `pull.*`
 */
export async function pullModel(manifest: Manifest, options: PullOptions): Promise<PulledFile[]> {
	const { repository } = manifest;
	if (!repository) return [];
	const hub = hubFromEnv(options.env);
	if (manifest.licenceMustBeAccepted && !options.acceptLicence) {
		throw pullErrors.licence(manifest.name, manifest.licence, repositoryPage(hub, repository));
	}
	const onProgress = options.onProgress ?? (() => {});
	const folder = pulledDir(manifest.name, options.dataDir);
	await onDisk(options.dataDir, undefined, mkdir(folder, { recursive: true }));
	const waiting = () => onProgress({ kind: "waiting" });
	const unlock = await onDisk(folder, undefined, takeLock(join(folder, ".pull.lock"), waiting));
	const dispatcher = hubConnections();
	try {
		return await pullInto(folder, { manifest, repository, hub, dispatcher, onProgress, options });
	} finally {
		await dispatcher.destroy();
		await unlock();
	}
}

interface Pull {
	manifest: Manifest;
	repository: NonNullable<Manifest["repository"]>;
	hub: Hub;
	dispatcher: Dispatcher;
	onProgress: (progress: PullProgress) => void;
	options: PullOptions;
}

async function pullInto(folder: string, pull: Pull): Promise<PulledFile[]> {
	const { manifest, repository, hub, dispatcher, onProgress, options } = pull;
	const pulled: PulledFile[] = [];
	const report = (file: PulledFile) => {
		pulled.push(file);
		onProgress({ kind: "done", file });
	};
	const missing: PinnedFile[] = [];
	for (const file of modelFiles(manifest)) {
		if (file.path === undefined) continue;
		const path = join(folder, file.file);
		if ((await sha256IfPresent(path)) !== file.sha256) missing.push({ ...file, path: file.path });
		else report({ file: file.file, bytes: (await fileBytes(path)) ?? 0, outcome: "present" });
	}
	if (missing.length === 0) return pulled;
	if (hub.offline) throw pullErrors.offline(manifest.name);

	const parts = await Promise.all(missing.map(({ file }) => fileBytes(join(folder, `${file}.part`))));
	const needed = missing.reduce((sum, { bytes }, at) => sum + Math.max(0, (bytes ?? 0) - (parts[at] ?? 0)), 0);
	await requireSpace(folder, needed);

	for (const file of missing) {
		const downloaded = await download({
			model: manifest.name,
			file,
			repository,
			folder,
			hub,
			dispatcher,
			retryDelays: options.retryDelays ?? [1_000, 4_000, 10_000],
			onBytes: (done, total) => onProgress({ kind: "bytes", file: file.file, done, total }),
			onRetry: (why) => onProgress({ kind: "retry", file: file.file, why }),
		});
		report({ file: file.file, bytes: downloaded.bytes, outcome: downloaded.resumed ? "resumed" : "downloaded" });
	}
	return pulled;
}
