/** Where the chat is served, written down by the front for the workers: links that leave the chat begin with it. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const path = (dataDir: string) => join(dataDir, "local", "address");

/** @param url e.g. `http://127.0.0.1:3000` */
export function writeAddress(dataDir: string, url: string): void {
	mkdirSync(join(dataDir, "local"), { recursive: true });
	writeFileSync(path(dataDir), url);
}

/** Undefined until a front has written it. */
export function readAddress(dataDir: string): string | undefined {
	try {
		return readFileSync(path(dataDir), "utf8");
	} catch {
		return undefined;
	}
}
