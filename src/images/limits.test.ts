import sharp from "sharp";
import { expect, test } from "vitest";
import { png, pngChunk } from "../../test/support/image-bombs.ts";
import { decoding, openImage } from "./decode.ts";
import { defaultLimits } from "./limits.ts";

/** A frame of 40 × 40 pixels. */
const frame = (background: string) =>
	sharp({ create: { width: 40, height: 40, channels: 3, background } })
		.png()
		.toBuffer();

/** An animation of that many frames of 40 × 40 pixels. */
async function moving(count: number): Promise<Buffer> {
	const frames = await Promise.all(Array.from({ length: count }, (_, i) => frame(i % 2 ? "blue" : "red")));
	return sharp(frames, { join: { animated: true } })
		.gif()
		.toBuffer();
}

/** A PNG that says how large it is and holds next to nothing. */
function bomb(width: number, height: number): Buffer {
	const header = Buffer.alloc(13);
	header.writeUInt32BE(width, 0);
	header.writeUInt32BE(height, 4);
	header[8] = 8;
	return png(pngChunk("IHDR", header), pngChunk("IDAT", Buffer.from("789c030000000001", "hex")));
}

test("a file with too many bytes is refused", async () => {
	const bytes = await frame("red");
	expect(await openImage(bytes, { ...defaultLimits, maxBytes: bytes.length })).toMatchObject({ format: "PNG" });
	await expect(openImage(bytes, { ...defaultLimits, maxBytes: 100 })).rejects.toMatchObject({
		code: "image.too-large",
		sentence: "The file is too large: at most 100 bytes are read. Post a smaller copy.",
	});
	await expect(openImage(new Uint8Array(defaultLimits.maxBytes + 1))).rejects.toMatchObject({
		sentence: "The file is too large: at most 25 MB are read. Post a smaller copy.",
	});
});

test.each([
	[50_000, 50_000, "50,000 × 50,000"],
	[1_000_000, 1_000_000, "1,000,000 × 1,000,000"],
])("a decompression bomb is refused from its header: %i × %i", async (width, height, shown) => {
	await expect(openImage(bomb(width, height))).rejects.toMatchObject({
		code: "image.too-many-pixels",
		sentence: `The image has ${shown} pixels: at most 100 megapixels are read. Post a smaller copy.`,
	});
});

test("in a moving image the pixels of one frame count", async () => {
	const bytes = await moving(3);
	expect(await openImage(bytes, { ...defaultLimits, maxPixels: 1600 })).toMatchObject({
		frames: 3,
		sampled: [0, 1, 2],
	});
	await expect(openImage(bytes, { ...defaultLimits, maxPixels: 1599 })).rejects.toMatchObject({
		code: "image.too-many-pixels",
	});
});

test("frames are sampled evenly, and no more of them than allowed", async () => {
	const bytes = await moving(12);
	expect((await openImage(bytes)).sampled).toHaveLength(8);
	expect((await openImage(bytes, { ...defaultLimits, maxFrames: 4 })).sampled).toEqual([1, 4, 7, 10]);
	expect((await openImage(bytes, { ...defaultLimits, maxFrames: 100 })).sampled).toHaveLength(12);
});

test("of an enormous animation only the beginning is sampled", async () => {
	const bytes = await moving(12);
	const four = { ...defaultLimits, maxFrames: 2, maxAnimationPixels: 4 * 1600 };
	expect(await openImage(bytes, four)).toMatchObject({ frames: 12, sampled: [1, 3] });
	const none = { ...defaultLimits, maxAnimationPixels: 10 };
	expect(await openImage(bytes, none)).toMatchObject({ frames: 12, sampled: [0] });
});

test("decoding that takes too long is given up", async () => {
	const image = await openImage(await frame("red"), { ...defaultLimits, maxSeconds: 1 });
	// Minutes of work, standing in for a file that is slow to decode.
	const endless = image.frame(0).resize(6000, 6000).median(99);
	await expect(decoding(image, endless.raw().toBuffer())).rejects.toMatchObject({
		code: "image.slow",
		sentence: "Decoding this PNG image took too long. Post a smaller or simpler copy.",
	});
});
