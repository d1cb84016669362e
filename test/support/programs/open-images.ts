/**
 * Opens image files one after the other and decodes a frame of what is opened. Says of each in a line of JSON what came of
 * it, and by how many megabytes the process's memory has grown at its most. Arguments: the files.
 */
import { readFileSync, writeSync } from "node:fs";
import sharp from "sharp";
import { UserError } from "../../../src/errors.ts";
import { decoding, openImage } from "../../../src/images/decode.ts";

/** The most that was ever used, in MB. */
const peak = () => process.resourceUsage().maxRSS / 1024;

// What the decoder needs for itself isn't counted.
const dot = { create: { width: 8, height: 8, channels: 3 as const, background: "red" } };
await sharp(await sharp(dot).png().toBuffer())
	.webp()
	.toBuffer();

for (const path of process.argv.slice(2)) {
	const bytes = readFileSync(path);
	const before = peak();
	let code = "none";
	try {
		const image = await openImage(bytes);
		await decoding(image, image.frame(0).resize(32, 32, { fit: "fill" }).raw().toBuffer());
	} catch (error) {
		code = error instanceof UserError ? error.code : String(error);
	}
	writeSync(1, `${JSON.stringify({ path, code, megabytes: peak() - before })}\n`);
}
