import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import sharp, { type Sharp } from "sharp";
import { afterAll, describe, expect, test, vi } from "vitest";
import { decodeManyAtOnce, decoding, inTurn, type OpenImage, openImage } from "./decode.ts";

const photo = (name: string) => readFile(new URL(`../../test/fixtures/photos/${name}`, import.meta.url));

type Rgb = [number, number, number];
const colours = { red: [255, 0, 0], green: [0, 128, 0], blue: [0, 0, 255], white: [255, 255, 255] } as const;

/** A picture of 2 × 2 fields: red, green / blue, white; 60 × 40 pixels. */
function fields(): Sharp {
	const patch = (background: keyof typeof colours, left: number, top: number) => ({
		input: { create: { width: 30, height: 20, channels: 3 as const, background } },
		left,
		top,
	});
	const canvas = sharp({ create: { width: 60, height: 40, channels: 3, background: "black" } });
	return canvas
		.composite([patch("red", 0, 0), patch("green", 30, 0), patch("blue", 0, 20), patch("white", 30, 20)])
		.removeAlpha();
}

async function pixels(image: OpenImage, pipeline = image.frame(0)) {
	const { data, info } = await decoding(image, pipeline.raw().toBuffer({ resolveWithObject: true }));
	expect(info.channels).toBe(3);
	expect(data.length).toBe(info.width * info.height * 3);
	const at = (x: number, y: number): Rgb => {
		const [r = -1, g = -1, b = -1] = data.subarray((y * info.width + x) * 3);
		return [r, g, b];
	};
	return { at, data, width: info.width, height: info.height };
}

function expectColour(actual: Rgb, expected: readonly [number, number, number], tolerance: number) {
	const distance = Math.max(...actual.map((value, i) => Math.abs(value - (expected[i] ?? -1))));
	expect(distance, `${actual} should be ${expected}`).toBeLessThanOrEqual(tolerance);
}

async function expectFields(bytes: Uint8Array, format: string, tolerance: number) {
	const image = await openImage(bytes);
	expect(image).toMatchObject({ format, width: 60, height: 40, frames: 1, sampled: [0] });
	const { at, width, height } = await pixels(image);
	expect([width, height]).toEqual([60, 40]);
	expectColour(at(10, 8), colours.red, tolerance);
	expectColour(at(50, 8), colours.green, tolerance);
	expectColour(at(10, 32), colours.blue, tolerance);
	expectColour(at(50, 32), colours.white, tolerance);
}

describe("formats", () => {
	test.each([
		["JPEG", () => fields().jpeg({ quality: 95, chromaSubsampling: "4:4:4" }), 4],
		["JPEG", () => fields().jpeg({ quality: 95, progressive: true }), 6],
		["PNG", () => fields().png(), 0],
		["PNG", () => fields().png({ palette: true }), 1],
		["WebP", () => fields().webp({ quality: 95 }), 6],
		["WebP", () => fields().webp({ lossless: true }), 0],
		["GIF", () => fields().gif(), 2],
		["AVIF", () => fields().avif({ quality: 90, chromaSubsampling: "4:4:4" }), 6],
		["TIFF", () => fields().tiff({ compression: "lzw" }), 0],
	])("%s is read", async (format, make, tolerance) => {
		await expectFields(await make().toBuffer(), format, tolerance);
	});

	test("JPEGs in CMYK are read in their colours", async () => {
		const bytes = await fields().toColourspace("cmyk").withIccProfile("cmyk").jpeg({ quality: 95 }).toBuffer();
		expect(await sharp(bytes).metadata()).toMatchObject({ space: "cmyk", channels: 4 });
		const { at } = await pixels(await openImage(bytes));
		// Red, green and blue inks are duller than light.
		expectColour(at(10, 8), [255, 0, 0], 45);
		expectColour(at(50, 8), [0, 128, 0], 45);
		expectColour(at(50, 32), [255, 255, 255], 4);
	});

	test("greyscale becomes three equal channels", async () => {
		const grey = sharp(await fields().png().toBuffer()).toColourspace("b-w");
		for (const file of [grey.clone().png(), grey.clone().jpeg({ quality: 95 })]) {
			const bytes = await file.toBuffer();
			expect(await sharp(bytes).metadata()).toMatchObject({ channels: 1 });
			const { at, data } = await pixels(await openImage(bytes));
			expectColour(at(50, 32), colours.white, 2);
			expect(at(10, 8)[0]).toBeGreaterThan(30);
			expect(at(10, 8)[0]).toBeLessThan(150);
			for (let i = 0; i < data.length; i += 3) expect(data[i] === data[i + 1] && data[i] === data[i + 2]).toBe(true);
		}
	});

	test("16 bits become 8", async () => {
		const bytes = await fields().toColourspace("rgb16").png().toBuffer();
		expect(await sharp(bytes).metadata()).toMatchObject({ depth: "ushort" });
		await expectFields(bytes, "PNG", 1);
	});

	test("16-bit greyscale with an alpha channel becomes 8-bit RGB on white", async () => {
		const bytes = await sharp({
			create: { width: 4, height: 4, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0.5 } },
		})
			.toColourspace("grey16")
			.png()
			.toBuffer();
		expect(await sharp(bytes).metadata()).toMatchObject({ depth: "ushort", hasAlpha: true, channels: 2 });
		const { at } = await pixels(await openImage(bytes));
		expectColour(at(1, 1), [127, 127, 127], 2);
	});

	test.each(["png", "webp", "avif", "gif", "tiff"] as const)(
		"what is transparent in a %s lies on white",
		async (format) => {
			const rgba = Buffer.alloc(20 * 10 * 4);
			for (let i = 0; i < rgba.length; i += 4) rgba.set(i % 80 < 40 ? [0, 0, 255, 255] : [0, 0, 0, 0], i);
			const bytes = await sharp(rgba, { raw: { width: 20, height: 10, channels: 4 } })
				.toFormat(format, { lossless: true, compression: format === "tiff" ? "lzw" : "av1" })
				.toBuffer();
			expect(await sharp(bytes).metadata()).toMatchObject({ hasAlpha: true });
			const { at } = await pixels(await openImage(bytes));
			expectColour(at(5, 5), colours.blue, 2);
			expectColour(at(15, 5), colours.white, 2);
		},
	);
});

