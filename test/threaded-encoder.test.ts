/** The model in a thread of its own, as the built program starts it: Node 20 starts no TypeScript. */
import { once } from "node:events";
import type { Worker } from "node:worker_threads";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Encoder } from "../src/model/encoder.ts";
import { locateModel } from "../src/model/location.ts";
import { type Manifest, readManifest } from "../src/model/manifest.ts";
import { readPixels } from "../src/model/pixels.ts";
import { modelsDir } from "../src/package-root.ts";
import { fixturesDir, loadTestEncoder, photo } from "./support/models.ts";

const built = (file: string) => import(new URL(`../dist/src/${file}`, import.meta.url).href);
const { loadParallelEncoder, loadThreadedEncoder }: typeof import("../src/model/threaded-encoder.ts") =
	await built("model/threaded-encoder.js");
/** The built program's own class: what its modules throw is no instance of the sources'. */
const { UserError }: typeof import("../src/errors.ts") = await built("errors.js");

const opened: Encoder[] = [];
afterEach(async () => {
	for (const encoder of opened.splice(0)) await encoder.close();
});

async function openThreaded(
	name: "starter" | "tiny-clip",
	change: (manifest: Manifest) => Manifest = (manifest) => manifest,
): Promise<{ encoder: Encoder; thread: Worker }> {
	const folder = name === "starter" ? modelsDir : fixturesDir;
	const manifest = await readManifest(folder, name);
	const paths = await locateModel(manifest, { modelsDir: folder, dataDir: "nowhere" });
	const started = once(process, "worker");
	const encoder = await loadThreadedEncoder(change(manifest), paths, { device: "cpu", onFallback: () => {} });
	opened.push(encoder);
	const [thread]: Worker[] = await started;
	if (!thread) throw new Error("no thread was started");
	return { encoder, thread };
}

const pixels = async (name: string, { manifest }: Encoder) =>
	readPixels(await photo(name), manifest.image.preprocessing);

describe("an encoder in a thread", () => {
	it("gives what one in this thread gives", async () => {
		const here = await loadTestEncoder("tiny-clip");
		const { encoder } = await openThreaded("tiny-clip");
		expect([encoder.id, encoder.device]).toEqual([here.id, here.device]);
		const texts = ["a cat", "two dogs", ""];
		expect(await encoder.encodeTexts(texts)).toEqual(await here.encodeTexts(texts));
		const images = [...(await pixels("chelsea.png", here)), ...(await pixels("rocket.jpg", here))];
		const embeddings = await encoder.encodeImages(images);
		expect(embeddings).toHaveLength(2);
		expect(embeddings).toEqual(await here.encodeImages(images));
		await here.close();
	});

	it("answers what is asked at the same time, each with its own", async () => {
		const { encoder } = await openThreaded("tiny-clip");
		const texts = ["cat", "dog", "bear", "moss"];
		const together = await Promise.all(texts.map((text) => encoder.encodeTexts([text])));
		for (const [index, text] of texts.entries()) expect(together[index]).toEqual(await encoder.encodeTexts([text]));
	});

	it("leaves this thread free while it encodes", async () => {
		const { encoder } = await openThreaded("starter");
		const [image = new Uint8Array()] = await pixels("chelsea.png", encoder);
		let encoding = true;
		let turns = 0;
		const turn = () => {
			turns++;
			if (encoding) setImmediate(turn);
		};
		turn();
		await encoder.encodeImages(Array.from({ length: 8 }, () => image));
		encoding = false;
		// In this thread, the same takes a handful of turns.
		expect(turns).toBeGreaterThan(50);
	});
});

describe("what goes wrong in the thread", () => {
	it("is an error with the same words, class and hint, and spoils nothing that comes after it", async () => {
		const { encoder } = await openThreaded("tiny-clip", ({ text: _, ...imageOnly }) => imageOnly);
		const refused = await encoder.encodeTexts(["cat"]).catch((error) => error);
		expect(refused).toBeInstanceOf(UserError);
		expect(refused).toMatchObject({
			code: "model.image-only",
			message: "The model “tiny-clip” encodes images only; it can't read labels.",
			hint: "Choose another with --model or TAGALONG_MODEL.",
		});
		expect(await encoder.encodeImages(await pixels("rocket.jpg", encoder))).toHaveLength(1);
	});

	it("is told when a model can't be loaded", async () => {
		const wrongOutput = ({ image, ...manifest }: Manifest) => ({ ...manifest, image: { ...image, output: "pooled" } });
		const refused = await openThreaded("tiny-clip", wrongOutput).catch((error) => error);
		expect(refused).toBeInstanceOf(UserError);
		expect(refused).toMatchObject({ code: "model.output", hint: "Correct the manifest's output." });
	});

	it("rejects what waits, and all that is asked later, when the thread dies", async () => {
		const { encoder, thread } = await openThreaded("tiny-clip");
		const waiting = [encoder.encodeTexts(["cat"]), encoder.encodeTexts(["dog"])];
		const outcomes = Promise.allSettled(waiting);
		await thread.terminate();
		const ended = {
			status: "rejected",
			reason: expect.objectContaining({ message: "the encoder's thread has ended" }),
		};
		expect(await outcomes).toEqual([ended, ended]);
		await expect(encoder.encodeTexts(["cat"])).rejects.toThrow("the encoder's thread has ended");
		await encoder.close();
	});
});

