import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dot, photo, tinyModelsDir } from "../test/support/models.ts";
import { type Classifier, type ClassifierOptions, loadClassifier, type Observer } from "./classifier.ts";
import { averageEmbeddings } from "./classify/prompts.ts";
import type { Calibration, Classification } from "./classify/types.ts";
import { calibrationPath, writeCalibration } from "./model/calibration-file.ts";

let options: ClassifierOptions;
let counts: {
	encoded: number;
	hits: number;
	misses: number;
	batches: number[];
	encodeSeconds: number[];
	decodeSeconds: number[];
};
let opened: Classifier[];

beforeEach(async () => {
	counts = { encoded: 0, hits: 0, misses: 0, batches: [], encodeSeconds: [], decodeSeconds: [] };
	opened = [];
	const observer: Observer = {
		textsEncoded: (count) => {
			counts.encoded += count;
		},
		cacheHits: (count) => {
			counts.hits += count;
		},
		cacheMisses: (count) => {
			counts.misses += count;
		},
		imageBatch: (size, seconds) => {
			counts.batches.push(size);
			counts.encodeSeconds.push(seconds);
		},
		imageDecoded: (seconds) => counts.decodeSeconds.push(seconds),
	};
	options = {
		model: "tiny-clip",
		modelsDir: await tinyModelsDir("tiny-clip"),
		dataDir: await mkdtemp(join(tmpdir(), "tagalong-classifier-")),
		device: "cpu",
		onFallback: () => {},
		observer,
	};
});
afterEach(async () => {
	for (const classifier of opened) await classifier.close();
});

async function open(): Promise<Classifier> {
	const classifier = await loadClassifier(options);
	opened.push(classifier);
	return classifier;
}

const labels = (...texts: string[]) => texts.map((text) => ({ text }));
const total = ({ none, scores }: Classification) => scores.reduce((sum, { probability }) => sum + probability, none);

describe("a label set", () => {
	it("costs text encoding once: the second time it is at hand", async () => {
		const classifier = await open();
		const asked: number[] = [];
		const onEncoding = (prompts: number) => asked.push(prompts);
		const first = await classifier.labelSet(labels("cat", "dog", "bear"), { onEncoding });
		expect(counts).toMatchObject({ encoded: 3, misses: 3, hits: 0 });
		const second = await classifier.labelSet(labels("cat", "dog", "bear"), { onEncoding });
		expect(second).toBe(first);
		expect(counts).toMatchObject({ encoded: 3, misses: 3, hits: 3 });
		expect(asked).toEqual([3]);
	});

	it("shares prompts with other sets, in another mode or with more labels", async () => {
		const classifier = await open();
		const one = await classifier.labelSet(labels("cat", "dog"));
		const many = await classifier.labelSet(labels("cat", "dog"), { mode: "many" });
		expect([one.mode, many.mode]).toEqual(["one", "many"]);
		expect(counts.encoded).toBe(2);
		await classifier.labelSet(labels("dog", "bear", "cat"));
		expect(counts.encoded).toBe(3);
	});

	it("averages the embeddings of its templates", async () => {
		const classifier = await open();
		const templates = ["a {}", "a drawing of a {}."];
		const set = await classifier.labelSet(labels("cat"), { templates });
		const expected = averageEmbeddings(await classifier.embedTexts(["a cat", "a drawing of a cat."]));
		expect(dot(set.embeddings.data, expected)).toBeCloseTo(1, 5);
		expect(counts.encoded).toBe(2);
	});
});

