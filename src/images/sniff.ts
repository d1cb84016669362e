/** What a file is, judged from its bytes alone: names and declared types are claims. */
import { fileTypeFromBuffer } from "file-type";

type Unreadable = {
	readable: false;
	/** The format in words, with its article. */
	found: string;
	/** What to do instead: one sentence. */
	hint: string;
};

export type ReadableFormat = "JPEG" | "PNG" | "WebP" | "GIF" | "AVIF" | "TIFF";
export type Sniffed = { readable: true; format: ReadableFormat } | Unreadable;

const readable: Record<string, ReadableFormat> = {
	jpg: "JPEG",
	png: "PNG",
	// Its first picture; libvips reads no further ones.
	apng: "PNG",
	webp: "WebP",
	gif: "GIF",
	avif: "AVIF",
	tif: "TIFF",
};

const saveAsPhoto = "Save it as JPEG or PNG and post that.";
const postAnImage = "Post a JPEG, PNG, WebP, GIF, AVIF or TIFF image.";

function unreadable(found: string, hint = saveAsPhoto): Unreadable {
	return { readable: false, found, hint };
}

const webPage = unreadable(
	"a web page (HTML), perhaps the page around the image or a login page",
	"Copy the address of the image itself, or post the file.",
);
const drawing = unreadable("an SVG drawing", "Export it as PNG and post that.");
const plainText = unreadable("plain text", postAnImage);
const unknown = unreadable("a file of no known format", postAnImage);

const known: Record<string, Unreadable> = {
	heic: unreadable(
		"a HEIC photo",
		"Save it as JPEG and post that; on an iPhone, Settings > Camera > Formats > Most Compatible makes JPEG the rule.",
	),
	bmp: unreadable("a BMP image"),
	jxl: unreadable("a JPEG XL image"),
	jp2: unreadable("a JPEG 2000 image"),
	jpx: unreadable("a JPEG 2000 image"),
	ico: unreadable("an icon (ICO)"),
	icns: unreadable("an icon (ICNS)"),
	psd: unreadable("a Photoshop document"),
	pdf: unreadable("a PDF document", "Export the page as PNG and post that."),
	dng: unreadable("a raw photo (DNG)"),
	cr2: unreadable("a raw photo (CR2)"),
	cr3: unreadable("a raw photo (CR3)"),
	nef: unreadable("a raw photo (NEF)"),
	arw: unreadable("a raw photo (ARW)"),
	orf: unreadable("a raw photo (ORF)"),
	raf: unreadable("a raw photo (RAF)"),
	rw2: unreadable("a raw photo (RW2)"),
};

/** Names the format of a file that isn't empty. */
export async function sniff(bytes: Uint8Array): Promise<Sniffed> {
	const text = readText(bytes);
	const markup = text === undefined ? undefined : sniffMarkup(text);
	if (markup) return markup;
	const type = await fileTypeFromBuffer(bytes);
	const ext = extension(type?.ext, bytes) ?? "";
	const format = readable[ext];
	if (format) return { readable: true, format };
	if (known[ext]) return known[ext];
	if (!type) return text === undefined ? unknown : plainText;
	const name = type.ext.toUpperCase();
	if (type.mime.startsWith("image/")) return unreadable(`an image in the ${name} format`);
	if (type.mime.startsWith("video/")) return unreadable(`a video (${name})`, "Post a still of it.");
	if (type.mime.startsWith("audio/")) return unreadable(`a sound file (${name})`, postAnImage);
	return unreadable(`a ${name} file`, postAnImage);
}

/** The beginning of a text; undefined where the bytes are none. */
function readText(bytes: Uint8Array): string | undefined {
	const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : "utf-16be";
	const encoding = utf16 === "utf-16le" || (bytes[0] === 0xfe && bytes[1] === 0xff) ? utf16 : "utf-8";
	try {
		// As a stream: the cut may fall inside a character.
		const text = new TextDecoder(encoding, { fatal: true }).decode(bytes.subarray(0, 4096), { stream: true });
		// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what tells binary data from text.
		return /[\0-\x08\x0e-\x1a\x1c-\x1f]/.test(text) ? undefined : text;
	} catch {
		return undefined;
	}
}

/** SVG and HTML have no magic number: what counts is the first element after prolog, comments and doctype. */
function sniffMarkup(text: string): Unreadable | undefined {
	const prolog = /^(?:\s|<\?.*?\?>|<!--.*?-->|<!doctype[^>[]*(?:\[.*?\]\s*)?>)*/is.exec(text)?.[0] ?? "";
	const rest = text.slice(prolog.length);
	if (/^<(?:[\w-]+:)?svg[\s>]/i.test(rest)) return drawing;
	if (/<!doctype\s+html/i.test(prolog)) return webPage;
	// The elements by which browsers tell HTML: https://mimesniff.spec.whatwg.org/#identifying-a-resource-with-an-unknown-mime-type
	return /^<(?:html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p)[\s>]/i.test(rest)
		? webPage
		: undefined;
}

/** What file-type leaves open. */
function extension(ext: string | undefined, bytes: Uint8Array): string | undefined {
	const latin1 = (from: number, to: number) => Buffer.from(bytes.subarray(from, to)).toString("latin1");
	// It tells HEIF by its major brand; one of brand `mif1` is AVIF where `avif` is among its compatible brands.
	if (ext === "heic" && /avi[fs]/.test(latin1(8, Math.min(bytes[3] ?? 0, 128)))) return "avif";
	// It doesn't know a TIFF whose directory, which may stand last, was cut off.
	if (!ext && /^(?:II\*\0|MM\0\*)/.test(latin1(0, 4))) return "tif";
	return ext;
}
