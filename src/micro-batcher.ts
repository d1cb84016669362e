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
	/**
	 * Calls under way, at most (default 1). With more, a full batch is handed over before the one before it is done, so that
	 * whoever works on them never waits for the next.
	 */
	maxCalls?: number;
	/** Whether an error has nothing to do with the items: they all fail with it, and none is tried alone. */
	isOfAll?: (error: unknown) => boolean;
}

/** `first`: before whatever waits and isn't itself first. */
export type Place = "first" | "last";

interface Waiting<Item, Result> {
	place: Place;
	item: Item;
	resolve: (result: Result) => void;
	reject: (error: unknown) => void;
}

/**
 * While a call runs, items gather and go together in the next. When nothing runs, a lone item waits `maxWaitMs` and no
 * longer. If a batch fails, its items are tried one by one, so that one bad item fails alone.
 */
export class MicroBatcher<Item, Result> {
	readonly #options: BatcherOptions<Item, Result>;
	readonly #waiting: Waiting<Item, Result>[] = [];
	readonly #heldBack: (() => void)[] = [];
	#calls = 0;
	#timer: NodeJS.Timeout | undefined;

	constructor(options: BatcherOptions<Item, Result>) {
		this.#options = options;
	}

	/** Items waiting to be run. */
	get queued(): number {
		return this.#waiting.length + this.#heldBack.length;
	}

	async submit(item: Item, place: Place = "last"): Promise<Result> {
		// What goes first isn't held back either: it is little, and someone waits for it.
		while (place === "last" && this.#waiting.length >= this.#options.maxQueue) {
			await new Promise<void>((resolve) => this.#heldBack.push(resolve));
		}
		return new Promise<Result>((resolve, reject) => {
			const behind = place === "first" ? this.#waiting.findIndex((one) => one.place === "last") : -1;
			this.#waiting.splice(behind < 0 ? this.#waiting.length : behind, 0, { item, place, resolve, reject });
			this.#schedule();
		});
	}

	/** Hands over what may go now, or sees to it that a lone item goes when its wait is over. */
	#schedule(): void {
		const { maxBatch, maxCalls = 1, maxWaitMs } = this.#options;
		while (this.#waiting.length >= maxBatch && this.#calls < maxCalls) void this.#call();
		if (this.#waiting.length === 0 || this.#calls > 0) return;
		this.#timer ??= setTimeout(() => {
			this.#timer = undefined;
			if (this.#waiting.length > 0 && this.#calls === 0) void this.#call();
		}, maxWaitMs);
	}

	async #call(): Promise<void> {
		const batch = this.#waiting.splice(0, this.#options.maxBatch);
		for (const release of this.#heldBack.splice(0, batch.length)) release();
		this.#calls++;
		await this.#settle(batch);
		this.#calls--;
		// What gathered meanwhile has waited long enough.
		if (this.#waiting.length > 0 && this.#calls === 0) void this.#call();
		this.#schedule();
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
			const { isOfAll } = this.#options;
			if (batch.length === 1 || isOfAll?.(error)) for (const { reject } of batch) reject(error);
			else for (const alone of batch) await this.#settle([alone]);
		}
	}
}
