/** Brings one file of a model here: resumed where it broke off, retried, and named only once its hash is right. */
import { createHash, type Hash } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Dispatcher } from "undici";
import { pullErrors, UserError } from "../errors.ts";
import { onDisk } from "./disk.ts";
import { formatBytes } from "./file-size.ts";
import { type Hub, type OpenedFile, openFile, type PinnedFile } from "./hub.ts";
import { fileBytes } from "./location.ts";
import type { Manifest, ModelFile } from "./manifest.ts";
import { hashFile } from "./verify.ts";

export interface Download {
	/** The model's name, for messages. */
	model: string;
	file: PinnedFile;
	repository: NonNullable<Manifest["repository"]>;
	/** The folder, which exists: the file grows in it as FILE.part. */
	folder: string;
	hub: Hub;
	dispatcher: Dispatcher;
	/** Pauses before another try, in milliseconds; as many tries in a row may bring nothing. */
	retryDelays: readonly number[];
	/** @param done bytes here by now, @param total the file's length if known */
	onBytes: (done: number, total: number | undefined) => void;
	onRetry: (why: string) => void;
}

export interface Downloaded {
	bytes: number;
	/** True if bytes from an earlier try were kept. */
	resumed: boolean;
}

/**
 * @throws UserError `pull.*` (wrong hash or size, gated, not found, disk full, broken off); of these, a wrong hash or size
 * removes what was brought, the others keep it for the next try
 */
export async function download(task: Download): Promise<Downloaded> {
	const part = join(task.folder, `${task.file.file}.part`);
	let most = (await fileBytes(part)) ?? 0;
	let failures = 0;
	for (;;) {
		try {
			const downloaded = await attempt(task, part);
			await onDisk(task.folder, undefined, rename(part, join(task.folder, task.file.file)));
			return downloaded;
		} catch (error) {
			if (error instanceof UserError) throw error;
			const here = (await fileBytes(part)) ?? 0;
			// A connection that breaks again and again but brings something each time gets there in the end.
			failures = here > most ? 1 : failures + 1;
			most = Math.max(most, here);
			const delay = task.retryDelays[failures - 1];
			if (delay === undefined) {
				throw pullErrors.brokeOff(task.model, task.file.file, formatBytes(here), reason(error));
			}
			task.onRetry(reason(error));
			await sleep(delay);
		}
	}
}

/** One request: what the part file holds is hashed; the rest is asked for, written and hashed. */
async function attempt(task: Download, part: string): Promise<Downloaded> {
	const { file, folder } = task;
	const here = (await fileBytes(part)) ?? 0;
	const held = here === 0 ? createHash("sha256") : await onDisk(folder, undefined, hashFile(part));
	if (held.copy().digest("hex") === file.sha256) return { bytes: here, resumed: true };

	// A part as long as the whole file and yet not it holds nothing worth keeping.
	const from = file.bytes !== undefined && here >= file.bytes ? 0 : here;
	const opened = await openFile(task.hub, task.repository, file, from, task.dispatcher);
	try {
		requireAsPinned(file, opened);
		if (opened.from !== 0 && opened.from !== from) throw new Error("the server sent another part than asked for");
		const hash = opened.from === 0 ? createHash("sha256") : held;
		const bytes = await append(task, part, opened, hash);
		const actual = hash.digest("hex");
		if (actual !== file.sha256) throw pullErrors.wrongHash(file.file, file.sha256, actual);
		return { bytes, resumed: opened.from > 0 };
	} catch (error) {
		opened.body.destroy();
		if (error instanceof UserError && error.code.startsWith("pull.wrong-")) await rm(part, { force: true });
		throw error;
	}
}

/** What the server says about the file, before a byte of it is read. */
function requireAsPinned(file: ModelFile, opened: OpenedFile): void {
	if (opened.sha256 !== undefined && opened.sha256 !== file.sha256) {
		throw pullErrors.wrongHash(file.file, file.sha256, opened.sha256);
	}
	if (file.bytes !== undefined && opened.total !== undefined && opened.total !== file.bytes) {
		throw pullErrors.wrongSize(file.file, file.bytes, opened.total);
	}
}

/** Writes the body behind what is kept and feeds it to the hash; on the disk for good when this returns its length. */
async function append(task: Download, part: string, opened: OpenedFile, hash: Hash): Promise<number> {
	const { file, folder } = task;
	const total = file.bytes ?? opened.total;
	let done = opened.from;
	const left = () => (total === undefined ? undefined : total - done);
	const target = await onDisk(folder, left(), open(part, done === 0 ? "w" : "a"));
	try {
		task.onBytes(done, total);
		for await (const chunk of opened.body) {
			if (file.bytes !== undefined && done + chunk.length > file.bytes) {
				throw pullErrors.wrongSize(file.file, file.bytes, done + chunk.length);
			}
			await onDisk(folder, left(), target.appendFile(chunk));
			hash.update(chunk);
			done += chunk.length;
			task.onBytes(done, total);
		}
		if (total !== undefined && done < total) throw new Error("the connection closed early");
		await onDisk(folder, left(), target.sync());
		return done;
	} finally {
		await target.close();
	}
}

function reason(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	// A host that several addresses refuse gives an AggregateError without words.
	const first = error instanceof AggregateError ? error.errors[0] : error;
	return first instanceof Error && first.message ? first.message : error.name;
}
