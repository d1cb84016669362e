import { appendFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type FakeHub, hubModel, sha256, startFakeHub } from "../../test/support/fake-hub.ts";
import type { Manifest } from "../model/manifest.ts";
import { modelsCommand } from "./models.ts";

let home: string;
let modelsDir: string;
let manifest: Manifest;
let hub: FakeHub;
let out: string;
let err: string;

const weights = Buffer.from("the weights of a model that ships");

beforeEach(async () => {
	home = await mkdtemp(join(tmpdir(), "tagalong-models-"));
	modelsDir = join(home, "models");
	const paired = hubModel();
	manifest = paired.manifest;
	hub = await startFakeHub(manifest, paired.files);
	const { repository: _, text: __, ...rest } = manifest;
	const model = { file: "vision_model.onnx", sha256: sha256(weights), bytes: weights.length };
	const shipped: Manifest = { ...rest, name: "starter", title: "Ships", image: { ...manifest.image, model } };
	for (const each of [manifest, shipped]) {
		await mkdir(join(modelsDir, each.name), { recursive: true });
		await writeFile(join(modelsDir, each.name, "manifest.json"), JSON.stringify(each));
	}
	await writeFile(join(modelsDir, "starter", "vision_model.onnx"), weights);
	vi.stubEnv("TAGALONG_DATA_DIR", join(home, "data"));
	vi.stubEnv("TAGALONG_MODEL", undefined);
	vi.stubEnv("HF_ENDPOINT", hub.endpoint);
	vi.stubEnv("HF_TOKEN", undefined);
	vi.stubEnv("HF_HUB_OFFLINE", undefined);
	out = "";
	err = "";
	vi.spyOn(process.stdout, "write").mockImplementation((text) => {
		out += text;
		return true;
	});
	vi.spyOn(process.stderr, "write").mockImplementation((text) => {
		err += text;
		return true;
	});
});

afterEach(async () => {
	vi.restoreAllMocks();
	vi.unstubAllEnvs();
	await hub.close();
	await rm(home, { recursive: true });
});

async function run(...words: string[]): Promise<void> {
	out = "";
	err = "";
	await modelsCommand(modelsDir).exitOverride().parseAsync(words, { from: "user" });
}

const pulledFile = (name: string) => join(home, "data", "models", "paired", name);

describe("tagalong models list", () => {
	it("shows what there is, what is here and what is in use", async () => {
		await run("list");
		expect(out.split("\n").slice(0, 3)).toEqual([
			"  NAME               SIZE      LANGUAGES  LICENCE  WHAT IT IS",
			"  paired   not here  805 kB    en         MIT      A pair of random towers",
			"* starter  here      33 bytes  en         MIT      Ships",
		]);
		vi.stubEnv("TAGALONG_MODEL", "paired");
		await run("pull", "paired");
		await run("list");
		expect(out).toContain("* paired   here ");
		expect(out).toContain("  starter  here ");
	});

	it("says which file is damaged", async () => {
		await appendFile(join(modelsDir, "starter", "vision_model.onnx"), "x");
		await run("list");
		expect(out).toContain("* starter  damaged ");
		expect(out).toContain("has 34 bytes instead of 33. Restore it from the repository, or install Tagalong again.");
	});

	it("gives one JSON document", async () => {
		await run("list", "--json");
		expect(JSON.parse(out)).toEqual({
			models: [
				{
					name: "paired",
					id: expect.stringMatching(/^paired@[0-9a-f]{12}$/),
					title: "A pair of random towers",
					bytes: 805_000,
					size: "805 kB",
					languages: ["en"],
					licence: "MIT",
					present: false,
					problem: null,
					current: false,
				},
				expect.objectContaining({ name: "starter", bytes: 33, present: true, problem: null, current: true }),
			],
		});
		expect(err).toBe("");
	});

	it("doesn't claim a size that it doesn't know", async () => {
		delete manifest.image.model.bytes;
		await writeFile(join(modelsDir, "paired", "manifest.json"), JSON.stringify(manifest));
		await run("list");
		expect(out).toContain("more than 305 kB");
		await run("list", "--json");
		expect(JSON.parse(out).models[0]).toMatchObject({ bytes: null, size: "more than 305 kB" });
	});
});

