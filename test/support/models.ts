/** The models that tests run on: the starter and two tiny random-weight ones, with real ONNX sessions. */
import { mkdtemp, readFile, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Encoder, loadEncoder } from "../../src/model/encoder.ts";
import { locateModel } from "../../src/model/location.ts";
import { readManifest } from "../../src/model/manifest.ts";
import { modelsDir, packageRoot } from "../../src/package-root.ts";

export const fixturesDir = join(packageRoot, "test", "fixtures");

/** A test photo's bytes. */
export function photo(name: string): Promise<Buffer> {
	return readFile(join(fixturesDir, "photos", name));
}

export async function loadTestEncoder(name: "starter" | "tiny-clip" | "tiny-siglip"): Promise<Encoder> {
	const folder = name === "starter" ? modelsDir : fixturesDir;
	const manifest = await readManifest(folder, name);
	const paths = await locateModel(manifest, { modelsDir: folder, dataDir: "nowhere" });
	return loadEncoder(manifest, paths, { device: "cpu", onFallback: () => {} });
}

/** A folder of models like the package's own: the lexicon, and tiny models beside it. */
export async function tinyModelsDir(...names: ("tiny-clip" | "tiny-siglip")[]): Promise<string> {
	const folder = await mkdtemp(join(tmpdir(), "tagalong-tiny-"));
	await symlink(join(modelsDir, "lexicon"), join(folder, "lexicon"));
	for (const name of names) await symlink(join(fixturesDir, name), join(folder, name));
	return folder;
}

/** Dot product; the cosine of two unit vectors. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
	let sum = 0;
	for (let i = 0; i < a.length; i++) sum += (a[i] ?? Number.NaN) * (b[i] ?? Number.NaN);
	return sum;
}