describe("close", () => {
	it("ends the thread once what was asked before is answered", async () => {
		const { encoder, thread } = await openThreaded("tiny-clip");
		const asked = encoder.encodeTexts(["cat"]);
		await encoder.close();
		expect(await asked).toHaveLength(1);
		expect(thread.threadId, "of a thread that has ended").toBe(-1);
		await expect(encoder.encodeTexts(["cat"])).rejects.toThrow("the encoder's thread has ended");
		await encoder.close();
	});
});

describe("an encoder in several threads", () => {
	it("gives every call what one thread gives, however they fall", async () => {
		const { encoder: one } = await openThreaded("tiny-clip");
		const { manifest } = one;
		const paths = await locateModel(manifest, { modelsDir: fixturesDir, dataDir: "nowhere" });
		const several = await loadParallelEncoder(manifest, paths, { device: "cpu", onFallback: () => {} });
		opened.push(several);
		expect([several.id, several.device]).toEqual([one.id, one.device]);
		const texts = ["cat", "dog", "bear", "moss", "fern"];
		const together = await Promise.all(texts.map((text) => several.encodeTexts([text])));
		expect(together.flat()).toEqual(await one.encodeTexts(texts));
		const [image = new Uint8Array()] = await pixels("chelsea.png", one);
		const images = await Promise.all([1, 2, 3].map(() => several.encodeImages([image])));
		for (const [embedding] of images) expect(embedding).toEqual(images[0]?.[0]);
	});
});

describe("a thread that dies", () => {
	/** Both threads of an encoder, whatever they are by now, and what was said of their ends. */
	async function openParallel() {
		const manifest = await readManifest(fixturesDir, "tiny-clip");
		const paths = await locateModel(manifest, { modelsDir: fixturesDir, dataDir: "nowhere" });
		const threads: Worker[] = [];
		const note = (thread: Worker) => void threads.push(thread);
		process.on("worker", note);
		const said: string[] = [];
		const encoder = await loadParallelEncoder(manifest, paths, {
			device: "cpu",
			encoderThreads: 1,
			onFallback: () => {},
			onThreadEnd: (what) => said.push(what),
		});
		opened.push({ ...encoder, close: () => encoder.close().finally(() => process.off("worker", note)) });
		return { encoder, threads, said };
	}

	it("fails the calls under way, and those after it are answered by a new one", async () => {
		const { encoder, threads, said } = await openParallel();
		const [before] = await encoder.encodeTexts(["cat"]);
		const underWay = encoder.encodeTexts(["dog"]).catch((error: Error) => error.message);
		await threads[0]?.terminate();
		expect(await underWay).toBe("the encoder's thread has ended");
		expect(await encoder.encodeTexts(["cat"])).toEqual([before]);
		expect(threads).toHaveLength(2);
		expect(said).toEqual(["An encoder thread has ended (the encoder's thread has ended); it is started anew."]);
	});

	it("is started again as often as it has answered in between, and given up when it keeps dying", async () => {
		const { encoder, threads, said } = await openParallel();
		for (let round = 0; round < 5; round++) {
			await threads.at(-1)?.terminate();
			expect(await encoder.encodeTexts(["cat"])).toHaveLength(1);
		}
		expect(threads).toHaveLength(6);
		for (let last = 6; last <= 9; last++) {
			await vi.waitFor(() => expect(threads).toHaveLength(last), { timeout: 20_000 });
			await threads.at(-1)?.terminate();
		}
		await vi.waitFor(() => expect(said).toHaveLength(9), { timeout: 20_000 });
		expect(said.at(-1)).toContain("has ended 4 times in a row");
		await expect(encoder.encodeTexts(["cat"])).rejects.toThrow("the process has to be restarted");
		await expect(encoder.encodeImages([])).rejects.toThrow("the process has to be restarted");
	});
});
