/**
 * Images named on the command line, as files or web addresses: each handled by itself, so that one that can't be read
 * loses no other.
 */
import { readFile, stat } from "node:fs/promises";
import { parseConfig } from "../config.ts";
import { imageErrors, UserError } from "../errors.ts";
import { defaultLimits } from "../images/limits.ts";
import { progressBar, warn } from "./terminal.ts";

export interface ImageFailure {
	error: { code: string; message: string };
}

/** Images in hand at once: enough that decoding and encoding overlap. */
const CONCURRENCY = 8;

/**
 * Handles every image; what fails in words is reported on stderr, sets exit code 1, and takes its place in the results.
 * @param images paths, and addresses that `createImageFetcher` may fetch
 * @param progress what a progress bar says; absent: none
 * @returns results in the order of the images
 */
export async function forEachImage<T>(
	images: readonly string[],
	handle: (bytes: Uint8Array, image: string) => Promise<T>,
	progress?: string,
): Promise<(T | ImageFailure)[]> {
	// Loaded only here, as the classifier is.
	const { createImageFetcher } = await import("../images/fetch.ts");
	const fetcher = createImageFetcher({ trustedOrigins: parseConfig(process.env).trustedImageOrigins });
	const bar = progress === undefined ? undefined : progressBar(progress, images.length);
	const results: (T | ImageFailure)[] = [];
	let next = 0;
	let done = 0;

	async function attempt(image: string): Promise<T | ImageFailure> {
		try {
			const bytes = await (isAddress(image) ? fetcher.fetchImage(image) : readImageFile(image));
			return await handle(bytes, image);
		} catch (error) {
			if (!(error instanceof UserError)) throw error;
			process.exitCode = 1;
			warn(`tagalong: ${image}: ${error.sentence}`);
			return { error: { code: error.code, message: error.sentence } };
		}
	}
	async function work(): Promise<void> {
		for (let index = next++; index < images.length; index = next++) {
			results[index] = await attempt(images[index] ?? "");
			bar?.update(++done);
		}
	}

	try {
		await Promise.all(Array.from({ length: Math.min(CONCURRENCY, images.length) }, work));
	} finally {
		bar?.stop();
		// A connection that is kept open would keep the program running.
		await fetcher.close();
	}
	return results;
}

function isAddress(image: string): boolean {
	return /^https?:\/\//i.test(image);
}

async function readImageFile(path: string): Promise<Uint8Array> {
	try {
		const { size } = await stat(path);
		if (size > defaultLimits.maxBytes) throw imageErrors.tooLarge(defaultLimits.maxBytes);
		return await readFile(path);
	} catch (cause) {
		if (cause instanceof UserError) throw cause;
		const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
		const why =
			code === "ENOENT" ? "There is no such file." : code === "EISDIR" ? "It is a folder." : "It can't be opened.";
		throw new UserError("image.no-file", why, "Check the path.", { cause });
	}
}
