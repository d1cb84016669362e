import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../package-root.ts";
import { migrationsFolder } from "./database.ts";

test("every change of the schema has its migration", () => {
	const copy = mkdtempSync(join(tmpdir(), "tagalong-migrations-"));
	cpSync(migrationsFolder, copy, { recursive: true });
	const drizzleKit = join(packageRoot, "node_modules", "drizzle-kit", "bin.cjs");
	const out = relative(packageRoot, copy);
	const { stdout, stderr } = spawnSync(
		process.execPath,
		[drizzleKit, "generate", "--dialect=postgresql", "--schema=src/store/schema.ts", `--out=${out}`],
		{ cwd: packageRoot, encoding: "utf8" },
	);
	expect(stdout + stderr).toContain("No schema changes, nothing to migrate");
	expect(readdirSync(copy)).toEqual(readdirSync(migrationsFolder));
	rmSync(copy, { recursive: true });
});
