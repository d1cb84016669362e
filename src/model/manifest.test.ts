import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { UserError } from "../errors.ts";
import { modelsDir, packageRoot } from "../package-root.ts";
import { locateModel } from "./location.ts";
import { type Manifest, modelFiles, modelId, parseManifest, readManifest, readManifests } from "./manifest.ts";
import { verifyModel } from "./verify.ts";

const fixtures = join(packageRoot, "test", "fixtures");
const noData = join(packageRoot, "no-such-data-dir");

/** A copy of the starter's manifest, changed. */
async function changed(change: (json: Record<string, unknown>) => void): Promise<string> {
	const json = JSON.parse(await readFile(join(modelsDir, "starter", "manifest.json"), "utf8"));
	change(json);
	return JSON.stringify(json);
}

function sentence(text: string, name = "starter"): string {
	try {
		parseManifest(text, name);
	} catch (error) {
		if (error instanceof UserError) return error.sentence;
		throw error;
	}
	throw new Error("the manifest was accepted");
}

describe("the manifests that ship", () => {
	it("are all readable, each under its folder's name", async () => {
		const names = (await readManifests(modelsDir)).map(({ name }) => name);
		expect(names).toEqual(["clip-vit-base-patch16", "clip-vit-base-patch32", "siglip2-base-patch16-224", "starter"]);
	});

	it("have ids of their own", async () => {
		const ids = (await readManifests(modelsDir)).map(modelId);
		expect(new Set(ids).size).toBe(ids.length);
		for (const id of ids) expect(id).toMatch(/^[a-z0-9.-]+@[0-9a-f]{12}$/);
	});

	it("pin every file that isn't shipped to a commit, with its path", async () => {
		for (const manifest of await readManifests(modelsDir)) {
			for (const file of modelFiles(manifest)) {
				expect(file.path === undefined, `${manifest.name} ${file.file}`).toBe(manifest.repository === undefined);
			}
		}
	});

	it.each([
		[modelsDir, "starter"],
		[fixtures, "tiny-clip"],
		[fixtures, "tiny-siglip"],
	])("have the right hashes and sizes for shipped files: %s %s", async (folder, name) => {
		const manifest = await readManifest(folder, name);
		const folders = { modelsDir: folder, dataDir: noData };
		expect((await verifyModel(manifest, folders)).map(({ state }) => state)).toEqual(["ok", "ok", "ok"]);
		const paths = await locateModel(manifest, folders);
		expect(paths.image).toBe(join(folder, name, "vision_model.onnx"));
		expect(paths.text?.tokenizer).toBe(join(folder, name, "tokenizer.json"));
	});
});

describe("a model's id", () => {
	const hash = "0".repeat(64);
	type Text = NonNullable<Manifest["text"]>;
	const textOf = (change: (text: Text) => Partial<Text>) => (manifest: Manifest) => {
		if (!manifest.text) throw new Error("the starter reads texts");
		return { ...manifest, text: { ...manifest.text, ...change(manifest.text) } };
	};
	const imageOf = (change: (image: Manifest["image"]) => Partial<Manifest["image"]>) => (manifest: Manifest) => ({
		...manifest,
		image: { ...manifest.image, ...change(manifest.image) },
	});

	it.each<[string, (manifest: Manifest) => Manifest]>([
		["image weights", imageOf(({ model }) => ({ model: { ...model, sha256: hash } }))],
		["image output", imageOf(() => ({ output: "other" }))],
		["preprocessing", imageOf(({ preprocessing }) => ({ preprocessing: { ...preprocessing, rounding: "floor" } }))],
		["text weights", textOf(({ model }) => ({ model: { ...model, sha256: hash } }))],
		["tokenizer", textOf(({ tokenizer }) => ({ tokenizer: { ...tokenizer, sha256: hash } }))],
		["tokenization", textOf(({ tokenization }) => ({ tokenization: { ...tokenization, contextLength: 8 } }))],
	])("changes with its %s", async (_, change) => {
		const starter = await readManifest(modelsDir, "starter");
		expect(modelId(change(starter))).not.toBe(modelId(starter));
	});

	it("stays when templates, calibration, scale, title or a file's known size change", async () => {
		const starter = await readManifest(modelsDir, "starter");
		const map = { a: 1, b: 0 };
		const other: Manifest = {
			...starter,
			title: "Another title",
			templates: ["a drawing of a {}."],
			logitScale: 50,
			calibration: { temperature: 2, noneScale: 30, none: map, maxSoftmax: map, cosine: map },
			image: { ...starter.image, model: { ...starter.image.model, bytes: 1 } },
		};
		expect(modelId(other)).toBe(modelId(starter));
	});
});

describe("a malformed manifest", () => {
	it("that is not JSON says so", () => {
		expect(sentence("{")).toBe("The manifest of “starter” is not JSON. Restore the file.");
	});

	it.each<[string, (json: Record<string, unknown>) => void, RegExp]>([
		["an unknown field", (json) => (json.colour = "red"), /wrong at manifest: .*"colour"/],
		["a template without a place for the label", (json) => (json.templates = ["a photo"]), /wrong at templates\.0: /],
		["a dimension that is no whole number", (json) => (json.dim = 1.5), /wrong at dim: /],
		["a missing licence", (json) => delete json.licence, /wrong at licence: /],
		[
			"a branch in place of a commit",
			(json) => (json.repository = { id: "a/b", revision: "main" }),
			/wrong at repository\.revision: /,
		],
		[
			"a hash that is none",
			(json) => (json.image = { model: { file: "m.onnx", sha256: "abc" } }),
			/wrong at image\.model\.sha256: a sha256 is 64 lower-case hex digits\. Correct it\.$/,
		],
		[
			"another folder's name",
			(json) => (json.name = "starter2"),
			/wrong at name: it is “starter2”, and its folder is “starter”/,
		],
	])("with %s names the field", async (_, change, words) => {
		expect(sentence(await changed(change))).toMatch(words);
	});

	it("that isn't there is an unknown model", async () => {
		await expect(readManifest(modelsDir, "clop")).rejects.toMatchObject({
			code: "model.unknown",
			sentence: "There is no model named “clop”. `tagalong models list` names them.",
		});
	});
});
