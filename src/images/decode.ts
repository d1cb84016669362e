/** From a file's bytes to upright sRGB frames, within limits, with errors that name what was found. */
import PQueue from "p-queue";
import sharp, { type Metadata, type Sharp } from "sharp";
import { imageErrors, UserError } from "../errors.ts";
import { defaultLimits, type ImageLimits } from "./limits.ts";
import { type ReadableFormat, sniff } from "./sniff.ts";
import { countWebpFrames } from "./webp-frames.ts";

/** An image whose header has been read and found good; no pixel has been decoded yet. */
export interface OpenImage {
	format: ReadableFormat;
	/** Pixels, upright. */
	width: number;
	height: number;
	/** Frames in the file: 1 unless it is an animated GIF or WebP. */
	frames: number;
	/** Indices of the frames worth looking at: evenly spread, at most `maxFrames` of them. */
	sampled: number[];
	/**
	 * A pipeline that gives one frame, complete (whatever frames before it left standing), upright, in sRGB, on white where
	 * it is transparent, 8 bits, 3 channels. Sizes in a `.resize()` or an `.extract()` after it are upright too. Await its
	 * output through `decoding`. JPEG and WebP are shrunk while loading unless the resize says `fastShrinkOnLoad: false`.
	 */
	frame(index: number): Sharp;
}

const turns = new PQueue();

/**
 * For a process that reads many images at a time: one thread an image. Sharing an image among threads makes one photo
 * faster and many together slower. sharp works in Node's own pool, so no more than its threads (4, or what
 * `UV_THREADPOOL_SIZE` said when the process started) are decoded at once in any case; files and names of hosts are read
 * in it too, and wait behind every image that was handed over.
 * @param atOnce of those that are decoded `inTurn`
 */
export function decodeManyAtOnce(atOnce: number): void {
	sharp.concurrency(1);
	turns.concurrency = atOnce;
}

/**
 * Waits until as few are decoded as `decodeManyAtOnce` allows.
 * @param isFirst goes before those that wait and aren't
 */
export function inTurn<Decoded>(decode: () => Promise<Decoded>, isFirst = false): Promise<Decoded> {
	return turns.add(decode, { priority: isFirst ? 1 : 0, throwOnTimeout: true });
}

/**
 * Reads type and header.
 * @throws UserError `image.empty`, `image.too-large`, `image.format`, `image.too-many-pixels`, `image.too-many-frames`,
 * `image.damaged`.
 */
export async function openImage(bytes: Uint8Array, limits: ImageLimits = defaultLimits): Promise<OpenImage> {
	if (bytes.length === 0) throw imageErrors.empty();
	if (bytes.length > limits.maxBytes) throw imageErrors.tooLarge(limits.maxBytes);
	const sniffed = await sniff(bytes);
	if (!sniffed.readable) throw imageErrors.notReadable(sniffed.found, sniffed.hint);
	const { format } = sniffed;
	if (format === "WebP" && countWebpFrames(bytes) > limits.maxAnimationFrames)
		throw imageErrors.tooManyFrames(limits.maxAnimationFrames);

	const metadata = await readHeader(bytes, format);
	const { width, height } = metadata.autoOrient;
	if (width * height > limits.maxPixels) throw imageErrors.tooManyPixels(width, height, limits.maxPixels);

	// Pages of a TIFF or AVIF are other pictures (thumbnails, scanned sheets), no animation.
	const moves = format === "GIF" || format === "WebP";
	const frames = moves ? (metadata.pages ?? 1) : 1;
	if (frames > limits.maxAnimationFrames) throw imageErrors.tooManyFrames(limits.maxAnimationFrames);
	const reach = Math.min(limits.maxReach, Math.max(1, Math.floor(limits.maxAnimationPixels / (width * height))));
	return {
		format,
		width,
		height,
		frames,
		sampled: spread(Math.min(frames, reach), limits.maxFrames),
		frame(index) {
			const pipeline = sharp(bytes, {
				// `error`, not sharp's `warning`: half a photo is refused, one with a stray byte is not.
				failOn: "error",
				limitInputPixels: limits.maxPixels,
				...(moves && { page: index, pages: 1 }),
			})
				.autoOrient()
				.flatten({ background: "#ffffff" })
				.toColourspace("srgb")
				.timeout({ seconds: Math.ceil(limits.maxSeconds) });
			// sharp takes 16-bit images with a profile to Display P3, not sRGB; naming the output profile adds the missing step.
			return metadata.hasProfile && metadata.space === "rgb16" ? pipeline.withIccProfile("srgb") : pipeline;
		},
	};
}

/**
 * Waits for the output of a pipeline grown from `frame`, and says what went wrong in words: only decoding shows that a
 * file is cut short. The time limit is checked between strips of pixels; what a codec does in one go isn't interrupted,
 * which is why pixels are limited too.
 * @example const { data } = await decoding(image, image.frame(0).resize(64, 64).raw().toBuffer({ resolveWithObject: true }));
 * @throws UserError `image.damaged`, `image.slow`.
 */
export async function decoding<T>(image: Pick<OpenImage, "format">, output: Promise<T>): Promise<T> {
	try {
		return await output;
	} catch (cause) {
		if (cause instanceof UserError) throw cause;
		const slow = cause instanceof Error && cause.message.includes("timeout");
		throw slow ? imageErrors.slowToDecode(image.format) : imageErrors.damaged(image.format, cause);
	}
}

async function readHeader(bytes: Uint8Array, format: ReadableFormat): Promise<Metadata> {
	try {
		// No limit here: the dimensions are wanted for the error.
		return await sharp(bytes, { limitInputPixels: false }).metadata();
	} catch (cause) {
		throw imageErrors.damaged(format, cause);
	}
}

/** The middles of `count` equal stretches of `length` frames. */
function spread(length: number, count: number): number[] {
	const n = Math.min(length, count);
	return Array.from({ length: n }, (_, i) => Math.floor(((i + 0.5) * length) / n));
}
