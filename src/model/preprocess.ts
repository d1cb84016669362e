/** From an opened image to the pixels an image encoder reads: resize and crop as the model's manifest says. */
import type { Sharp } from "sharp";
import type { Preprocessing } from "./manifest.ts";

/** Where pixels come from and how large they are before resizing: a frame of an opened image, upright. */
export interface FrameSource {
	width: number;
	height: number;
}

/**
 * Adds the model's resize and crop to a frame's pipeline; nothing is decoded yet.
 * `shortest-edge` follows CLIP's own preprocessing (openai/CLIP `clip.py`: Resize, CenterCrop): an exactly computed
 * size, then a centre crop. Sharp's kernels widen with the scale, as Pillow's antialiased resize does.
 * @returns a pipeline of size × size pixels
 */
export function resizeForModel(frame: Sharp, source: FrameSource, preprocessing: Preprocessing): Sharp {
	const { size, interpolation } = preprocessing;
	const kernel = interpolation === "bicubic" ? "cubic" : "linear";
	if (preprocessing.resizeMode === "squash") {
		return frame.resize(size, size, { fit: "fill", kernel, fastShrinkOnLoad: false });
	}

	const [width, height] = sizeForShortestEdge(source, preprocessing);
	return frame
		.resize(width, height, { fit: "fill", kernel, fastShrinkOnLoad: false })
		.extract({ left: (width - size) >> 1, top: (height - size) >> 1, width: size, height: size });
}

/** Width and height in pixels once the shortest edge is `resize` long; never smaller than the crop. */
export function sizeForShortestEdge(source: FrameSource, preprocessing: Preprocessing): [number, number] {
	const { size, rounding, resize = size } = preprocessing;
	const whole = rounding === "round" ? Math.round : Math.floor;
	const { width, height } = source;
	if (width <= height) return [resize, Math.max(whole((resize * height) / width), size)];
	return [Math.max(whole((resize * width) / height), size), resize];
}

/**
 * Writes one image into a batch tensor, normalised: (pixel / 255 − mean) / std.
 * @param rgb size × size × 3 bytes, interleaved
 * @param out float32 [n, 3, size, size]
 * @param index which image of the batch
 */
export function writeNormalised(rgb: Uint8Array, { size, mean, std }: Preprocessing, out: Float32Array, index: number) {
	const area = size * size;
	if (rgb.length !== area * 3) throw new RangeError(`expected ${area * 3} bytes of RGB, got ${rgb.length}`);
	const start = index * area * 3;
	for (const channel of [0, 1, 2] as const) {
		const scale = 1 / (255 * std[channel]);
		const shift = mean[channel] / std[channel];
		const plane = start + channel * area;
		// rgb was checked to hold area × 3 bytes, so the fallback is never taken.
		for (let i = 0; i < area; i++) out[plane + i] = (rgb[i * 3 + channel] ?? 0) * scale - shift;
	}
}