describe("colour profiles", () => {
	test("Adobe RGB (rocket.jpg) is converted to sRGB", async () => {
		const bytes = await photo("rocket.jpg");
		const { hasProfile } = await sharp(bytes).metadata();
		expect(hasProfile).toBe(true);
		const { data } = await pixels(await openImage(bytes));
		const ignored = await sharp(bytes, { ignoreIcc: true }).raw().toBuffer();
		const saturation = (rgb: Uint8Array) => {
			let sum = 0;
			for (let i = 0; i + 2 < rgb.length; i += 3) {
				const colour = rgb.subarray(i, i + 3);
				sum += Math.max(...colour) - Math.min(...colour);
			}
			return sum / rgb.length;
		};
		// The same numbers mean stronger colours in Adobe RGB, the larger space.
		expect(saturation(data)).toBeGreaterThan(saturation(ignored) * 1.05);
	});

	test("Display P3 gives the same colours at 8 and at 16 bits", async () => {
		const srgb: Rgb = [200, 80, 60];
		const patch = () =>
			sharp({ create: { width: 8, height: 8, channels: 3, background: { r: srgb[0], g: srgb[1], b: srgb[2] } } });
		const eight = await patch().withIccProfile("p3").png().toBuffer();
		const p3 = await sharp(eight, { ignoreIcc: true }).raw().toBuffer();
		expect([...p3.subarray(0, 3)]).not.toEqual(srgb);
		expectColour((await pixels(await openImage(eight))).at(3, 3), srgb, 2);

		const sixteen = await patch().toColourspace("rgb16").withIccProfile("p3").png().toBuffer();
		expect(await sharp(sixteen).metadata()).toMatchObject({ depth: "ushort", hasProfile: true });
		expectColour((await pixels(await openImage(sixteen))).at(3, 3), srgb, 2);
	});
});

describe("orientation", () => {
	// How a camera stores the upright picture for each orientation of the EXIF standard. sharp mirrors before it rotates.
	const stored: ((upright: Sharp) => Sharp)[] = [
		(image) => image,
		(image) => image.flop(),
		(image) => image.rotate(180),
		(image) => image.flip(),
		(image) => image.flip().rotate(90),
		(image) => image.rotate(270),
		(image) => image.flop().rotate(90),
		(image) => image.rotate(90),
	];

	test.each([1, 2, 3, 4, 5, 6, 7, 8])(
		"EXIF orientation %i is upright, also after a resize and a crop",
		async (orientation) => {
			const upright = await fields().png().toBuffer();
			const turn = stored[orientation - 1];
			if (!turn) throw new Error("no such orientation");
			const turned = await turn(sharp(upright)).png().toBuffer();
			const bytes = await sharp(turned).withMetadata({ orientation }).jpeg({ quality: 95 }).toBuffer();
			const { width } = await sharp(bytes).metadata();
			expect(width).toBe(orientation < 5 ? 60 : 40);
			await expectFields(bytes, "JPEG", 8);

			const image = await openImage(bytes);
			const resized = image.frame(0).resize(30, 20, { fit: "fill", kernel: "cubic" });
			const cropped = await pixels(image, resized.extract({ left: 12, top: 0, width: 18, height: 12 }));
			expect([cropped.width, cropped.height]).toEqual([18, 12]);
			expectColour(cropped.at(0, 4), colours.red, 12);
			expectColour(cropped.at(12, 4), colours.green, 12);
		},
	);
});

