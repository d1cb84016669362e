/** `/find a red car at night`: images by what they show, in words. */
import { z } from "zod";
import type { LabelSet } from "../src/classify/classify.ts";
import type { Services } from "../src/services.ts";
import type { Found } from "../src/store/search.ts";
import { defineCommand } from "./command.ts";
import { foundView, search, searchOptions } from "./found-images.ts";

const options = z.object({
	text: z
		.string()
		.trim()
		.min(1, "say what to look for")
		.max(200, "it has more than 200 characters")
		.describe("What the image shows, in your words"),
	...searchOptions,
});

export const find = defineCommand({
	name: "find",
	description: "Find images by what they show, in your own words",
	options,
	typed: "text",
	examples: ["/find a red car at night", "/find snow in:everywhere top:10"],
	who: "everyone",
	firstAnswer: "deferred-ephemeral",
	async run({ text, ...where }, event, services) {
		// The templates bring an article along: “a photo of a red car”.
		const wanted = text.normalize("NFC").replace(/^(?:an?|the)\s+/i, "");
		const labelSet = await services.classifier.labelSet([{ text: wanted }]);
		const found = await search(labelSet.embeddings.data, where, event, services);
		const weak = found.length > 0 && !(await anyFits(found, labelSet, services));
		return foundView(found, ["Looking for ", { strong: text }, "."], weak, where, event, services);
	},
});

/** Whether the text rather fits one of the images than none of these. Nearest first says nothing of near. */
async function anyFits(found: readonly Found[], labelSet: LabelSet, { classifier }: Services): Promise<boolean> {
	for (const { image } of found) {
		if (image.embedding && (await classifier.classify(image.embedding, labelSet)).none < 0.5) return true;
	}
	return false;
}
