/** An encoder whose thread is started anew when it dies. */
import type { Embedding } from "../classify/types.ts";
import type { Encoder } from "./encoder.ts";

export interface KeepRunningOptions {
	/** Starts a thread; `onEnd` is to be told if it ends without being closed. */
	load: (onEnd: (error: Error) => void) => Promise<Encoder>;
	/** Told in one line when it has ended, and what comes of it. */
	onEnd?: (what: string) => void;
	/** Told when it isn't started any more. */
	onGivenUp: (error: Error) => void;
}

/** So many times in a row it may end, or fail to start, without having answered anything. */
const MOST_IN_VAIN = 3;

/**
 * Calls under way when the thread ends fail, and those that come later wait for the new one. If it keeps ending without an
 * answer in between, it is given up.
 * @throws what `load` throws the first time
 */
export async function keepRunning({ load, onEnd, onGivenUp }: KeepRunningOptions): Promise<Encoder> {
	let inVain = 0;
	let closed = false;

	function ended(error: Error): void {
		if (closed) return;
		if (++inVain > MOST_IN_VAIN) {
			const reason = new Error(`the encoder's thread keeps ending (${error.message}); the process has to be restarted`);
			onEnd?.(`An encoder thread has ended ${inVain} times in a row (${error.message}); it isn't started any more.`);
			onGivenUp(reason);
			return;
		}
		onEnd?.(`An encoder thread has ended (${error.message}); it is started anew.`);
		current = load(ended);
		current.catch(ended);
	}

	async function ask(call: (encoder: Encoder) => Promise<Embedding[]>): Promise<Embedding[]> {
		const embeddings = await call(await current);
		inVain = 0;
		return embeddings;
	}

	const first = await load(ended);
	let current = Promise.resolve(first);
	return {
		...first,
		encodeImages: (images) => ask((encoder) => encoder.encodeImages(images)),
		encodeTexts: (texts) => ask((encoder) => encoder.encodeTexts(texts)),
		async close() {
			closed = true;
			// One that couldn't be started needs no closing.
			const last = await current.catch(() => undefined);
			await last?.close();
		},
	};
}
