import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dot, fixturesDir, loadTestEncoder, photo } from "../../test/support/models.ts";
import { sigmoid, softmax } from "../classify/zero-shot.ts";
import { cudaObstacle, thisMachine } from "./cuda.ts";
import { type Encoder, loadEncoder } from "./encoder.ts";
import { locateModel } from "./location.ts";
import { readPixels } from "./pixels.ts";
import { createTokenizer } from "./tokenizer.ts";

interface Reference {
	texts: string[];
	inputIds: number[][];
	textEmbeds: number[][];
	photos: string[];
	imageEmbeds: number[][];
	logits: number[][];
	probabilities: number[][];
}

async function json<T>(...path: string[]): Promise<T> {
	return JSON.parse(await readFile(join(fixturesDir, ...path), "utf8"));
}

describe.each(["tiny-clip", "tiny-siglip"] as const)("%s agrees with the reference implementation", (name) => {
	let encoder: Encoder;
	let reference: Reference;
	beforeAll(async () => {
		encoder = await loadTestEncoder(name);
		reference = await json(name, "reference.json");
	});
	afterAll(() => encoder.close());

	test("token ids are equal on every text", async () => {
		const tokenization = encoder.manifest.text?.tokenization;
		if (!tokenization) throw new Error("the fixture reads texts");
		const tokenizer = createTokenizer(await readFile(join(fixturesDir, name, "tokenizer.json"), "utf8"), tokenization);
		const { ids, length } = tokenizer.encodeBatch(reference.texts);
		const rows = reference.texts.map((_, row) => Array.from(ids.slice(row * length, (row + 1) * length), Number));
		expect(rows).toEqual(reference.inputIds);
	});

	test("text embeddings are within 1e-3, in a batch and alone", async () => {
		const batch = await encoder.encodeTexts(reference.texts);
		expect(batch).toHaveLength(reference.texts.length);
		for (const [i, embedding] of batch.entries()) {
			const [alone] = await encoder.encodeTexts([reference.texts[i] ?? ""]);
			for (const [j, expected] of (reference.textEmbeds[i] ?? []).entries()) {
				expect(Math.abs((embedding[j] ?? Number.NaN) - expected)).toBeLessThan(1e-3);
				expect(Math.abs((alone?.[j] ?? Number.NaN) - expected)).toBeLessThan(1e-3);
			}
		}
	});

	test("image embeddings have a cosine of at least 0.995", async () => {
		for (const [i, file] of reference.photos.entries()) {
			const [embedding] = await encoder.encodeImages(
				await readPixels(await photo(file), encoder.manifest.image.preprocessing),
			);
			expect(dot(embedding ?? [], reference.imageEmbeds[i] ?? []), file).toBeGreaterThanOrEqual(0.995);
		}
	});

	test("the scoring code gives the reference's logits and probabilities", () => {
		const { logitScale, logitBias, scoring } = encoder.manifest;
		for (const [i, image] of reference.imageEmbeds.entries()) {
			const logits = Float64Array.from(reference.textEmbeds, (text) => logitScale * dot(image, text) + logitBias);
			const probabilities = scoring === "softmax" ? softmax(logits) : logits.map(sigmoid);
			for (const j of logits.keys()) {
				expect(logits[j]).toBeCloseTo(reference.logits[i]?.[j] ?? Number.NaN, 2);
				expect(probabilities[j]).toBeCloseTo(reference.probabilities[i]?.[j] ?? Number.NaN, 3);
			}
		}
	});
});

