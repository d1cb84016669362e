/** Work that is done in order, line by line, each piece repeated until it is done: what a gateway tells is told only once. */
import { setTimeout } from "node:timers/promises";
import type { Logger } from "pino";
import { retryDelay } from "../../jobs/jobs.ts";
import { isStoreAway } from "../../store/store-away.ts";

export interface LinesOptions {
	log: Pick<Logger, "warn" | "error">;
	/** Whether what the work needs is there; work that fails all the same some more times is given up. */
	isSound: () => Promise<boolean>;
	random?: () => number;
	/** Milliseconds from the first failure to the next attempt. */
	baseMs?: number;
}

export interface Lines {
	/** Resolves once this piece of work is done, or given up; never rejects. */
	push(line: string, work: () => Promise<unknown>): Promise<void>;
	/** Pieces that aren't done yet. */
	readonly waiting: number;
	/** Resolves once all that waits now is done. */
	idle(): Promise<void>;
	/** Nothing is tried again, and what waits is dropped. */
	close(): void;
}

const BASE_MS = 250;
const MOST_MS = 30_000;
/** Failures although all that is needed is there. */
const MOST_FAILURES = 8;

export function createLines({ log, isSound, random = Math.random, baseMs = BASE_MS }: LinesOptions): Lines {
	const lines = new Map<string, Promise<void>>();
	const closing = new AbortController();
	let waiting = 0;

	async function repeat(work: () => Promise<unknown>): Promise<void> {
		let failures = 0;
		for (let attempt = 1; !closing.signal.aborted; attempt++) {
			try {
				await work();
				return;
			} catch (error) {
				log.warn({ err: error, attempt }, "what the gateway told could not be taken in, and is tried again");
				// A database that is full, or only read for now, answers all the same.
				if (!isStoreAway(error) && (await isSound())) failures++;
				if (failures >= MOST_FAILURES) {
					log.error({ err: error }, "what the gateway told is given up");
					return;
				}
			}
			await pause(Math.min(MOST_MS, retryDelay(Math.min(attempt, 10), baseMs, random())), closing.signal);
		}
	}

	return {
		push(line, work) {
			waiting++;
			const done = (lines.get(line) ?? Promise.resolve())
				.then(() => repeat(work))
				.finally(() => {
					waiting--;
					if (lines.get(line) === done) lines.delete(line);
				});
			lines.set(line, done);
			return done;
		},
		get waiting() {
			return waiting;
		},
		async idle() {
			await Promise.all(lines.values());
		},
		close: () => closing.abort(),
	};
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
	// Ended early by closing.
	await setTimeout(milliseconds, undefined, { signal }).catch(() => {});
}
