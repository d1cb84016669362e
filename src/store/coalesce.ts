/** One statement for what many jobs write at the same moment: with PGlite, a statement costs more than a row. */
import { MicroBatcher } from "../micro-batcher.ts";
import { isStoreAway } from "./store-away.ts";

/** Rows in one statement, at most. */
const MAX_ROWS = 64;

/**
 * Items sorted by their key. Processes that write the same rows in one statement write them in the same order, and wait
 * for each other instead of ending each other.
 */
export function inOneOrder<Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[] {
	const keyed = items.map((item) => ({ item, key: keyOf(item) }));
	return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ item }) => item);
}

/** How long a write that nobody waits for may wait for others, in milliseconds. */
export const UNHURRIED = 25;

/**
 * @param run handles items in one statement; gives one result an item, in order. If it fails, items are tried alone, unless
 * the store is away
 * @param maxWaitMs how long an item waits for others
 */
export function coalesce<Item, Result>(
	run: (items: Item[]) => Promise<Result[]>,
	maxWaitMs = 0,
): MicroBatcher<Item, Result> {
	return new MicroBatcher({
		run,
		maxBatch: MAX_ROWS,
		maxWaitMs,
		maxQueue: Number.POSITIVE_INFINITY,
		isOfAll: isStoreAway,
	});
}
