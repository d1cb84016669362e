/** One statement for what many jobs write at the same moment: with PGlite, a statement costs more than a row. */
import { MicroBatcher } from "../micro-batcher.ts";

/** Rows in one statement, at most. */
const MAX_ROWS = 64;

/** How long a write that nobody waits for may wait for others, in milliseconds. */
export const UNHURRIED = 25;

/**
 * @param run handles items in one statement; gives one result an item, in order. If it fails, items are tried alone.
 * @param maxWaitMs how long an item waits for others
 */
export function coalesce<Item, Result>(
	run: (items: Item[]) => Promise<Result[]>,
	maxWaitMs = 0,
): MicroBatcher<Item, Result> {
	return new MicroBatcher({ run, maxBatch: MAX_ROWS, maxWaitMs, maxQueue: Number.POSITIVE_INFINITY });
}
