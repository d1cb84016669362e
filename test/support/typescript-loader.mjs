/** `node --import` this to run TypeScript as it is: Node 20 doesn't by itself, and some tests need a process to kill. */
import { readFile } from "node:fs/promises";
import { register } from "node:module";
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";
import { transform } from "esbuild";

// Hooks run in a thread of their own, which loads this file again.
if (isMainThread) register(import.meta.url);

export async function load(url, context, next) {
	if (!url.endsWith(".ts")) return next(url, context);
	const sourcefile = fileURLToPath(url);
	const { code } = await transform(await readFile(sourcefile, "utf8"), {
		loader: "ts",
		sourcefile,
		sourcemap: "inline",
	});
	return { format: "module", source: code, shortCircuit: true };
}
