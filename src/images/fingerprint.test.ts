import { createHash } from "node:crypto";
import fc from "fast-check";
import sharp, { type Sharp } from "sharp";
import { describe, expect, test } from "vitest";
import { photo } from "../../test/support/models.ts";
import { fingerprint, hammingDistance } from "./fingerprint.ts";

const names = ["astronaut.png", "chelsea.png", "china.jpg", "coffee.png", "flower.jpg", "rocket.jpg"];
/** The hash of a picture that has one. */
async function hashOf(bytes: Uint8Array): Promise<bigint> {
	const { dhash } = await fingerprint(bytes);
	if (dhash === null) throw new Error("too flat");
	return dhash;
}
const draw = (inside: string, width = 1280, height = 800, background = "#fff") =>
	sharp(
		Buffer.from(
			`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="${background}"/>${inside}</svg>`,
		),
	)
		.png()
		.toBuffer();
/** A page of text, as bars of different lengths. */
const lines = (seed: number, colour = "#333", left = 80) =>
	Array.from({ length: 28 }, (_, line) => {
		const width = 400 + 300 * (1 + Math.sin(99 * seed + 7.3 * line));
		return `<rect x="${left}" y="${60 + 24 * line}" width="${width}" height="9" fill="${colour}"/>`;
	}).join("");
const gradient = (from: string, to: string, direction = "") =>
	draw(
		`<defs><linearGradient id="g" ${direction}><stop offset="0" stop-color="${from}"/><stop offset="1" stop-color="${to}"/></linearGradient></defs><rect width="100%" height="100%" fill="url(#g)"/>`,
	);

test("the bytes' hash is SHA-256, and the other is a signed 64-bit number", async () => {
	const bytes = await photo("chelsea.png");
	const { sha256 } = await fingerprint(bytes);
	expect(sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
	for (const name of names) {
		const dhash = await hashOf(await photo(name));
		expect(BigInt.asIntN(64, dhash)).toBe(dhash);
	}
});

describe.each(names)("%s", (name) => {
	const changes: Record<string, (image: Sharp) => Sharp> = {
		"compressed hard": (image) => image.jpeg({ quality: 20 }),
		"as WebP of another size": (image) => image.resize({ width: 640 }).webp({ quality: 50 }),
		"as a thumbnail": (image) => image.resize({ width: 160 }).jpeg(),
		"a little brighter": (image) => image.modulate({ brightness: 1.1 }).png(),
		"a little darker": (image) => image.modulate({ brightness: 0.9 }).png(),
		"without its colours": (image) => image.greyscale().png(),
	};
	test.each(Object.keys(changes))("is known again %s", async (change) => {
		const bytes = await photo(name);
		const changed = await changes[change]?.(sharp(bytes)).toBuffer();
		const again = await fingerprint(changed ?? new Uint8Array());
		expect(again.sha256).not.toBe((await fingerprint(bytes)).sha256);
		expect(hammingDistance(await hashOf(bytes), again.dhash ?? 0n)).toBeLessThanOrEqual(6);
	});

	test("is no other photo", async () => {
		const own = await hashOf(await photo(name));
		for (const other of names.filter((each) => each !== name)) {
			expect(hammingDistance(own, await hashOf(await photo(other)))).toBeGreaterThan(12);
		}
	});
});

describe("what looks like any other of its kind has no difference hash:", () => {
	test.each([
		["a plain colour", draw("")],
		["another", draw("", 640, 480, "#702040")],
		["a faint gradient", gradient("#888", "#999")],
		["a full gradient", gradient("#000", "#fff")],
		["one from above", gradient("#000", "#fff", 'x2="0" y2="1"')],
		["a page of text", draw(lines(1))],
		["another page", draw(lines(5))],
		["an editor on black", draw(lines(3, "#ddd"), 1280, 800, "#1e1e1e")],
		["a chat with a side bar", draw(`<rect width="260" height="800" fill="#3f0e40"/>${lines(4, "#333", 300)}`)],
		["a dialog", draw('<rect x="400" y="250" width="480" height="300" fill="#ddd"/>')],
	])("%s", async (_, drawing) => {
		const { sha256, dhash } = await fingerprint(await drawing);
		expect(dhash).toBeNull();
		expect(sha256).toMatch(/^[0-9a-f]{64}$/);
	});
});

test("of what moves, the first frame counts", async () => {
	const size = { width: 300, height: 200, fit: "fill" as const };
	const first = await sharp(await photo("chelsea.png"))
		.resize(size)
		.toBuffer();
	const second = await sharp(await photo("coffee.png"))
		.resize(size)
		.toBuffer();
	const animated = await sharp([first, second], { join: { animated: true } })
		.webp({ quality: 90 })
		.toBuffer();
	expect((await sharp(animated).metadata()).pages).toBe(2);
	expect(hammingDistance(await hashOf(animated), await hashOf(first))).toBeLessThanOrEqual(6);
});

test("a photo that a camera stored turned is the same as the upright one", async () => {
	const upright = await photo("chelsea.png");
	const turned = await sharp(upright).rotate(270).withMetadata({ orientation: 6 }).jpeg().toBuffer();
	expect(hammingDistance(await hashOf(turned), await hashOf(upright))).toBeLessThanOrEqual(6);
});

test("what can't be read is refused in words", async () => {
	await expect(fingerprint(new Uint8Array())).rejects.toMatchObject({ code: "image.empty" });
	await expect(fingerprint(Buffer.from("hello"))).rejects.toMatchObject({ code: "image.format" });
	const cut = (await photo("chelsea.png")).subarray(0, 2000);
	await expect(fingerprint(cut)).rejects.toMatchObject({ code: "image.damaged" });
});

test("the distance counts the bits that differ, sign included", () => {
	expect(hammingDistance(0n, -1n)).toBe(64);
	const bits = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
	fc.assert(
		fc.property(bits, fc.uniqueArray(fc.integer({ min: 0, max: 63 })), (hash, flipped) => {
			const other = flipped.reduce((value, bit) => value ^ (1n << BigInt(bit)), hash);
			expect(hammingDistance(hash, BigInt.asIntN(64, other))).toBe(flipped.length);
		}),
	);
});
