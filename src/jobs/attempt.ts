/** One attempt at a job, the same in every queue: begun in the intake, worked on, and its end written down. */
import { setTimeout } from "node:timers/promises";
import type { Logger } from "pino";
import type { ChatEvent } from "../chat/event.ts";
import { isRefusal } from "../errors.ts";
import type { Begun, Intake, Outcome } from "../store/intake.ts";
import { Gate } from "./gate.ts";
import { isFinal, MAX_ATTEMPTS, retryDelay, type Worker } from "./jobs.ts";

/** An event that has ended its process this often while nothing else was under way in it is not tried again. */
const MAX_ALONE = 2;

export interface AttemptOptions {
	intake: Intake;
	now: () => Date;
	log?: Pick<Logger, "error" | "warn"> | undefined;
	retry?:
		| {
				/** Milliseconds before the second attempt; each further pause is twice as long. 1 s if not given. */
				base?: number;
				/** In [0, 1). */
				random?: () => number;
		  }
		| undefined;
	/** Told when an event's first attempt begins, and how long after the event was written down. */
	onTaken?: ((kind: ChatEvent["kind"], waitedMs: number) => void) | undefined;
}

/** `over`: nothing is owed any more. `left`: as it was, because the queue stops. Otherwise another attempt follows. */
export type Ending = "over" | "left" | { retryInMs: number };

/** The attempts of one process. */
export class Attempts {
	readonly #options: AttemptOptions;
	readonly #gate = new Gate();
	readonly #stopping = new AbortController();

	constructor(options: AttemptOptions) {
		this.#options = options;
	}

	/**
	 * What was under way when its process died is tried with nothing else under way: should it end its process again, the
	 * others are spared, and it is known for what it is. While the store doesn't answer, this waits for it. Never rejects.
	 */
	async make(id: string, worker: Worker): Promise<Ending> {
		try {
			return await this.#make(id, worker);
		} catch (error) {
			this.#options.log?.error({ err: error, id }, "the store failed; the event is taken up again later");
			return "left";
		}
	}

	/** Begins no more attempts, and stops waiting for a store that doesn't answer. */
	stop(): void {
		this.#stopping.abort();
	}

	async #make(id: string, worker: Worker): Promise<Ending> {
		const { intake } = this.#options;
		const leave = await this.#gate.enter();
		let begun: Begun | undefined;
		try {
			if (this.#stopping.signal.aborted) return "left";
			begun = await this.#insist(() => intake.begin(id));
			if (!begun) return "over";
			if (!begun.interrupted) return await this.#work(begun, id, worker);
		} finally {
			leave();
		}
		const leaveAlone = await this.#gate.enterAlone();
		try {
			return await this.#workAlone(begun, id, worker);
		} finally {
			leaveAlone();
		}
	}

	async #workAlone(begun: Begun, id: string, worker: Worker): Promise<Ending> {
		if (this.#stopping.signal.aborted) return "left";
		const times = await this.#insist(() => this.#options.intake.beginAlone(id));
		if (times === undefined) return await this.#clearUp(begun.event, id, worker);
		if (times > MAX_ALONE) return await this.#abandon(begun.event, id, worker, times <= 2 * MAX_ALONE);
		return await this.#work(begun, id, worker);
	}

	async #work({ event, attempt, interrupted, receivedAt }: Begun, id: string, worker: Worker): Promise<Ending> {
		const { intake, now, log, retry, onTaken } = this.#options;
		if (attempt === 1 && !interrupted) onTaken?.(event.kind, Math.max(0, now().getTime() - receivedAt.getTime()));
		try {
			await worker.work(event, { attempt, last: attempt >= MAX_ATTEMPTS });
		} catch (error) {
			if (isFinal(error, attempt)) {
				const refused = isRefusal(error);
				if (!refused) log?.error({ err: error, id, attempt }, "an event failed for good");
				return await this.#settle(event, id, refused ? "refused" : "failed", worker);
			}
			log?.warn({ err: error, id, attempt }, "an attempt failed and is repeated");
			if (!(await this.#insist(() => intake.ended(id)))) return await this.#clearUp(event, id, worker);
			return { retryInMs: retryDelay(attempt, retry?.base ?? 1000, (retry?.random ?? Math.random)()) };
		}
		return await this.#settle(event, id, "done", worker);
	}

	async #settle(event: ChatEvent, id: string, outcome: Outcome, worker: Worker): Promise<"over"> {
		const { intake, now } = this.#options;
		if (!(await this.#insist(() => intake.settle(id, outcome, now())))) await this.#clearUp(event, id, worker);
		return "over";
	}

	/** Of what isn't owed any more: another process may have settled it, or it was deleted. */
	async #clearUp(event: ChatEvent, id: string, worker: Worker): Promise<"over"> {
		if (await this.#insist(() => this.#options.intake.isGone(id))) await worker.deleted?.(event);
		return "over";
	}

	/** @param tell false once that has ended the process as often as the work has */
	async #abandon(event: ChatEvent, id: string, worker: Worker, tell: boolean): Promise<"over"> {
		const { intake, now, log } = this.#options;
		log?.error({ id }, "an event ended its process twice while nothing else was under way, and is given up");
		try {
			if (tell) await worker.abandon?.(event);
		} catch (error) {
			log?.error({ err: error, id }, "nobody could be told that an event was given up");
		}
		await this.#insist(() => intake.settle(id, "failed", now()));
		return "over";
	}

	/** Asks the store until it answers: how an attempt ended must not be lost, and without the store none can begin. */
	async #insist<T>(ask: () => Promise<T>): Promise<T> {
		const { log, retry } = this.#options;
		for (let tries = 0; ; tries++) {
			try {
				return await ask();
			} catch (error) {
				if (this.#stopping.signal.aborted) throw error;
				if (tries === 0) log?.warn({ err: error }, "the store failed, and is asked until it answers");
				await setTimeout(retry?.base ?? 1000, undefined, { signal: this.#stopping.signal }).catch(() => {});
			}
		}
	}
}
