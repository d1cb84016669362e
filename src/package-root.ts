/** Where this package lies on disk: the same from src/ (tests) and from dist/src/ (built). */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

function nearestPackage(from: string): string {
	if (existsSync(join(from, "package.json"))) return from;
	const above = dirname(from);
	if (above === from) throw new Error("Tagalong's package.json is in no folder above its code.");
	return nearestPackage(above);
}

/** The folder that holds Tagalong's package.json. */
export const packageRoot = nearestPackage(dirname(fileURLToPath(import.meta.url)));

/** The folder of the models' manifests, one folder each, and of the files that ship with them. */
export const modelsDir = join(packageRoot, "models");
