/**
 * The classification core: bytes and labels in, calibrated answers out. Joins the model's encoder, the text-embedding
 * cache, the lexicon and the pool with the pure functions of classify/. Chat, command line and study all go through it.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { LRUCache } from "lru-cache";
import { type CacheLayer, createTextEmbeddingCache, type SharedTextEmbeddings } from "./cache/text-embeddings.ts";
import { classify, type LabelSet, type ModelAndPool, prepareLabelSet } from "./classify/classify.ts";
import type { ConfirmedExample } from "./classify/learning.ts";
import { Lexicon } from "./classify/lexicon.ts";
import { NegativePool } from "./classify/negatives.ts";
import { averageEmbeddings, promptsFor } from "./classify/prompts.ts";
import type { Classification, Embedding, Label, Mode, ScoringModel } from "./classify/types.ts";
import { type UnreadLabel, unreadLabels } from "./classify/unread-labels.ts";
import { MicroBatcher, type Place } from "./micro-batcher.ts";
import { readCalibration } from "./model/calibration-file.ts";
import { type Encoder, loadEncoder } from "./model/encoder.ts";
import { readLexicon, readNegativeWords } from "./model/lexicon-files.ts";
import { locateModel, type ModelFolders } from "./model/location.ts";
import { type Manifest, readManifest } from "./model/manifest.ts";
import { readPixels } from "./model/pixels.ts";
import { PoolEmbeddings } from "./model/pool-embeddings.ts";
import type { Device, SessionOptions } from "./model/session.ts";
import { createTextQueue } from "./model/text-queue.ts";
import type { loadParallelEncoder, ParallelOptions } from "./model/threaded-encoder.ts";
import { wholeWords } from "./model/tokenizer.ts";
import { type Teacher, teacherHere } from "./threaded-teaching.ts";
import { type ConfiguredSize, type WorkerSize, workerSize } from "./worker-size.ts";

export interface ClassifierOptions extends ModelFolders, SessionOptions, Pick<ParallelOptions, "onThreadEnd"> {
	/** Name of the model: a folder of `modelsDir`. */
	model: string;
	/** Default: in this thread. A server uses `loadParallelEncoder`. */
	loadEncoder?: (...given: Parameters<typeof loadParallelEncoder>) => Promise<Encoder>;
	/** How much is done at once. Default: as suits the device. */
	size?: ConfiguredSize;
	/** Default: in this thread. A server uses `createThreadedTeacher`. */
	teacher?: Teacher;
	/** Embeddings that several processes share, of a model with vectors of `dim` numbers. Default: this process has its own. */
	sharedTexts?: (modelId: string, dim: number) => SharedTextEmbeddings;
	observer?: Observer;
}

/** Told what is done, for counting. */
export interface Observer {
	textsEncoded(count: number): void;
	/** Prompts whose embedding was known, and where. */
	cacheHits(count: number, layer: CacheLayer): void;
	/** Prompts that were known nowhere, and encoded. */
	cacheMisses(count: number): void;
	/** A call of the image encoder: how many images it had, and the seconds it took. */
	imageBatch(size: number, seconds: number): void;
	/** A frame was decoded for the encoder, and the seconds it took. */
	imageDecoded(seconds: number): void;
}

export interface LabelSetOptions {
	/** Default: the model's own. */
	templates?: readonly string[] | undefined;
	/** Default: `one`. */
	mode?: Mode | undefined;
	/** Called before prompts that were never seen are encoded, with how many. */
	onEncoding?: (prompts: number) => void;
}

export interface Classifier {
	/** `id` is name@hash: embeddings of different ids can't be compared. */
	readonly model: { id: string; manifest: Manifest; device: Device };
	/** How much is done at once, and how many jobs keep that busy. */
	readonly size: WorkerSize;
	/** Whether "none of these" can be judged by the pool yet. */
	readonly poolReady: boolean;
	/** What `classify` scores by, for those who score with another calibration. */
	readonly scoring: ModelAndPool;
	/**
	 * Decodes and encodes an image; the frames of an animation are averaged.
	 * @param place `first`: someone waits for it, so it goes before images that were merely posted. Default: `last`
	 * @returns a unit vector of `manifest.dim` numbers
	 * @throws UserError `image.*` if it can't be read
	 */
	embedImage(bytes: Uint8Array, place?: Place): Promise<Embedding>;
	/** Unit vectors of texts as they are, without templates. */
	embedTexts(texts: readonly string[]): Promise<Embedding[]>;
	/** Makes labels ready to score images with; prompts seen before cost nothing. */
	labelSet(labels: readonly Label[], options?: LabelSetOptions): Promise<LabelSet>;
	/** Labels as a channel's confirmed examples, newest first, teach them (`teach`). */
	teach(labels: LabelSet, examples: readonly ConfirmedExample[]): Promise<LabelSet>;
	/** Scores one image; takes well under a millisecond. */
	classify(image: Embedding, labels: LabelSet): Promise<Classification>;
	/** Labels that this model was not taught to read; looked up once a label set. */
	unread(labels: Pick<LabelSet, "labels">): readonly UnreadLabel[];
	/**
	 * Encodes the pool of negatives if it neither ships with the model nor was kept; behind people's labels.
	 * @param onDone called with how many of how many prompts are encoded
	 */
	preparePool(onDone?: (done: number, total: number) => void): Promise<void>;
	close(): Promise<void>;
}

