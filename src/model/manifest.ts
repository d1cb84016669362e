/** A model's manifest: which files it is made of and every fact that turns bytes and words into its embeddings. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { UserError } from "../errors.ts";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "a sha256 is 64 lower-case hex digits");

const fileSchema = z.strictObject({
	/** Name of the file in the model's folder once it is there. */
	file: z.string().regex(/^[\w.-]+$/, "a plain file name"),
	/** Path inside the repository; absent where the file lies beside the manifest. */
	path: z.string().optional(),
	sha256,
	bytes: z.int().positive().optional(),
});
export type ModelFile = z.infer<typeof fileSchema>;

const preprocessingSchema = z.strictObject({
	/** The network's input is size × size pixels. */
	size: z.int().positive(),
	/** `shortest-edge`: keep the aspect ratio, then crop the centre. `squash`: to size × size, whatever the shape. */
	resizeMode: z.enum(["shortest-edge", "squash"]),
	/** The shortest edge after resizing, in pixels (`shortest-edge` only; default: size). */
	resize: z.int().positive().optional(),
	/** How the longer edge becomes whole pixels (`shortest-edge` only). */
	rounding: z.enum(["floor", "round"]).default("floor"),
	interpolation: z.enum(["bicubic", "bilinear"]),
	/** Per channel, in units of pixel / 255. */
	mean: z.tuple([z.number(), z.number(), z.number()]),
	std: z.tuple([z.number(), z.number(), z.number()]),
});
export type Preprocessing = z.infer<typeof preprocessingSchema>;

const tokenizationSchema = z.strictObject({
	lowercase: z.boolean().default(false),
	/** Tokens, special ones included; longer texts are cut so that the closing token stays. */
	contextLength: z.int().positive(),
	/** `add`: the tokenizer's own special tokens. `append-eos`: none but `eosId` at the end (SigLIP). */
	specialTokens: z.enum(["add", "append-eos"]).default("add"),
	/** Id of the closing token. */
	eosId: z.int(),
	padId: z.int(),
	padTo: z.enum(["context-length", "longest"]),
});
export type Tokenization = z.infer<typeof tokenizationSchema>;

const logisticMap = z.strictObject({ a: z.number(), b: z.number() });
export const calibrationSchema = z.strictObject({
	temperature: z.number().positive(),
	noneScale: z.number().positive(),
	none: logisticMap,
	maxSoftmax: logisticMap,
	cosine: logisticMap,
});

export const manifestSchema = z.strictObject({
	name: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/, "lower-case letters, digits, dots and hyphens"),
	title: z.string(),
	/** Where the files come from; absent where they lie beside the manifest. */
	repository: z
		.strictObject({ id: z.string().regex(/^[\w.-]+\/[\w.-]+$/), revision: z.string().regex(/^[0-9a-f]{40}$/) })
		.optional(),
	licence: z.string(),
	/** True: `pull` asks for --accept-licence first (non-commercial and the like). */
	licenceMustBeAccepted: z.boolean().default(false),
	/** BCP 47 tags of the languages the text encoder reads; `mul` for many. */
	languages: z.array(z.string()).min(1),
	/** Length of an embedding. */
	dim: z.int().positive(),
	image: z.strictObject({ model: fileSchema, output: z.string(), preprocessing: preprocessingSchema }),
	/** Absent: an image-only encoder, for `similar` and the retrieval study. */
	text: z
		.strictObject({ model: fileSchema, output: z.string(), tokenizer: fileSchema, tokenization: tokenizationSchema })
		.optional(),
	logitScale: z.number().positive(),
	logitBias: z.number().default(0),
	scoring: z.enum(["softmax", "sigmoid"]),
	templates: z.array(z.string().includes("{}")).min(1),
	/** Embeddings of the pool of negatives (float16, row-major) that ship with the model, and the pool's sha256. */
	negatives: z.strictObject({ file: z.string(), pool: sha256 }).optional(),
	calibration: calibrationSchema.optional(),
	sources: z
		.array(z.strictObject({ name: z.string(), package: z.string().optional(), licence: z.string() }))
		.default([]),
});
export type Manifest = z.infer<typeof manifestSchema>;

/**
 * Reads and checks `modelsDir/name/manifest.json`.
 * @throws UserError `model.unknown` if there is none, `model.manifest` if it is malformed.
 */
export async function readManifest(modelsDir: string, name: string): Promise<Manifest> {
	const path = join(modelsDir, name, "manifest.json");
	let text: string;
	try {
		text = await readFile(path, "utf8");
	} catch (cause) {
		throw new UserError("model.unknown", `There is no model named “${name}”.`, "`tagalong models list` names them.", {
			cause,
		});
	}
	return parseManifest(text, name);
}

/**
 * Reads the manifest of every folder in `modelsDir` that has one, by name.
 * @throws UserError `model.manifest` for the first that is malformed.
 */
export async function readManifests(modelsDir: string): Promise<Manifest[]> {
	const folders = await readdir(modelsDir);
	const names = folders.filter((name) => existsSync(join(modelsDir, name, "manifest.json"))).sort();
	return Promise.all(names.map((name) => readManifest(modelsDir, name)));
}

/**
 * @throws UserError `model.manifest` that names the first field that is wrong.
 */
export function parseManifest(text: string, name: string): Manifest {
	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch (cause) {
		throw new UserError("model.manifest", `The manifest of “${name}” is not JSON.`, "Restore the file.", { cause });
	}
	const parsed = manifestSchema.safeParse(json);
	if (parsed.success && parsed.data.name === name) return parsed.data;
	const issue = parsed.success
		? { path: ["name"], message: `it is “${parsed.data.name}”, and its folder is “${name}”` }
		: parsed.error.issues[0];
	const where = issue?.path.join(".") || "manifest";
	throw new UserError(
		"model.manifest",
		`The manifest of “${name}” is wrong at ${where}: ${issue?.message}.`,
		"Correct it.",
	);
}

/** Every file of a model, in the order they are pulled. */
export function modelFiles(manifest: Manifest): ModelFile[] {
	const text = manifest.text ? [manifest.text.tokenizer, manifest.text.model] : [];
	return [...text, manifest.image.model];
}

/**
 * name @ 12 hex digits: changes with whatever changes a vector (weights, tokenizer, preprocessing, tokenization), and
 * with nothing else; templates and calibration don't count (design section 4).
 */
export function modelId(manifest: Manifest): string {
	const hash = createHash("sha256");
	hash.update(manifest.image.model.sha256);
	hash.update(manifest.text?.model.sha256 ?? "");
	hash.update(manifest.text?.tokenizer.sha256 ?? "");
	const fields = [
		manifest.image.preprocessing,
		manifest.image.output,
		manifest.text?.tokenization,
		manifest.text?.output,
	];
	hash.update(JSON.stringify(fields));
	return `${manifest.name}@${hash.digest("hex").slice(0, 12)}`;
}
