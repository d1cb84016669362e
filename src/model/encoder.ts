/** A model's two towers: images and texts in, unit vectors of one joint space out. */
import { readFile } from "node:fs/promises";
import * as ort from "onnxruntime-node";
import type { Embedding } from "../classify/types.ts";
import { UserError } from "../errors.ts";
import { type Manifest, modelId } from "./manifest.ts";
import { writeNormalised } from "./preprocess.ts";
import { type Device, inputType, openSession, runForEmbeddings, type SessionOptions } from "./session.ts";
import { createTokenizer, type TextTokenizer } from "./tokenizer.ts";

/** Where a model's files are on this machine. */
export interface ModelPaths {
	image: string;
	text?: { model: string; tokenizer: string };
}

export interface EncoderOptions extends SessionOptions {
	/** Told after each call of the image tower: how many images it had, and the seconds it took. */
	onImagesEncoded?: (images: number, seconds: number) => void;
}

export interface Encoder {
	readonly manifest: Manifest;
	/** `name@hash` (design section 4): embeddings of different ids can't be compared. */
	readonly id: string;
	readonly device: Device;
	/**
	 * @param images each size × size × 3 bytes of interleaved RGB, resized and cropped for this model
	 * @returns one unit vector of `manifest.dim` numbers an image
	 */
	encodeImages(images: readonly Uint8Array[]): Promise<Embedding[]>;
	/**
	 * @returns one unit vector of `manifest.dim` numbers a text
	 * @throws UserError `model.image-only` if the model has no text tower
	 */
	encodeTexts(texts: readonly string[]): Promise<Embedding[]>;
	close(): Promise<void>;
}

/**
 * Loads a model's towers.
 * @throws UserError `model.*` if a file can't be loaded or isn't what the manifest says
 */
export async function loadEncoder(manifest: Manifest, paths: ModelPaths, options: EncoderOptions): Promise<Encoder> {
	const image = await openSession(paths.image, options);
	const imageInput = onlyImageInput(image.session, manifest);
	requireOutput(image.session, manifest.image.output, manifest);
	const text = manifest.text && paths.text ? await loadTextTower(manifest.text, paths.text) : undefined;

	async function loadTextTower(tower: NonNullable<Manifest["text"]>, files: { model: string; tokenizer: string }) {
		// What kept the image tower from the GPU was said already.
		const { session } = await openSession(files.model, { ...options, device: image.device });
		requireOutput(session, tower.output, manifest);
		const tokenizer = createTokenizer(await readFile(files.tokenizer, "utf8"), tower.tokenization);
		return { session, tokenizer, output: tower.output };
	}

	async function encodeImages(images: readonly Uint8Array[]): Promise<Embedding[]> {
		if (images.length === 0) return [];
		const start = performance.now();
		const { preprocessing, output } = manifest.image;
		const { size } = preprocessing;
		const pixels = new Float32Array(images.length * 3 * size * size);
		for (const [index, rgb] of images.entries()) writeNormalised(rgb, preprocessing, pixels, index);
		const tensor = new ort.Tensor("float32", pixels, [images.length, 3, size, size]);
		const feeds = { [imageInput]: tensor };
		const embeddings = await runForEmbeddings(image.session, feeds, output, images.length, manifest.dim);
		options.onImagesEncoded?.(images.length, (performance.now() - start) / 1000);
		return embeddings;
	}

	async function encodeTexts(texts: readonly string[]): Promise<Embedding[]> {
		if (!text) {
			throw new UserError(
				"model.image-only",
				`The model “${manifest.name}” encodes images only; it can't read labels.`,
				"Choose another with --model or TAGALONG_MODEL.",
			);
		}
		if (texts.length === 0) return [];
		const feeds = textFeeds(text.session, text.tokenizer, texts);
		return runForEmbeddings(text.session, feeds, text.output, texts.length, manifest.dim);
	}

	return {
		manifest,
		id: modelId(manifest),
		device: image.device,
		encodeImages,
		encodeTexts,
		async close() {
			await image.session.release();
			await text?.session.release();
		},
	};
}

/** Exports name their inputs differently: the session's own names decide, not the manifest. */
function onlyImageInput(session: ort.InferenceSession, manifest: Manifest): string {
	const [name, ...others] = session.inputNames;
	if (name !== undefined && others.length === 0) return name;
	throw new UserError(
		"model.inputs",
		`The image tower of “${manifest.name}” takes ${session.inputNames.join(", ")}; one input of pixels was expected.`,
		"Use an export with separate image and text towers.",
	);
}

function requireOutput(session: ort.InferenceSession, output: string, manifest: Manifest): void {
	if (session.outputNames.includes(output)) return;
	throw new UserError(
		"model.output",
		`A tower of “${manifest.name}” has no output “${output}”; it has ${session.outputNames.join(", ")}.`,
		"Correct the manifest's output.",
	);
}

function textFeeds(session: ort.InferenceSession, tokenizer: TextTokenizer, texts: readonly string[]) {
	const { ids, mask, rows, length } = tokenizer.encodeBatch(texts);
	const feeds: Record<string, ort.Tensor> = {};
	for (const name of session.inputNames) {
		const data = name.includes("mask") ? mask : name.includes("type") ? new BigInt64Array(ids.length) : ids;
		feeds[name] =
			inputType(session, name) === "int32"
				? new ort.Tensor("int32", Int32Array.from(data, Number), [rows, length])
				: new ort.Tensor("int64", data, [rows, length]);
	}
	return feeds;
}
