/**
 * The embedded store as it is before anything is in it: made once when the program is built, because making a database
 * takes PGlite five seconds and reading a made one less than one.
 */
import { createHash } from "node:crypto";
import { existsSync, openAsBlob, readFileSync, statSync } from "node:fs";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { drizzle } from "drizzle-orm/pglite";
import { migrate } from "drizzle-orm/pglite/migrator";
import { packageRoot } from "../package-root.ts";
import { migrationsFolder } from "./database.ts";
import { openInMemory } from "./embedded-postgres.ts";

const folder = join(packageRoot, "dist", "empty-store");

/** Another version of PGlite, or another migration, and it is another file. */
function file(): string {
	const hash = createHash("sha256");
	const engine = join(dirname(createRequire(import.meta.url).resolve("@electric-sql/pglite")), "pglite.wasm");
	hash.update(String(statSync(engine).size));
	hash.update(readFileSync(join(migrationsFolder, "meta", "_journal.json")));
	return join(folder, `${hash.digest("hex").slice(0, 16)}.tar`);
}

/** Absent where the program was not built: then the database is made from scratch. */
export async function readEmptyStore(): Promise<Blob | undefined> {
	const path = file();
	return existsSync(path) ? await openAsBlob(path) : undefined;
}

/** Does nothing if it is there already. */
export async function writeEmptyStore(): Promise<void> {
	const path = file();
	if (existsSync(path)) return;
	const client = await openInMemory();
	await migrate(drizzle(client), { migrationsFolder });
	const dump = await client.dumpDataDir("none");
	await client.close();
	await mkdir(folder, { recursive: true });
	for (const old of await readdir(folder)) await rm(join(folder, old));
	await writeFile(`${path}.new`, Buffer.from(await dump.arrayBuffer()));
	await rename(`${path}.new`, path);
}
