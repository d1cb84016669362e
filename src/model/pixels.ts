/** From a file's bytes to the pixels of its frames as one model wants them. */
import { decoding, openImage } from "../images/decode.ts";
import type { ImageLimits } from "../images/limits.ts";
import type { Preprocessing } from "./manifest.ts";
import { resizeForModel } from "./preprocess.ts";

/**
 * Decodes the sampled frames, each resized and cropped for the model.
 * @returns one array a frame: size × size × 3 bytes of interleaved sRGB
 * @throws UserError `image.*` if it can't be read
 */
export async function readPixels(
	bytes: Uint8Array,
	preprocessing: Preprocessing,
	limits?: ImageLimits,
): Promise<Uint8Array[]> {
	const image = await openImage(bytes, limits);
	return Promise.all(
		image.sampled.map((index) =>
			decoding(image, resizeForModel(image.frame(index), image, preprocessing).raw().toBuffer()),
		),
	);
}