describe("animations", () => {
	/** Frames of 50 × 40 that differ in a bar moving right on grey: only the bar is stored anew by the encoder. */
	async function moving(count: number): Promise<Sharp> {
		const frames = Array.from({ length: count }, (_, i) =>
			sharp({ create: { width: 50, height: 40, channels: 3, background: "#808080" } })
				.composite([
					{ input: { create: { width: 4, height: 40, channels: 3, background: "red" } }, left: i * 4, top: 0 },
				])
				.png()
				.toBuffer(),
		);
		return sharp(await Promise.all(frames), { join: { animated: true } });
	}

	test.each(["gif", "webp"] as const)("any frame of an animated %s is complete", async (format) => {
		const bytes = await (await moving(12)).toFormat(format, { lossless: true }).toBuffer();
		const image = await openImage(bytes);
		expect(image).toMatchObject({ width: 50, height: 40, frames: 12 });
		for (const index of [7, 0, 11]) {
			const { at, height } = await pixels(image, image.frame(index));
			expect(height).toBe(40);
			expectColour(at(index * 4 + 2, 20), [255, 0, 0], 2);
			// Left standing from the first frame, or restored behind the bar.
			expectColour(at(49, 20), [128, 128, 128], 2);
			if (index > 0) expectColour(at(2, 20), [128, 128, 128], 2);
		}
		const small = await pixels(image, image.frame(11).resize(25, 20, { fit: "fill" }));
		expect([small.width, small.height]).toEqual([25, 20]);
	});

	test("the pages of a TIFF are no animation", async () => {
		const bytes = await (await moving(3)).tiff().toBuffer();
		expect(await openImage(bytes)).toMatchObject({ frames: 1, sampled: [0] });
	});
});

describe("damage", () => {
	test.each([
		["JPEG", () => fields().jpeg()],
		["PNG", () => fields().png({ compressionLevel: 0 })],
		["WebP", () => fields().webp()],
		["GIF", () => fields().gif()],
		["AVIF", () => fields().avif()],
		["TIFF", () => fields().tiff({ compression: "none" })],
	])("a %s cut short, wherever it is cut", async (format, make) => {
		const bytes = await make().toBuffer();
		for (const part of [0.2, 0.5, 0.8]) {
			const cut = bytes.subarray(0, Math.floor(bytes.length * part));
			const read = openImage(cut).then((image) => decoding(image, image.frame(0).resize(20, 20).raw().toBuffer()));
			await expect(read, `${format} at ${part}`).rejects.toMatchObject({
				code: "image.damaged",
				sentence: `This ${format} image is cut short or damaged. Post it again, or save it anew in an image program first.`,
			});
		}
	});

	test("a JPEG with stray bytes after its end is still read", async () => {
		const bytes = await fields().jpeg({ quality: 95 }).toBuffer();
		await expectFields(Buffer.concat([bytes, Buffer.from("stray bytes")]), "JPEG", 8);
	});
});

describe("many at once", () => {
	afterAll(() => decodeManyAtOnce(availableParallelism()));

	test("no more than were allowed are in sharp's hands, and each gets its turn", async () => {
		decodeManyAtOnce(2);
		const bytes = await photo("chelsea.png");
		const image = await openImage(bytes);
		// What another file of this process has left under way ends first.
		await vi.waitFor(() => expect(sharp.counters()).toEqual({ queue: 0, process: 0 }), { timeout: 10_000 });
		let most = 0;
		const decode = async () => {
			const output = image.frame(0).raw().toBuffer();
			const { queue, process } = sharp.counters();
			most = Math.max(most, queue + process);
			return (await output).length;
		};
		const sizes = await Promise.all(Array.from({ length: 8 }, () => inTurn(decode)));
		expect(sizes).toEqual(sizes.map(() => 3 * image.width * image.height));
		expect(most).toBe(2);
	});

	test("one that fails gives its turn to the next", async () => {
		decodeManyAtOnce(1);
		const failed = inTurn(() => Promise.reject(new Error("damaged")));
		const next = inTurn(async () => "decoded");
		await expect(failed).rejects.toThrow("damaged");
		expect(await next).toBe("decoded");
	});
});
