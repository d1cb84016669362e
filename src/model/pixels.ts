/** From a file's bytes to the pixels of its frames as one model wants them. */
import { decoding, inTurn, openImage } from "../images/decode.ts";
import type { ImageLimits } from "../images/limits.ts";
import type { Preprocessing } from "./manifest.ts";
import { resizeForModel } from "./preprocess.ts";

/**
 * Decodes the sampled frames, each resized and cropped for the model.
 * @param isFirst goes before what waits to be decoded and isn't
 * @param onDecoded told after each frame, with the seconds it took from its turn on
 * @returns one array a frame: size × size × 3 bytes of interleaved sRGB
 * @throws UserError `image.*` if it can't be read
 */
export async function readPixels(
	bytes: Uint8Array,
	preprocessing: Preprocessing,
	{
		limits,
		onDecoded,
		isFirst,
	}: { limits?: ImageLimits; onDecoded?: (seconds: number) => void; isFirst?: boolean } = {},
): Promise<Uint8Array[]> {
	const image = await openImage(bytes, limits);
	const decode = async (index: number) => {
		const start = performance.now();
		const pixels = await decoding(image, resizeForModel(image.frame(index), image, preprocessing).raw().toBuffer());
		onDecoded?.((performance.now() - start) / 1000);
		return pixels;
	};
	return Promise.all(image.sampled.map((index) => inTurn(() => decode(index), isFirst)));
}
