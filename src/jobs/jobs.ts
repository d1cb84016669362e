/** The queue between writing an event down and working on it, and the rules that every shape of it keeps. */
import type { ChatEvent } from "../chat/event.ts";
import { isRefusal } from "../errors.ts";
import { isStoreAway } from "../store/store-away.ts";

export interface Attempt {
	/** From 1; attempts that failed before a restart count. */
	attempt: number;
	/** No further attempt follows, whatever comes of this one. */
	last: boolean;
}

export interface Worker {
	/**
	 * Works on an event. Must bear being called again for the same event.
	 * @throws UserError if the event is refused; anything else may heal by trying again
	 */
	work(event: ChatEvent, attempt: Attempt): Promise<void>;
	/** Ended the process twice while nothing else ran in it: `work` isn't called again, and whoever waits has to be told. */
	abandon?(event: ChatEvent): Promise<void>;
	/** The event was deleted (with its message, person, channel) while it was worked on: what the work has left goes too. */
	deleted?(event: ChatEvent): Promise<void>;
}

/** The end of the queue where jobs are put in. */
export interface JobSink {
	/**
	 * Puts an event that was just written down in the queue; one that is waiting or being worked on already is let be. A
	 * queue that can't be reached is no failure: the sweep puts in later what was written down.
	 */
	enqueue(event: ChatEvent): Promise<void>;
	/** @throws Error if the queue doesn't answer */
	ping(): Promise<void>;
}

/** Both ends of the queue. */
export interface Jobs extends JobSink {
	/** Starts working. */
	start(worker: Worker): Promise<void>;
	/** Takes on nothing new until `resume`; what runs goes on. */
	pause(): Promise<void>;
	resume(): Promise<void>;
	/** Takes on nothing new; resolves once what runs has ended. What waits stays owed. */
	stop(): Promise<void>;
	/**
	 * Waiting includes what waits for its next attempt, running is what this process works on.
	 * @throws Error if the queue doesn't answer
	 */
	size(): Promise<{ waiting: number; running: number }>;
}

/** What has been in no queue's hands for so long is put in again. */
export const OVERDUE_AFTER_MS = 60_000;
export const SWEEP_EVERY_MS = 30_000;

/** Failed attempts, over some two minutes, after which whoever waits for it is told. */
export const TELL_AFTER = 8;
/** Over some hour: longer than a platform is usually away. */
export const MAX_ATTEMPTS = 16;
/** The longest pause, in first pauses. */
const LONGEST = 600;

/** Whoever waits for it was told that it failed: no further attempt is owed. */
export class GivenUp extends Error {}

/** Trying again gives the same answer, was given up, or done often enough; while the store is away, nothing is final. */
export function isFinal(error: unknown, attempt: number): boolean {
	return isRefusal(error) || error instanceof GivenUp || (attempt >= MAX_ATTEMPTS && !isStoreAway(error));
}

/**
 * Milliseconds from a failed attempt to the next: doubling from `base`, at most ten minutes where it is a second, then
 * shortened at random by up to half, so that what failed together doesn't come back together.
 * @param attempt the one that failed, from 1
 * @param random in [0, 1)
 */
export function retryDelay(attempt: number, base: number, random: number): number {
	return base * Math.min(2 ** (attempt - 1), LONGEST) * (1 - random / 2);
}
