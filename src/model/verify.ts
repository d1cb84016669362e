/** Hashes files and compares them with what a model's manifest promises. */
import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { filePath, type ModelFolders } from "./location.ts";
import { type Manifest, modelFiles } from "./manifest.ts";

export interface VerifiedFile {
	file: string;
	path: string;
	state: "ok" | "wrong" | "missing";
	expected: string;
	/** The sha256 found; absent if the file is missing. */
	actual?: string;
}

/** Reads a whole file into a sha256, streaming. */
export async function hashFile(path: string): Promise<Hash> {
	const hash = createHash("sha256");
	for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
	return hash;
}

/** @returns a file's sha256, or undefined if there is no such file */
export async function sha256IfPresent(path: string): Promise<string | undefined> {
	try {
		return (await hashFile(path)).digest("hex");
	} catch (error) {
		if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
		throw error;
	}
}

/** Hashes every file of a model again. */
export async function verifyModel(manifest: Manifest, folders: ModelFolders): Promise<VerifiedFile[]> {
	const results: VerifiedFile[] = [];
	for (const file of modelFiles(manifest)) {
		const path = filePath(manifest, file, folders);
		const actual = await sha256IfPresent(path);
		const state = actual === undefined ? "missing" : actual === file.sha256 ? "ok" : "wrong";
		results.push({ file: file.file, path, state, expected: file.sha256, ...(actual && { actual }) });
	}
	return results;
}