describe("the starter agrees with its own parity data", () => {
	interface Parity {
		texts: { text: string; ids: number[]; embedding: number[] }[];
		images: { file: string; embedding: number[] }[];
	}
	let encoder: Encoder;
	let parity: Parity;
	beforeAll(async () => {
		encoder = await loadTestEncoder("starter");
		parity = await json("starter-parity.json");
	});
	afterAll(() => encoder.close());

	test("token ids are equal", async () => {
		const tokenization = encoder.manifest.text?.tokenization;
		if (!tokenization) throw new Error("the starter reads texts");
		const path = new URL("../../models/starter/tokenizer.json", import.meta.url);
		const tokenizer = createTokenizer(await readFile(path, "utf8"), tokenization);
		expect(parity.texts.map(({ text }) => tokenizer.encode(text))).toEqual(parity.texts.map(({ ids }) => ids));
	});

	test("text embeddings have a cosine of at least 0.999, padded or not", async () => {
		const batch = await encoder.encodeTexts(parity.texts.map(({ text }) => text));
		for (const [i, { text, embedding }] of parity.texts.entries()) {
			expect(dot(batch[i] ?? [], embedding), text).toBeGreaterThanOrEqual(0.999);
		}
	});

	test("image embeddings have a cosine of at least 0.999", async () => {
		for (const { file, embedding } of parity.images) {
			const bytes = await photo(file.replace("photos/", ""));
			const [actual] = await encoder.encodeImages(await readPixels(bytes, encoder.manifest.image.preprocessing));
			expect(dot(actual ?? [], embedding), file).toBeGreaterThanOrEqual(0.999);
		}
	});

	test("a batch gives the same embeddings as its images alone", async () => {
		const pixels = (
			await Promise.all(
				["coffee.png", "china.jpg"].map(async (name) =>
					readPixels(await photo(name), encoder.manifest.image.preprocessing),
				),
			)
		).flat();
		const together = await encoder.encodeImages(pixels);
		for (const [i, one] of pixels.entries()) {
			const [alone] = await encoder.encodeImages([one]);
			expect(dot(alone ?? [], together[i] ?? [])).toBeGreaterThan(0.99999);
		}
	});

	test("embeddings have unit length", async () => {
		const [text] = await encoder.encodeTexts(["a lighthouse"]);
		expect(dot(text ?? [], text ?? [])).toBeCloseTo(1, 5);
	});
});

describe("what a model can't do is said in words", () => {
	test("an image-only model can't read labels", async () => {
		const { manifest } = await loadTestEncoder("tiny-clip");
		const { text: _, ...imageOnly } = manifest;
		const image = join(fixturesDir, "tiny-clip", "vision_model.onnx");
		const encoder = await loadEncoder(imageOnly, { image }, { device: "cpu", onFallback: () => {} });
		await expect(encoder.encodeTexts(["cat"])).rejects.toMatchObject({
			code: "model.image-only",
			message: "The model “tiny-clip” encodes images only; it can't read labels.",
		});
	});

	test("an output that isn't there is named with those that are", async () => {
		const { manifest } = await loadTestEncoder("tiny-clip");
		const wrong = { ...manifest, image: { ...manifest.image, output: "pooler_output" } };
		const image = join(fixturesDir, "tiny-clip", "vision_model.onnx");
		await expect(loadEncoder(wrong, { image }, { device: "cpu", onFallback: () => {} })).rejects.toMatchObject({
			message: "A tower of “tiny-clip” has no output “pooler_output”; it has image_embeds.",
		});
	});

	test("a file that is no ONNX model", async () => {
		const { manifest } = await loadTestEncoder("tiny-clip");
		const image = join(fixturesDir, "tiny-clip", "tokenizer.json");
		await expect(loadEncoder(manifest, { image }, { device: "cpu", onFallback: () => {} })).rejects.toMatchObject({
			code: "model.unreadable",
		});
	});

	test("CUDA that isn't there falls back to the CPU and says so, once and in one line", async () => {
		const { manifest } = await loadTestEncoder("tiny-clip");
		const paths = await locateModel(manifest, { modelsDir: fixturesDir, dataDir: "nowhere" });
		const said: string[] = [];
		const encoder = await loadEncoder(manifest, paths, { device: "cuda", onFallback: (why) => said.push(why) });
		// On a machine with CUDA's libraries there is nothing to say.
		if (encoder.device === "cuda") expect(said).toEqual([]);
		else
			expect(said).toEqual([expect.stringMatching(/^CUDA can't be used \(.+: .+\); running on the CPU instead\. .+$/)]);
	});

	test("where nobody asked for CUDA, nothing is said without it", async () => {
		const { manifest } = await loadTestEncoder("tiny-clip");
		const paths = await locateModel(manifest, { modelsDir: fixturesDir, dataDir: "nowhere" });
		const said: string[] = [];
		const encoder = await loadEncoder(manifest, paths, { device: "auto", onFallback: (why) => said.push(why) });
		if (cudaObstacle(thisMachine())) expect([encoder.device, said]).toEqual(["cpu", []]);
	});
});
