/** The thread of `threaded-encoder.ts`: loads the model it was started with, then answers one request after the other. */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { UserError } from "../errors.ts";
import { type Encoder, loadEncoder } from "./encoder.ts";
import type { ThreadData, ThreadMessage, ThreadRequest } from "./threaded-encoder.ts";

if (!parentPort) throw new Error("this file is run as a worker thread");
await serve(parentPort, workerData as ThreadData);

async function serve(port: MessagePort, { manifest, paths, device, intraOpThreads }: ThreadData): Promise<void> {
	const say = (message: ThreadMessage) => port.postMessage(message);
	let encoder: Encoder;
	try {
		const onFallback = (why: string) => say({ kind: "fallback", why });
		const onImagesEncoded = (images: number, seconds: number) => say({ kind: "encoded", images, seconds });
		encoder = await loadEncoder(manifest, paths, { device, intraOpThreads, onFallback, onImagesEncoded });
	} catch (error) {
		return say(failure(error));
	}
	let last: Promise<void> = Promise.resolve();
	port.on("message", (request: ThreadRequest | "close") => {
		last = last.then(async () => {
			if (request !== "close") return say(await answer(encoder, request));
			await encoder.close();
			port.close();
		});
	});
	say({ kind: "ready", device: encoder.device });
}

async function answer(encoder: Encoder, request: ThreadRequest): Promise<ThreadMessage> {
	try {
		const embeddings =
			"images" in request ? await encoder.encodeImages(request.images) : await encoder.encodeTexts(request.texts);
		return { kind: "embeddings", id: request.id, embeddings };
	} catch (error) {
		return { ...failure(error), id: request.id };
	}
}

/** An error loses its class on the way between threads: what a person should read goes along by itself. */
function failure(error: unknown): Extract<ThreadMessage, { kind: "error" }> {
	const message = error instanceof Error ? error.message : String(error);
	if (!(error instanceof UserError)) return { kind: "error", message };
	return { kind: "error", message, user: { code: error.code, hint: error.hint, mayHeal: error.mayHeal } };
}
