/** Complete, valid image files of one colour: a few bytes to kilobytes on disk, any number of pixels when they are decoded. */
import { crc32, deflateSync } from "node:zlib";

/** A PNG of one bit a pixel, all of them black. */
export function plainPng(width: number, height: number): Buffer {
	const header = Buffer.alloc(13);
	header.writeUInt32BE(width, 0);
	header.writeUInt32BE(height, 4);
	header[8] = 1;
	const rows = Buffer.alloc((1 + Math.ceil(width / 8)) * height);
	return png(pngChunk("IHDR", header), pngChunk("IDAT", deflateSync(rows)));
}

/** A PNG of one pixel that carries a compressed text (`zTXt`) or colour profile (`iCCP`) of that many bytes. */
export function pngCarrying(type: "zTXt" | "iCCP", bytes: number): Buffer {
	const header = Buffer.from("00000001000000010800000000", "hex");
	const carried = Buffer.concat([Buffer.from("name\0\0", "latin1"), deflateSync(Buffer.alloc(bytes))]);
	return png(pngChunk("IHDR", header), pngChunk(type, carried), pngChunk("IDAT", deflateSync(Buffer.alloc(2))));
}

/** A PNG of these chunks and its end. */
export function png(...chunks: Buffer[]): Buffer {
	return Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), ...chunks, pngChunk("IEND", Buffer.alloc(0))]);
}

export function pngChunk(type: string, data: Uint8Array): Buffer {
	const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
	const framed = Buffer.alloc(body.length + 8);
	framed.writeUInt32BE(data.length);
	framed.set(body, 4);
	framed.writeUInt32BE(crc32(body), body.length + 4);
	return framed;
}

/** Bits in the order that GIF and WebP have them: the lowest of a byte first. */
class BitWriter {
	readonly #bytes: number[] = [];
	#used = 0;

	write(value: number, bits: number): void {
		for (let bit = 0; bit < bits; bit++) {
			if (this.#used % 8 === 0) this.#bytes.push(0);
			const at = this.#bytes.length - 1;
			this.#bytes[at] = (this.#bytes[at] ?? 0) | (((value >> bit) & 1) << (this.#used % 8));
			this.#used++;
		}
	}

	get bytes(): Buffer {
		return Buffer.from(this.#bytes);
	}
}

/** A GIF whose frames are all as large as it; `screen` is the size that its header claims. */
export function plainGif(width: number, height: number, frames = 1, screen = { width, height }): Buffer {
	const size = (first: number, second: number) => {
		const bytes = Buffer.alloc(4);
		bytes.writeUInt16LE(first, 0);
		bytes.writeUInt16LE(second, 2);
		return bytes;
	};
	const data = gifData(width * height);
	const palette = Buffer.from("000000ffffff", "hex");
	const control = Buffer.from("21f904000a000000", "hex");
	const frame = Buffer.concat([control, Buffer.from([0x2c, 0, 0, 0, 0]), size(width, height), Buffer.from([0]), data]);
	const header = Buffer.concat([Buffer.from("GIF89a"), size(screen.width, screen.height), Buffer.from([0x80, 0, 0])]);
	return Buffer.concat([header, palette, Buffer.concat(Array<Buffer>(frames).fill(frame)), Buffer.from(";")]);
}

/** LZW of pixels of colour 0: each code stands for a run that is one pixel longer than that of the code before. */
function gifData(pixels: number): Buffer {
	const bits = new BitWriter();
	const [clear, end, full] = [4, 5, 4096];
	let left = pixels;
	let width = 3;
	bits.write(clear, width);
	while (left > 0) {
		let next = end + 1;
		for (let run = 1; left > 0 && next < full; run++) {
			const length = Math.min(run, left);
			bits.write(length === 1 ? 0 : end + length - 1, width);
			left -= length;
			// A decoder learns nothing from the first code.
			if (run > 1) next++;
			if (next === 2 ** width && width < 12) width++;
		}
		bits.write(left > 0 ? clear : end, width);
		width = 3;
	}
	const { bytes } = bits;
	const blocks: Buffer[] = [Buffer.from([2])];
	for (let at = 0; at < bytes.length; at += 255) {
		const block = bytes.subarray(at, at + 255);
		blocks.push(Buffer.from([block.length]), block);
	}
	return Buffer.concat([...blocks, Buffer.from([0])]);
}

/** A grey JPEG: two bits a block of 8 × 8 pixels, both zero. */
export function plainJpeg(width: number, height: number): Buffer {
	const segment = (marker: number, data: Buffer) => {
		const head = Buffer.from([0xff, marker, 0, 0]);
		head.writeUInt16BE(data.length + 2, 2);
		return Buffer.concat([head, data]);
	};
	const frame = Buffer.from([8, 0, 0, 0, 0, 1, 1, 0x11, 0]);
	frame.writeUInt16BE(height, 1);
	frame.writeUInt16BE(width, 3);
	// One code, a single 0: of DC “no difference”, of AC “nothing more in this block”.
	const huffman = (kind: number) => segment(0xc4, Buffer.from([kind, 1, ...Array(15).fill(0), 0]));
	const blocks = Math.ceil(width / 8) * Math.ceil(height / 8);
	return Buffer.concat([
		Buffer.from([0xff, 0xd8]),
		segment(0xdb, Buffer.from([0, ...Array(64).fill(1)])),
		segment(0xc0, frame),
		huffman(0x00),
		huffman(0x10),
		segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])),
		Buffer.alloc(Math.ceil((2 * blocks) / 8)),
		Buffer.from([0xff, 0xd9]),
	]);
}

/** A lossless WebP of some 40 bytes: every code of it has a single symbol, which takes no bits. At most 16,384 a side. */
export function plainWebp(width: number, height: number): Buffer {
	return riff(webpPixels(width, height));
}

/** An animated WebP whose frames all fill its canvas. */
export function plainAnimatedWebp(width: number, height: number, frames: number): Buffer {
	const size = Buffer.alloc(6);
	size.writeUIntLE(width - 1, 0, 3);
	size.writeUIntLE(height - 1, 3, 3);
	const head = Buffer.concat([Buffer.from([2, 0, 0, 0]), size]);
	const place = Buffer.concat([Buffer.alloc(6), size, Buffer.from([10, 0, 0, 0])]);
	const frame = riffChunk("ANMF", Buffer.concat([place, webpPixels(width, height)]));
	const moving = Buffer.concat(Array<Buffer>(frames).fill(frame));
	return riff(riffChunk("VP8X", head), riffChunk("ANIM", Buffer.alloc(6)), moving);
}

function webpPixels(width: number, height: number): Buffer {
	const bits = new BitWriter();
	bits.write(0x2f, 8);
	bits.write(width - 1, 14);
	bits.write(height - 1, 14);
	// No alpha, version 0; no transform, no colour cache, one group of codes.
	bits.write(0, 1 + 3 + 1 + 1 + 1);
	// Green with lengths, red, blue, alpha, distance: simple, one symbol, of one bit, 0.
	for (let code = 0; code < 5; code++) bits.write(1, 4);
	bits.write(0, 8);
	return riffChunk("VP8L", bits.bytes);
}

function riff(...chunks: Buffer[]): Buffer {
	return riffChunk("RIFF", Buffer.concat([Buffer.from("WEBP"), ...chunks]));
}

function riffChunk(name: string, data: Buffer): Buffer {
	const head = Buffer.from(`${name}....`, "latin1");
	head.writeUInt32LE(data.length, 4);
	return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
}
