/** Texts on their way to the text encoder: in batches, one at a time, people's labels before background work. */
import PQueue from "p-queue";
import type { Embedding } from "../classify/types.ts";
import type { Encoder } from "./encoder.ts";

/** Who waits for the texts: a person, or work that can wait. */
export type Urgency = "person" | "background";

export interface TextQueue {
	/**
	 * @param onDone called after each batch, with how many of these texts are done
	 * @returns one unit vector a text, in order
	 */
	encode(texts: readonly string[], urgency: Urgency, onDone?: (done: number) => void): Promise<Embedding[]>;
}

/** Texts in one call of the encoder: enough to fill a device, few enough that a person's label never waits long. */
const BATCH = 32;

/**
 * @param onEncoded counts texts encoded
 */
export function createTextQueue(encoder: Pick<Encoder, "encodeTexts">, onEncoded?: (count: number) => void): TextQueue {
	const queue = new PQueue({ concurrency: 1 });
	const priority = { person: 1, background: 0 };

	return {
		async encode(texts, urgency, onDone) {
			// Texts of similar length share a batch, so that little is spent on padding.
			const order = texts.map((_, index) => index).sort((a, b) => (texts[a]?.length ?? 0) - (texts[b]?.length ?? 0));
			const results: Embedding[] = [];
			let done = 0;
			const encodeBatch = async (indices: number[]) => {
				const batch = await encoder.encodeTexts(indices.map((index) => texts[index] ?? ""));
				for (const [at, index] of indices.entries()) {
					const embedding = batch[at];
					if (embedding) results[index] = embedding;
				}
				done += indices.length;
				onEncoded?.(indices.length);
				onDone?.(done);
			};
			const batches: Promise<unknown>[] = [];
			for (let start = 0; start < order.length; start += BATCH) {
				const indices = order.slice(start, start + BATCH);
				batches.push(queue.add(() => encodeBatch(indices), { priority: priority[urgency] }));
			}
			await Promise.all(batches);
			return results;
		},
	};
}
