import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { startFakeHub } from "../../test/support/fake-hub.ts";
import { fixturesDir, tinyModelsDir } from "../../test/support/models.ts";
import { loadClassifier } from "../classifier.ts";
import { type Manifest, type ModelFile, modelFiles, readManifest } from "../model/manifest.ts";
import { modelsDir as packageModels } from "../package-root.ts";
import { modelsCommand } from "./models.ts";

let dataDir: string;
let err: string;
const { isTTY } = process.stderr;

beforeEach(async () => {
	dataDir = await mkdtemp(join(tmpdir(), "tagalong-prepare-"));
	vi.stubEnv("TAGALONG_DATA_DIR", dataDir);
	vi.stubEnv("TAGALONG_MODEL", "tiny-clip");
	vi.stubEnv("TAGALONG_DEVICE", "cpu");
	vi.stubEnv("HF_HUB_OFFLINE", undefined);
	err = "";
	vi.spyOn(process.stderr, "write").mockImplementation((text) => {
		err += text;
		return true;
	});
});

afterEach(async () => {
	vi.restoreAllMocks();
	vi.unstubAllEnvs();
	process.stderr.isTTY = isTTY;
	await rm(dataDir, { recursive: true });
});

async function run(modelsDir: string, ...words: string[]): Promise<string[]> {
	err = "";
	await modelsCommand(modelsDir).exitOverride().parseAsync(words, { from: "user" });
	return err.split("\n").slice(0, -1);
}

const encoding =
	"Encoding the negatives that “none of these” is judged by. It is done once, and starts anew if broken off.";

it("encodes the negatives of the model in use once, and keeps them for all that follows", async () => {
	const modelsDir = await tinyModelsDir("tiny-clip");
	expect(await run(modelsDir, "prepare")).toEqual([encoding, "tiny-clip is ready."]);
	expect(await run(modelsDir, "prepare")).toEqual(["tiny-clip is ready: its negatives were encoded before."]);
	const options = { model: "tiny-clip", modelsDir, dataDir, device: "cpu", onFallback: () => {} } as const;
	const classifier = await loadClassifier(options);
	expect(classifier.poolReady).toBe(true);
	await classifier.close();
});

it("shows how far it is on a terminal", async () => {
	process.stderr.isTTY = true;
	await run(await tinyModelsDir("tiny-siglip"), "prepare", "tiny-clip").catch(() => {});
	expect(err).not.toContain("Encoding negatives");
	await run(await tinyModelsDir("tiny-clip"), "prepare", "tiny-clip");
	expect(err).toMatch(/Encoding negatives .+\d+\/\d{4}/);
});

it("says that a model isn't here", async () => {
	await expect(run(packageModels, "prepare", "clip-vit-base-patch32")).rejects.toMatchObject({
		code: "model.not-pulled",
	});
});

it("is what a pull ends with, so that what is pulled is ready", async () => {
	const tiny = await readManifest(fixturesDir, "tiny-clip");
	const inRepository = (file: ModelFile) => ({ ...file, path: file.file });
	if (!tiny.text) throw new Error("the fixture reads texts");
	const manifest: Manifest = {
		...tiny,
		repository: { id: "someone/tiny-clip", revision: "0123456789abcdef0123456789abcdef01234567" },
		image: { ...tiny.image, model: inRepository(tiny.image.model) },
		text: { ...tiny.text, model: inRepository(tiny.text.model), tokenizer: inRepository(tiny.text.tokenizer) },
	};
	const read = async ({ file }: ModelFile) => [file, { content: await readFile(join(fixturesDir, "tiny-clip", file)) }];
	const hub = await startFakeHub(manifest, Object.fromEntries(await Promise.all(modelFiles(tiny).map(read))));
	vi.stubEnv("HF_ENDPOINT", hub.endpoint);
	const modelsDir = join(dataDir, "manifests");
	await mkdir(join(modelsDir, "tiny-clip"), { recursive: true });
	await writeFile(join(modelsDir, "tiny-clip", "manifest.json"), JSON.stringify(manifest));
	await symlink(join(packageModels, "lexicon"), join(modelsDir, "lexicon"));

	const lines = await run(modelsDir, "pull", "tiny-clip").finally(() => hub.close());
	expect(lines.slice(3)).toEqual([
		"tiny-clip is here. TAGALONG_MODEL=tiny-clip makes Tagalong use it.",
		encoding,
		"tiny-clip is ready.",
	]);
	expect(await readdir(join(dataDir, "negatives"))).toEqual([expect.stringMatching(/^tiny-clip@.+\.f16$/)]);
});
