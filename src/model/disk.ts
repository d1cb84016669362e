/** What can go wrong with a disk, in words: full, or not writable. */
import { statfs } from "node:fs/promises";
import { pullErrors } from "../errors.ts";
import { formatBytes } from "./file-size.ts";

/** @throws UserError `pull.disk-full` if a folder's disk has fewer bytes free than are needed */
export async function requireSpace(folder: string, needed: number): Promise<void> {
	const free = await freeBytes(folder);
	if (needed > free) throw pullErrors.diskFull(folder, formatBytes(needed), formatBytes(free));
}

/**
 * Awaits work on a file in `folder`.
 * @param needed bytes still to be written, if known
 * @throws UserError `pull.disk-full` or `pull.cannot-write` in place of the system's error
 */
export async function onDisk<T>(folder: string, needed: number | undefined, work: Promise<T>): Promise<T> {
	try {
		return await work;
	} catch (cause) {
		const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
		if (code !== "ENOSPC" && code !== "EDQUOT") throw pullErrors.cannotWrite(folder, code);
		// A disk too full even for the folder has none to ask about.
		const free = formatBytes(await freeBytes(folder).catch(() => 0));
		throw pullErrors.diskFull(folder, needed === undefined ? "more bytes" : formatBytes(needed), free);
	}
}

async function freeBytes(folder: string): Promise<number> {
	const disk = await statfs(folder);
	return disk.bavail * disk.bsize;
}
