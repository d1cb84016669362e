/**
 * A model in a thread of its own. onnxruntime-node's `session.run` holds the thread that calls it, so in a server the
 * event loop, the queue and the store would stand still while an image is encoded.
 */
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Embedding } from "../classify/types.ts";
import { UserError } from "../errors.ts";
import type { Encoder, EncoderOptions, ModelPaths } from "./encoder.ts";
import { keepRunning } from "./lasting-encoder.ts";
import { type Manifest, modelId } from "./manifest.ts";
import type { Device, SessionOptions } from "./session.ts";

/** What the thread is started with. */
export interface ThreadData {
	manifest: Manifest;
	paths: ModelPaths;
	device: SessionOptions["device"];
	intraOpThreads: SessionOptions["intraOpThreads"];
}

/** What the thread is asked. */
export type ThreadRequest = { id: number } & ({ images: readonly Uint8Array[] } | { texts: readonly string[] });

/** What the thread says: that it is ready or why not, remarks on the way, and answers by the request's id. */
export type ThreadMessage =
	| { kind: "ready"; device: Device }
	| { kind: "fallback"; why: string }
	| { kind: "encoded"; images: number; seconds: number }
	| { kind: "embeddings"; id: number; embeddings: Embedding[] }
	/** `id` is absent if the model could not be loaded. */
	| { kind: "error"; id?: number; message: string; user?: Pick<UserError, "code" | "hint" | "mayHeal"> };

interface Waiting {
	resolve: (embeddings: Embedding[]) => void;
	reject: (error: Error) => void;
}

export interface ThreadOptions extends EncoderOptions {
	/** Told if the thread ends without being closed. */
	onEnd?: (error: Error) => void;
}

export interface ParallelOptions extends EncoderOptions {
	/** Calls under way at once. Default: 2 on a processor, 1 on a GPU. */
	encoderThreads?: number | undefined;
	/** Told in one line when a thread has ended, and what comes of it. */
	onThreadEnd?: (what: string) => void;
}

/** On a processor, unless told otherwise. */
const CPU_THREADS = 2;

/**
 * Loads a model for many images at a time, in threads of its own. On a processor there are two, each with its own copy of the
 * weights and half of the cores: threads that share a call wait for each other wherever decoding takes a core from one of
 * them, and two calls side by side don't. A GPU has one. A thread that dies is started anew: its calls fail, and what comes
 * after them waits for the new one. Runs from the built files only: Node 20 starts no TypeScript.
 * @throws UserError `model.*` as `loadEncoder` does
 */
export async function loadParallelEncoder(
	manifest: Manifest,
	paths: ModelPaths,
	options: ParallelOptions,
): Promise<Encoder> {
	const { encoderThreads } = options;
	const intraOpThreads = Math.max(1, Math.floor(availableParallelism() / (encoderThreads ?? CPU_THREADS)));
	let broken: Error | undefined;
	const open = (device: SessionOptions["device"]) =>
		keepRunning({
			load: (onEnd) => loadThreadedEncoder(manifest, paths, { ...options, device, intraOpThreads, onEnd }),
			...(options.onThreadEnd && { onEnd: options.onThreadEnd }),
			// With one of them gone for good, health checks must fail too, not every other time.
			onGivenUp: (error) => {
				broken = error;
			},
		});
	const first = await open(options.device);
	const count = encoderThreads ?? (first.device === "cuda" ? 1 : CPU_THREADS);
	// What kept the first from the GPU was said already.
	const rest = await Promise.all(Array.from({ length: count - 1 }, () => open(first.device)));
	const threads = [first, ...rest];
	let next = 0;
	const turn = () => {
		if (broken) throw broken;
		return threads[next++ % threads.length] ?? first;
	};
	return {
		...first,
		encodeImages: async (images) => turn().encodeImages(images),
		encodeTexts: async (texts) => turn().encodeTexts(texts),
		async close() {
			await Promise.all(threads.map((thread) => thread.close()));
		},
	};
}

/**
 * Loads a model as `loadEncoder` does, in one thread of its own.
 * @throws UserError `model.*` as `loadEncoder` does
 */
export async function loadThreadedEncoder(
	manifest: Manifest,
	paths: ModelPaths,
	options: ThreadOptions,
): Promise<Encoder> {
	const { device: wanted, intraOpThreads } = options;
	const workerData: ThreadData = { manifest, paths, device: wanted, intraOpThreads };
	const thread = new Worker(new URL("./encoder-thread.js", import.meta.url), { workerData });
	const waiting = new Map<number, Waiting>();
	let lastId = 0;
	let gone: Error | undefined;
	let closing = false;

	const device = await new Promise<Device>((resolve, reject) => {
		let ready = false;
		thread.on("message", (message: ThreadMessage) => {
			if (message.kind === "ready") {
				ready = true;
				resolve(message.device);
			} else if (message.kind === "fallback") options.onFallback(message.why);
			else if (message.kind === "encoded") options.onImagesEncoded?.(message.images, message.seconds);
			else if (message.kind === "embeddings") settle(message.id)?.resolve(message.embeddings);
			else if (message.id === undefined) reject(errorOf(message));
			else settle(message.id)?.reject(errorOf(message));
		});
		const end = (error: Error) => {
			// An uncaught error comes before the end that follows from it.
			if (gone) return;
			gone = error;
			for (const id of [...waiting.keys()]) settle(id)?.reject(error);
			reject(error);
			if (ready && !closing) options.onEnd?.(error);
		};
		thread.on("error", end);
		thread.on("exit", () => end(new Error("the encoder's thread has ended")));
	});

	function settle(id: number): Waiting | undefined {
		const one = waiting.get(id);
		waiting.delete(id);
		return one;
	}

	function ask(request: { images: readonly Uint8Array[] } | { texts: readonly string[] }): Promise<Embedding[]> {
		if (gone) return Promise.reject(gone);
		return new Promise((resolve, reject) => {
			const id = ++lastId;
			waiting.set(id, { resolve, reject });
			thread.postMessage({ id, ...request } satisfies ThreadRequest);
		});
	}

	return {
		manifest,
		id: modelId(manifest),
		device,
		encodeImages: (images) => ask({ images }),
		encodeTexts: (texts) => ask({ texts }),
		async close() {
			if (gone) return;
			closing = true;
			const ended = once(thread, "exit");
			thread.postMessage("close");
			await ended;
		},
	};
}

function errorOf({ message, user }: Extract<ThreadMessage, { kind: "error" }>): Error {
	return user ? new UserError(user.code, message, user.hint, { mayHeal: user.mayHeal }) : new Error(message);
}
