import { describe, expect, test } from "vitest";
import { openImage } from "./decode.ts";
import { sniff } from "./sniff.ts";

const latin1 = (text: string) => Buffer.from(text, "latin1");
/** A file of the ISO base media format: HEIC, AVIF, MP4. */
const ftyp = (...brands: string[]) =>
	Buffer.concat([
		latin1(`\0\0\0${String.fromCharCode(12 + 4 * brands.length)}ftyp`),
		latin1(brands.join("\0\0\0\0")),
		latin1("\0\0\0\x08mdat"),
	]);
const found = async (bytes: Uint8Array) => {
	const sniffed = await sniff(bytes);
	return sniffed.readable ? sniffed.format : sniffed.found;
};

test.each([
	["a HEIC photo", ftyp("heic")],
	["a HEIC photo", ftyp("mif1", "heic")],
	["AVIF", ftyp("avif")],
	["AVIF", ftyp("mif1", "avif")],
	["a video (MP4)", ftyp("isom")],
	["a BMP image", latin1("BM\x3a\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0")],
	["a PDF document", latin1("%PDF-1.7\n1 0 obj\n")],
	["a JPEG XL image", latin1("\xff\x0a\xfa\x1f")],
	["an icon (ICO)", latin1("\0\0\x01\0\x01\0\x10\x10")],
	["a Photoshop document", latin1("8BPS\0\x01\0\0")],
	["a sound file (FLAC)", latin1("fLaC\0\0\0\x22")],
	["a ZIP file", latin1(`PK\x05\x06${"\0".repeat(18)}`)],
	["a file of no known format", latin1("\x01\x02\x03\x04\xff\xfe\x80")],
])("%s is told by its bytes", async (expected, bytes) => {
	expect(await found(bytes)).toBe(expected);
});

test.each([
	"<svg xmlns='http://www.w3.org/2000/svg'/>",
	"\ufeff<?xml version='1.0'?>\n<!-- made by hand -->\n<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'svg11.dtd' [\n<!ENTITY a 'b>'>\n]>\n<svg>",
	"<svg:svg xmlns:svg='http://www.w3.org/2000/svg'/>",
])("an SVG drawing is told whatever stands before its element: %s", async (text) => {
	expect(await found(Buffer.from(text))).toBe("an SVG drawing");
	expect(await found(Buffer.from(`\ufeff${text}`, "utf16le"))).toBe("an SVG drawing");
});

test.each([
	"\n<!DOCTYPE html><title>Sign in</title>",
	"<html lang=en>",
	"<!-- cached --><HEAD>",
	"<?xml version='1.0'?><!DOCTYPE html PUBLIC 'x'><html xmlns='http://www.w3.org/1999/xhtml'>",
	"<!doctype html><body><svg></svg>",
])("a web page is told, also one that holds a drawing: %s", async (text) => {
	expect(await found(Buffer.from(text))).toMatch(/^a web page \(HTML\)/);
});

test.each([
	"The <svg> element is …",
	'{"error":"token expired"}',
	// A chunk of 4,096 bytes ends inside a character.
	`a${"ü".repeat(4096)}`,
])("text is text", async (text) => {
	expect(await found(Buffer.from(text))).toBe("plain text");
});

test("a view into a larger buffer is judged by its own bytes", async () => {
	const buffer = Buffer.concat([latin1("junk before "), ftyp("mif1", "avif")]);
	expect(await found(new Uint8Array(buffer.buffer, buffer.byteOffset + 12, buffer.length - 12))).toBe("AVIF");
});

describe("what can't be read is named, with what to do", () => {
	test.each([
		["an empty file", Buffer.alloc(0), "The file is empty (0 bytes). Post it again."],
		[
			"a HEIC photo called .jpg",
			latin1("\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
			"This is a HEIC photo, which can't be read here. Save it as JPEG and post that; on an iPhone, Settings > Camera > Formats > Most Compatible makes JPEG the rule.",
		],
		[
			"a BMP",
			latin1("BM\x3a\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x01\0\0\0\x01\0\0\0\x01\0\x18\0"),
			"This is a BMP image, which can't be read here. Save it as JPEG or PNG and post that.",
		],
		[
			"an SVG",
			latin1('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect/></svg>'),
			"This is an SVG drawing, which can't be read here. Export it as PNG and post that.",
		],
		[
			"an SVG dressed up as a GIF",
			latin1('GIF<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect/></svg>'),
			"This GIF image is cut short or damaged. Post it again, or save it anew in an image program first.",
		],
		[
			"a PDF",
			latin1("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%%EOF"),
			"This is a PDF document, which can't be read here. Export the page as PNG and post that.",
		],
		[
			"HTML called .png",
			latin1("<!DOCTYPE html><html><title>Sign in</title></html>"),
			"This is a web page (HTML), perhaps the page around the image or a login page, which can't be read here. Copy the address of the image itself, or post the file.",
		],
		[
			"a JPEG XL",
			latin1("\xff\x0a\xfa\x1f\x01\x90\x08\x06\x01\0\x58\0\x4b\x18\x8b"),
			"This is a JPEG XL image, which can't be read here. Save it as JPEG or PNG and post that.",
		],
		[
			"an icon",
			latin1("\0\0\x01\0\x01\0\x10\x10\0\0\x01\0\x20\0"),
			"This is an icon (ICO), which can't be read here. Save it as JPEG or PNG and post that.",
		],
		[
			"a video",
			latin1("\0\0\0\x18ftypisom\0\0\x02\0isommp42"),
			"This is a video (MP4), which can't be read here. Post a still of it.",
		],
		[
			"plain text",
			latin1("404: file not found\n"),
			"This is plain text, which can't be read here. Post a JPEG, PNG, WebP, GIF, AVIF or TIFF image.",
		],
		[
			"noise",
			Buffer.from([1, 2, 3, 250, 251, 252]),
			"This is a file of no known format, which can't be read here. Post a JPEG, PNG, WebP, GIF, AVIF or TIFF image.",
		],
	])("%s", async (_, bytes, words) => {
		await expect(openImage(bytes)).rejects.toMatchObject({ name: "UserError", sentence: words });
	});
});
