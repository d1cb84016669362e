/** `tagalong embed`: the embeddings of images or texts, for other programs. */
import { Command } from "commander";
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
		.argument("[images...]", "image files")
		.option("--text <text...>", "texts to embed instead of images")
		.addOption(modelOption())
		.option("--json", "print one JSON document")
		.action(async (images: string[], options: Options) => {
			if ((images.length === 0) === (options.text === undefined)) {
				throw new UserError("usage.embed", "Give images or --text, one of the two.", "tagalong embed --help explains.");
			}
			const classifier = await openClassifier(options.model);
			const inputs = options.text ?? images;
			const vectors = options.text
				? await classifier.embedTexts(options.text)
				: await forEachImage(images, (bytes) => classifier.embedImage(bytes));
			const embeddings = vectors.map((vector, index) => {
				const input = inputs[index] ?? "";
				return "error" in vector ? { input, error: vector.error } : { input, embedding: [...vector] };
			});
			if (options.json) return printJson({ model: classifier.model.id, embeddings });
			for (const one of embeddings) {
				if (one.embedding) print(`${one.input}\t${one.embedding.map((value) => value.toFixed(6)).join(" ")}`);
			}
		});
}