describe("an image", () => {
	it("is encoded together with those that wait", async () => {
		const classifier = await open();
		const photos = await Promise.all(["chelsea.png", "rocket.jpg", "coffee.png"].map(photo));
		const together = await Promise.all(photos.map((bytes) => classifier.embedImage(bytes)));
		expect(counts.batches.reduce((sum, size) => sum + size)).toBe(3);
		for (const [index, bytes] of photos.entries()) {
			expect(dot(await classifier.embedImage(bytes), together[index] ?? [])).toBeCloseTo(1, 4);
		}
	});

	it("tells the seconds of its decoding and its encoding, and how many were encoded together", async () => {
		const classifier = await open();
		await classifier.embedImage(await photo("rocket.jpg"));
		expect(counts).toMatchObject({ batches: [1], decodeSeconds: [expect.any(Number)] });
		for (const seconds of [...counts.decodeSeconds, ...counts.encodeSeconds]) expect(seconds).toBeGreaterThan(0);
		expect(counts.encodeSeconds).toHaveLength(1);
	});

	it("is encoded with no more others than were asked for", async () => {
		options = { ...options, size: { batchSize: 2 } };
		const classifier = await open();
		expect(classifier.size).toMatchObject({ batchSize: 2, batchesAtOnce: 2, concurrentJobs: 8 });
		const bytes = await photo("rocket.jpg");
		await Promise.all([1, 2, 3, 4, 5].map(() => classifier.embedImage(bytes)));
		expect(Math.max(...counts.batches)).toBe(2);
	});

	it("that moves is the average of its frames", async () => {
		const classifier = await open();
		const still = async (name: string) =>
			sharp(await photo(name))
				.resize(300, 300, { fit: "fill" })
				.png()
				.toBuffer();
		const stills = await Promise.all(["chelsea.png", "rocket.jpg"].map(still));
		const moving = await sharp(stills, { join: { animated: true } })
			.webp({ lossless: true })
			.toBuffer();
		const [cat, rocket] = await Promise.all(stills.map((bytes) => classifier.embedImage(bytes)));
		if (!cat || !rocket) throw new Error("two stills have two embeddings");
		const embedding = await classifier.embedImage(moving);
		expect(dot(embedding, averageEmbeddings([cat, rocket]))).toBeCloseTo(1, 4);
		expect(dot(embedding, cat)).toBeLessThan(0.9999);
	});

	it("that can't be read says why, and holds up no other", async () => {
		const classifier = await open();
		const files = [Buffer.from("<!doctype html>"), await photo("rocket.jpg")];
		const [bad, good] = await Promise.allSettled(files.map((bytes) => classifier.embedImage(bytes)));
		expect(bad).toMatchObject({ status: "rejected", reason: { code: "image.format" } });
		expect(good?.status).toBe("fulfilled");
	});
});

describe("none of these", () => {
	it("is judged by the labels alone until the pool is encoded, then by the pool", async () => {
		const classifier = await open();
		const image = await classifier.embedImage(await photo("rocket.jpg"));
		const [several, single] = [
			await classifier.labelSet(labels("cat", "dog")),
			await classifier.labelSet(labels("cat")),
		];
		expect(classifier.poolReady).toBe(false);
		expect((await classifier.classify(image, several)).noneSource).toBe("max-softmax");
		expect((await classifier.classify(image, single)).noneSource).toBe("cosine");

		let last = [0, 0];
		await classifier.preparePool((done, all) => {
			last = [done, all];
		});
		expect(last[0]).toBeGreaterThan(1000);
		expect(last[0]).toBe(last[1]);
		expect(classifier.poolReady).toBe(true);
		for (const set of [several, single]) {
			const answer = await classifier.classify(image, set);
			expect(answer.noneSource).toBe("pool");
			expect(total(answer)).toBeCloseTo(1, 9);
		}
	});

	it("is judged by a pool that an earlier process encoded", async () => {
		await (await open()).preparePool();
		const { encoded } = counts;
		expect((await open()).poolReady).toBe(true);
		expect(counts.encoded).toBe(encoded);
	});

	it("is judged without the pool where no label is known to the lexicon", async () => {
		const classifier = await open();
		await classifier.preparePool();
		const image = await classifier.embedImage(await photo("rocket.jpg"));
		const set = await classifier.labelSet(labels("flibbertywump", "snorkblat"));
		expect(set.unknown).toHaveLength(2);
		expect((await classifier.classify(image, set)).noneSource).toBe("max-softmax");
		expect(classifier.unread(set).map(({ reason }) => reason)).toEqual(["word", "word"]);
	});
});

describe("a calibration", () => {
	const calibration: Calibration = {
		temperature: 2,
		noneScale: 50,
		none: { a: 0.2, b: -1 },
		maxSoftmax: { a: -1, b: 2 },
		cosine: { a: -3, b: 1 },
	};

	it("that was fitted here is used; without one the scores say so", async () => {
		const before = await open();
		expect(before.scoring.model.calibration).toBeUndefined();
		const image = await before.embedImage(await photo("rocket.jpg"));
		const set = await before.labelSet(labels("cat", "dog"));
		const uncalibrated = await before.classify(image, set);
		expect(uncalibrated.calibrated).toBe(false);

		await writeCalibration(options.dataDir, before.model.id, calibration);
		const after = await open();
		expect(after.scoring.model.calibration).toEqual(calibration);
		const answer = await after.classify(image, set);
		expect(answer.calibrated).toBe(true);
		expect(answer.none).not.toBeCloseTo(uncalibrated.none, 3);
	});

	it("that can't be read stops the start, and names the file", async () => {
		const { model } = await open();
		const path = calibrationPath(options.dataDir, model.id);
		await writeCalibration(options.dataDir, model.id, calibration);
		await writeFile(path, "{");
		await expect(open()).rejects.toMatchObject({
			code: "model.calibration",
			sentence: `The calibration ${path} can't be read. Run \`tagalong calibrate\` again, or delete the file.`,
		});
	});
});
