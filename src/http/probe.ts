/** A real image through the real model, to know that it works (design section 10). */
import sharp from "sharp";
import type { Classifier } from "../classifier.ts";

let bytes: Promise<Buffer> | undefined;

/** A small picture with something in it: noise, so that no layer sees only zeros. */
function picture(): Promise<Buffer> {
	bytes ??= sharp({
		create: {
			width: 64,
			height: 64,
			channels: 3,
			background: "#808080",
			noise: { type: "gaussian", mean: 128, sigma: 40 },
		},
	})
		.png()
		.toBuffer();
	return bytes;
}

/** @throws Error in words, if the model fails or gives numbers that are not finite */
export async function encodeProbe(classifier: Pick<Classifier, "embedImage">): Promise<void> {
	const embedding = await classifier.embedImage(await picture());
	if (embedding.length === 0 || !embedding.every(Number.isFinite)) {
		throw new Error("the model gave numbers that are not finite");
	}
}
