/** Builds what runs: TypeScript to dist/, the chat page to dist/page/, migrations beside their code. */
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const page = join(root, "src/chat/local/page");
process.chdir(root);

// What tsc wrote last time is reused where nothing changed.
const tsc = join(root, "node_modules/typescript/bin/tsc");
const compiled = spawnSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], { stdio: "inherit" });
if (compiled.status !== 0) process.exit(1);
chmodSync("dist/src/cli/start.cjs", 0o755);

rmSync("dist/page", { recursive: true, force: true });
mkdirSync("dist/page", { recursive: true });
await build({
	entryPoints: { main: join(page, "main.tsx") },
	outdir: "dist/page",
	bundle: true,
	minify: true,
	format: "esm",
	target: "es2022",
	jsx: "automatic",
	jsxImportSource: "preact",
	logLevel: "warning",
});
for (const file of ["index.html", "icon.svg"]) cpSync(join(page, file), join("dist/page", file));
cpSync("src/store/migrations", "dist/src/store/migrations", { recursive: true });

const { writeEmptyStore } = await import("../dist/src/store/empty-store.js");
await writeEmptyStore();
