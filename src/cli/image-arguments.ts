/** Image files named on the command line: each handled by itself, so that one unreadable file loses no other. */
import { readFile } from "node:fs/promises";
import { UserError } from "../errors.ts";
import { warn } from "./terminal.ts";

export interface ImageFailure {
	error: { code: string; message: string };
}

/** Images in hand at once: enough that decoding and encoding overlap. */
const CONCURRENCY = 8;

/**
 * Handles every file; what fails in words is reported on stderr, sets exit code 1, and takes its place in the results.
 * @returns results in the order of the paths
 */
export async function forEachImage<T>(
	paths: readonly string[],
	handle: (bytes: Uint8Array, path: string) => Promise<T>,
): Promise<(T | ImageFailure)[]> {
	const results: (T | ImageFailure)[] = [];
	let next = 0;
	const worker = async () => {
		for (let index = next++; index < paths.length; index = next++) {
			results[index] = await attempt(paths[index] ?? "", handle);
		}
	};
	await Promise.all(Array.from({ length: Math.min(CONCURRENCY, paths.length) }, worker));
	return results;
}

async function attempt<T>(path: string, handle: (bytes: Uint8Array, path: string) => Promise<T>) {
	try {
		return await handle(await read(path), path);
	} catch (error) {
		if (!(error instanceof UserError)) throw error;
		process.exitCode = 1;
		warn(`tagalong: ${path}: ${error.sentence}`);
		return { error: { code: error.code, message: error.sentence } };
	}
}

async function read(path: string): Promise<Uint8Array> {
	try {
		return await readFile(path);
	} catch (cause) {
		const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
		const why =
			code === "ENOENT" ? "There is no such file." : code === "EISDIR" ? "It is a folder." : "It can't be opened.";
		throw new UserError("image.no-file", why, "Check the path.", { cause });
	}
}
