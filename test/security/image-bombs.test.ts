/** Files that are small on disk and huge as pictures are refused by their header, on every way into the program. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decoding, openImage } from "../../src/images/decode.ts";
import { defaultLimits } from "../../src/images/limits.ts";
import { startBot, type TestBot, textOf } from "../support/bot.ts";
import { TestChannel } from "../support/channel.ts";
import { command } from "../support/events.ts";
import * as bombs from "../support/image-bombs.ts";
import { inEachTest, type TestChat } from "../support/local-chat.ts";
import { startProgram } from "../support/program.ts";

/** Each gives a complete, valid file of any size. */
const files: Record<string, (side: number) => Buffer> = {
	PNG: (side) => bombs.plainPng(side, side),
	JPEG: (side) => bombs.plainJpeg(side, side),
	GIF: (side) => bombs.plainGif(side, side),
	"animated GIF": (side) => bombs.plainGif(side, side, 3),
	"GIF that says it is tiny": (side) => bombs.plainGif(side, side, 1, { width: 2, height: 2 }),
	WebP: (side) => bombs.plainWebp(side, side),
	"animated WebP": (side) => bombs.plainAnimatedWebp(side, side, 50),
};
const names = Object.keys(files);
const make = (name: string, side: number) => files[name]?.(side) ?? Buffer.alloc(0);

/** 121 megapixels: 363 MB of pixels, at 500 kB of file or less. */
const SIDE = 11_000;
const tooMany = "The image has 11,000 × 11,000 pixels: at most 100 megapixels are read. Post a smaller copy.";
/** Megabytes that refusing one may take. */
const FEW = 32;

describe.each(names)("%s", (name) => {
	test("is a whole file: one of a few pixels is decoded to its end", async () => {
		const image = await openImage(make(name, 50));
		expect(image).toMatchObject({ width: 50, height: 50 });
		for (const index of image.sampled) {
			const { data, info } = await decoding(image, image.frame(index).raw().toBuffer({ resolveWithObject: true }));
			expect([info.width, info.height, info.channels]).toEqual([50, 50, 3]);
			expect(new Set(data).size).toBe(1);
		}
	});

	test("of more pixels than allowed is refused", async () => {
		const bytes = make(name, SIDE);
		expect(bytes.length).toBeLessThan(500_000);
		await expect(openImage(bytes)).rejects.toMatchObject({ code: "image.too-many-pixels", sentence: tooMany });
	});
});

test("none of them costs memory, nor does a small picture that carries something huge", async () => {
	const folder = await mkdtemp(join(tmpdir(), "tagalong-bombs-"));
	const written: Record<string, string> = {};
	const write = async (name: string, bytes: Buffer) => {
		const path = join(folder, name.replaceAll(" ", "-"));
		await writeFile(path, bytes);
		written[path] = name;
	};
	for (const name of names) await write(name, make(name, SIDE));
	await write("largest JPEG", bombs.plainJpeg(65_500, 65_500));
	await write("text of 64 MB", bombs.pngCarrying("zTXt", 64e6));
	await write("colour profile of 64 MB", bombs.pngCarrying("iCCP", 64e6));

	const program = startProgram("open-images.ts", ...Object.keys(written));
	expect(await program.ended).toBe(0);
	const results: { path: string; code: string; megabytes: number }[] = program.lines.map((line) => JSON.parse(line));
	expect(results.map(({ path }) => written[path])).toEqual(Object.values(written));
	for (const { path, code, megabytes } of results) {
		const carries = / of 64 MB$/.test(written[path] ?? "");
		expect([written[path], code]).toEqual([written[path], carries ? "none" : "image.too-many-pixels"]);
		// The file itself is read before it is judged.
		expect(megabytes, written[path]).toBeLessThan(FEW);
	}
	await rm(folder, { recursive: true });
});

describe("an animation of very many frames", () => {
	const most = defaultLimits.maxAnimationFrames;

	test.each([
		["GIF", () => bombs.plainGif(1, 1, most)],
		["WebP", () => bombs.plainAnimatedWebp(1, 1, most)],
	])("is looked at where it begins: %s", async (_, made) => {
		const image = await openImage(made());
		expect(image.frames).toBe(most);
		expect(image.sampled).toHaveLength(defaultLimits.maxFrames);
		expect(Math.max(...image.sampled)).toBeLessThan(defaultLimits.maxReach);
		await decoding(image, image.frame(image.sampled.at(-1) ?? -1).toBuffer());
	});

	// Reading the header of such a WebP would take most of a minute.
	test.each([
		["GIF of 200,000", () => bombs.plainGif(1, 1, 200_000)],
		["WebP of 200,000", () => bombs.plainAnimatedWebp(1, 1, 200_000)],
		["GIF", () => bombs.plainGif(1, 1, most + 1)],
		["WebP", () => bombs.plainAnimatedWebp(1, 1, most + 1)],
	])("is refused if there are more than any animation has: %s", async (_, made) => {
		await expect(openImage(made())).rejects.toMatchObject({
			code: "image.too-many-frames",
			sentence: "The animation has too many frames: at most 10,000 are read. Post a shorter copy, or a still of it.",
		});
	});
});

describe("posted in a chat", () => {
	let bot: TestBot;
	beforeAll(async () => {
		bot = await startBot();
		for (const name of names) bot.platform.files.set(name, make(name, SIDE));
	});
	afterAll(() => bot.close());

	const attachments = names.map((name) => ({ id: name, url: `fake:${name}`, name }));

	test("each is answered in words by the command that it was attached to", async () => {
		const channel = new TestChannel(bot, "bombs");
		await channel.happens(command("bombs", { ...channel.ref, attachments }));
		const said = textOf(channel.reply("bombs").view);
		expect(said.split(tooMany)).toHaveLength(names.length + 1);
		await expect(bot.services.classifier.embedImage(make("WebP", SIDE))).rejects.toMatchObject({ sentence: tooMany });
	});

	test("each is answered in words where images are tagged, and nothing of it is kept but why", async () => {
		const channel = new TestChannel(bot, "tagged");
		await channel.setLabels("cat, dog");
		await channel.autotag("on");
		for (const { id } of attachments) {
			const event = command(id, { ...channel.ref, attachments: [] });
			const { options: _, name: __, ...posted } = { ...event, message: id, attachments: [{ id, url: id, name: id }] };
			await channel.happens({ ...posted, kind: "images-posted" });
			expect(textOf(channel.reply(id).view)).toContain(tooMany);
			const [image] = await bot.store.images.ofMessage(channel.ref, id);
			expect(image).toMatchObject({ problem: tooMany, embedding: null, sha256: null, dhash: null });
		}
	});
});

describe("uploaded to the chat page", () => {
	let chat: TestChat;
	inEachTest((opened) => {
		chat = opened;
	});

	test("each is kept as a file without a preview", async () => {
		const uploads = names.map((name) => new File([new Uint8Array(make(name, SIDE))], name));
		const { files: posted } = await chat.post("", uploads);
		expect(posted.map(({ name }) => name)).toEqual(names);
		for (const file of posted) {
			expect(file).not.toHaveProperty("width");
			expect((await chat.request(`/api/files/${file.id}`)).status).toBe(404);
		}
	});
});