/** Images waiting for the encoder, each some 200 KB of pixels, or two batches if that is more; beyond that decoding waits. */
const MAX_WAITING_IMAGES = 64;
/** Prompts kept in memory: 40 MB at 512 numbers each. */
const MAX_PROMPTS = 20_000;
/** Labels of prepared label sets kept in memory: 40 MB at 512 numbers each. */
const MAX_LABELS = 20_000;

/**
 * Loads a model with everything that scoring needs.
 * @throws UserError `model.*`, `lexicon.unreadable`
 */
export async function loadClassifier(options: ClassifierOptions): Promise<Classifier> {
	const { modelsDir, dataDir, observer, teacher = teacherHere } = options;
	const manifest = await readManifest(modelsDir, options.model);
	const paths = await locateModel(manifest, options);
	const [encoder, lexiconData, words, vocabulary] = await Promise.all([
		(options.loadEncoder ?? loadEncoder)(manifest, paths, {
			...options,
			encoderThreads: options.size?.encoderThreads,
			...(observer && { onImagesEncoded: observer.imageBatch }),
		}),
		readLexicon(modelsDir),
		readNegativeWords(modelsDir),
		paths.text && readFile(paths.text.tokenizer, "utf8").then(wholeWords),
	]);

	const lexicon = new Lexicon(lexiconData);
	const negatives = new NegativePool(words, lexicon);
	const texts = createTextQueue(encoder, observer?.textsEncoded);
	const modelDir = join(modelsDir, manifest.name);
	const pool = new PoolEmbeddings({ manifest, modelId: encoder.id, words, modelDir, dataDir, texts });
	await pool.load();

	const cache = createTextEmbeddingCache({
		maxPrompts: MAX_PROMPTS,
		encode: (prompts) => texts.encode(prompts, "person"),
		...(options.sharedTexts && { shared: options.sharedTexts(encoder.id, manifest.dim) }),
		...(observer && { counters: { hit: observer.cacheHits, miss: observer.cacheMisses } }),
	});
	const size = workerSize(options.size ?? {}, encoder.device);
	const images = new MicroBatcher<Uint8Array, Embedding>({
		run: (batch) => encoder.encodeImages(batch),
		maxBatch: size.batchSize,
		maxWaitMs: size.batchWaitMs,
		maxCalls: size.batchesAtOnce,
		maxQueue: Math.max(MAX_WAITING_IMAGES, 2 * size.batchSize),
	});
	/** Zero-shot weights of label sets that were used before: prompts averaged, negatives filtered. */
	const labelSets = new LRUCache<string, LabelSet>({
		maxSize: MAX_LABELS,
		sizeCalculation: ({ labels }) => labels.length,
	});
	const unread = new WeakMap<Pick<LabelSet, "labels">, readonly UnreadLabel[]>();
	const calibration = (await readCalibration(dataDir, encoder.id)) ?? manifest.calibration;
	const { logitScale, logitBias, scoring } = manifest;
	const model: ScoringModel = { logitScale, logitBias, scoring, ...(calibration && { calibration }) };

	return {
		model: { id: encoder.id, manifest, device: encoder.device },
		size,
		get poolReady() {
			return pool.matrix !== undefined;
		},
		get scoring() {
			return { model, pool: pool.matrix };
		},
		async embedImage(bytes, place = "last") {
			const onDecoded = observer?.imageDecoded;
			const isFirst = place === "first";
			const frames = await readPixels(bytes, manifest.image.preprocessing, {
				isFirst,
				...(onDecoded && { onDecoded }),
			});
			const embeddings = await Promise.all(frames.map((frame) => images.submit(frame, place)));
			return averageEmbeddings(embeddings);
		},
		embedTexts: (prompts) => cache.embeddings(prompts),
		async labelSet(labels, { templates = manifest.templates, mode = "one", onEncoding } = {}) {
			const key = JSON.stringify([mode, templates, labels]);
			const known = labelSets.get(key);
			if (known) {
				observer?.cacheHits(labels.length * templates.length, "memory");
				return known;
			}
			const prompts = promptsFor(labels, templates);
			const embeddings = await cache.embeddings(prompts.flat(), onEncoding);
			const ofLabel = (index: number) => embeddings.slice(index * templates.length, (index + 1) * templates.length);
			const averaged = labels.map((_, index) => averageEmbeddings(ofLabel(index)));
			const labelSet = prepareLabelSet({ labels, embeddings: averaged, mode, negatives });
			labelSets.set(key, labelSet);
			return labelSet;
		},
		async teach(labels, examples) {
			const seen = examples.map(async (example) => ({
				...example,
				poolCosines: await pool.cosines(example.embedding),
			}));
			return await teacher.teach(labels, await Promise.all(seen), { model, pool: pool.matrix });
		},
		async classify(image, labels) {
			const poolCosines = await pool.cosines(image);
			return classify(image, labels, { model, pool: pool.matrix, poolCosines });
		},
		unread(labelSet) {
			const known = unread.get(labelSet) ?? unreadLabels(labelSet.labels, manifest.languages, lexicon, vocabulary);
			unread.set(labelSet, known);
			return known;
		},
		async preparePool(onDone) {
			await pool.encode(onDone);
		},
		async close() {
			await Promise.all([encoder.close(), teacher.close()]);
		},
	};
}