describe("tagalong models pull", () => {
	it("says one line for each file, and draws no bar in a pipe", async () => {
		await run("pull", "paired");
		expect(err.split("\n").slice(0, 4)).toEqual([
			"tokenizer.json: 5.0 kB, downloaded, hash right",
			"text_model.onnx: 300 kB, downloaded, hash right",
			"vision_model.onnx: 500 kB, downloaded, hash right",
			"paired is here. TAGALONG_MODEL=paired makes Tagalong use it.",
		]);
		expect(out).toBe("");
	});

	it("stays pulled when its negatives can't be encoded", async () => {
		await run("pull", "paired");
		expect(err.split("\n").slice(4)).toEqual([
			expect.stringMatching(/^The negatives were not encoded: /),
			"`tagalong models prepare paired` tries again; until then “none of these” is judged by the labels alone.",
			"",
		]);
	});

	it("of a model that ships says that there is nothing to do", async () => {
		await run("pull", "starter");
		expect(err).toBe("starter ships with Tagalong: there is nothing to pull.\n");
	});

	it("asks for a licence that restricts use to be accepted", async () => {
		const restricted = { ...manifest, licence: "apple-amlr", licenceMustBeAccepted: true };
		await writeFile(join(modelsDir, "paired", "manifest.json"), JSON.stringify(restricted));
		await expect(run("pull", "paired")).rejects.toMatchObject({ code: "pull.licence" });
		await run("pull", "paired", "--accept-licence");
		expect(err).toContain("paired is here.");
	});

	it("of an unknown model names the command that lists them", async () => {
		await expect(run("pull", "clop")).rejects.toMatchObject({
			sentence: "There is no model named “clop”. `tagalong models list` names them.",
		});
	});
});

describe("tagalong models verify", () => {
	it("hashes every model that is here", async () => {
		await run("verify");
		expect(out).toBe("ok       starter/vision_model.onnx\n");
		await run("pull", "paired");
		await run("verify");
		expect(out).toBe(
			"ok       paired/tokenizer.json\nok       paired/text_model.onnx\n" +
				"ok       paired/vision_model.onnx\nok       starter/vision_model.onnx\n",
		);
	});

	it("ends as an error that names the files that are wrong or missing, after showing them all", async () => {
		await run("pull", "paired");
		await writeFile(pulledFile("text_model.onnx"), "other");
		await rm(pulledFile("vision_model.onnx"));
		await expect(run("verify", "paired")).rejects.toMatchObject({
			code: "model.damaged",
			sentence:
				`Wrong or missing: ${pulledFile("text_model.onnx")}, ${pulledFile("vision_model.onnx")}. ` +
				"Run `tagalong models pull paired`: it replaces what is wrong.",
		});
		const hashes = `sha256 ${sha256(Buffer.from("other"))} instead of ${manifest.text?.model.sha256}`;
		expect(out).toBe(
			`ok       paired/tokenizer.json\nwrong    paired/text_model.onnx (${hashes})\nmissing  paired/vision_model.onnx\n`,
		);
		await run("pull", "paired");
		await run("verify", "paired");
	});

	it("gives one JSON document, also when something is wrong", async () => {
		await appendFile(join(modelsDir, "starter", "vision_model.onnx"), "x");
		await expect(run("verify", "--json")).rejects.toMatchObject({ code: "model.damaged" });
		expect(JSON.parse(out)).toEqual({
			models: [
				{
					name: "starter",
					files: [
						{
							file: "vision_model.onnx",
							path: join(modelsDir, "starter", "vision_model.onnx"),
							state: "wrong",
							expected: sha256(weights),
							actual: sha256(Buffer.concat([weights, Buffer.from("x")])),
						},
					],
				},
			],
		});
	});

	it("of a model that isn't here says how to get it", async () => {
		await expect(run("verify", "paired")).rejects.toMatchObject({
			sentence: "The model paired isn't here yet. Run `tagalong models pull paired` (805 kB).",
		});
		expect(out).toBe("");
	});
});
