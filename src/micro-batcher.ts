/** Joins what is waiting at the same moment into one call: images of the encoder, statements of the store. */

export interface BatcherOptions<Item, Result> {
	/** Handles a batch; gives one result an item, in order. */
	run: (items: Item[]) => Promise<Result[]>;
	/** Items in one call, at most. */
	maxBatch: number;
	/** Milliseconds an item waits for company when nothing is running. */
	maxWaitMs: number;
	/** Items waiting, at most: beyond that `submit` holds its caller back. */
	maxQueue: number;
	/** Told the size of each batch. */
	onBatch?: (size: number) => void;
}

interface Waiting<Item, Result> {
	item: Item;
	resolve: (result: Result) => void;
	reject: (error: unknown) => void;
}

/**
 * One call runs at a time; while it runs, items gather and go together in the next. When nothing runs, a lone item
 * waits `maxWaitMs` and no longer. If a batch fails, its items are tried one by one, so that one bad item fails alone.
 */
export class MicroBatcher<Item, Result> {
	readonly #options: BatcherOptions<Item, Result>;
	readonly #waiting: Waiting<Item, Result>[] = [];
	readonly #heldBack: (() => void)[] = [];
	#running = false;
	#timer: NodeJS.Timeout | undefined;

	constructor(options: BatcherOptions<Item, Result>) {
		this.#options = options;
	}

	/** Items waiting to be run. */
	get queued(): number {
		return this.#waiting.length + this.#heldBack.length;
	}

	async submit(item: Item): Promise<Result> {
		while (this.#waiting.length >= this.#options.maxQueue) {
			await new Promise<void>((resolve) => this.#heldBack.push(resolve));
		}
		return new Promise<Result>((resolve, reject) => {
			this.#waiting.push({ item, resolve, reject });
			this.#schedule();
		});
	}

	#schedule(): void {
		if (this.#running || this.#waiting.length === 0) return;
		if (this.#waiting.length >= this.#options.maxBatch) {
			clearTimeout(this.#timer);
			this.#timer = undefined;
			void this.#runNext();
		} else {
			this.#timer ??= setTimeout(() => {
				this.#timer = undefined;
				void this.#runNext();
			}, this.#options.maxWaitMs);
		}
	}

	async #runNext(): Promise<void> {
		if (this.#running) return;
		this.#running = true;
		while (this.#waiting.length > 0) {
			const batch = this.#waiting.splice(0, this.#options.maxBatch);
			for (const release of this.#heldBack.splice(0, batch.length)) release();
			this.#options.onBatch?.(batch.length);
			await this.#settle(batch);
		}
		this.#running = false;
	}

	async #settle(batch: Waiting<Item, Result>[]): Promise<void> {
		try {
			const results = await this.#options.run(batch.map(({ item }) => item));
			for (const [index, { resolve, reject }] of batch.entries()) {
				const result = results[index];
				if (result === undefined) reject(new Error(`a batch of ${batch.length} gave ${results.length} results`));
				else resolve(result);
			}
		} catch (error) {
			if (batch.length === 1) batch[0]?.reject(error);
			else for (const alone of batch) await this.#settle([alone]);
		}
	}
}
