/** `tagalong embed`: the embeddings of images or texts, for other programs. */
import { Command } from "commander";
import type { Classifier } from "../classifier.ts";
import { UserError } from "../errors.ts";
import { forEachImage } from "./image-arguments.ts";
import { modelOption, openClassifier } from "./open-classifier.ts";
import { print, printJson } from "./terminal.ts";

interface Options {
	text?: string[];
	model?: string;
	json?: boolean;
}

export function embedCommand(): Command {
	return new Command("embed")
		.description("Print the embeddings of images or texts: unit vectors in the model's joint space")
		.argument("[images...]", "image files, or https addresses")
		.option("--text <text...>", "texts to embed instead of images")
		.addOption(modelOption())
		.option("--json", "print one JSON document")
		.action(run);
}

async function run(images: string[], { text, model, json }: Options): Promise<void> {
	if ((images.length === 0) === (text === undefined)) {
		throw new UserError("usage.embed", "Give images or --text, one of the two.", "`tagalong embed --help` explains.");
	}
	const classifier = await openClassifier(model);
	const embeddings = text ? await ofTexts(text, classifier) : await ofImages(images, classifier);
	await classifier.close();
	if (json) return printJson({ model: classifier.model.id, embeddings });
	for (const { input, embedding } of embeddings) {
		if (embedding) print(`${input}\t${embedding.map((value) => value.toFixed(6)).join(" ")}`);
	}
}

/** The shape that docs/design.md section 9 promises. */
interface Embedded {
	input: string;
	embedding?: number[];
	error?: { code: string; message: string };
}

async function ofTexts(texts: readonly string[], classifier: Classifier): Promise<Embedded[]> {
	const vectors = await classifier.embedTexts(texts);
	return texts.map((input, index) => ({ input, embedding: [...(vectors[index] ?? [])] }));
}

async function ofImages(images: readonly string[], classifier: Classifier): Promise<Embedded[]> {
	const vectors = await forEachImage(images, (bytes) => classifier.embedImage(bytes), "Embedding images");
	return vectors.map((vector, index) => {
		const input = images[index] ?? "";
		return "error" in vector ? { input, error: vector.error } : { input, embedding: [...vector] };
	});
}
