/** What the bot does with an event. The same in both shapes of the program; only the services differ (design section 1). */

import type { ChatEvent } from "../chat/event.ts";
import { isRefusal } from "../errors.ts";
import { type Attempt, GivenUp, TELL_AFTER, type Worker } from "../jobs/jobs.ts";
import type { Services } from "../services.ts";
import { isStoreAway } from "../store/store-away.ts";
import { abandoned } from "./abandoned.ts";
import { backfill, backfillStopped } from "./backfill.ts";
import { choice } from "./choices.ts";
import { deletedMeanwhile, deletedMessage } from "./deleted-message.ts";
import { postedImages } from "./posted-images.ts";
import { refreshReply } from "./refresh-reply.ts";
import { portOf } from "./reply-once.ts";
import { runCommand } from "./run-command.ts";
import { isAsked, tellFailure } from "./tell.ts";
import { traced } from "./traced.ts";
import { voteByReaction } from "./votes.ts";

/** @throws UserError if the person has to be told; any other error may heal by trying again */
export function handle(event: ChatEvent, services: Services): Promise<void> {
	switch (event.kind) {
		case "command":
			return runCommand(event, services);
		case "images-posted":
			return postedImages(event, services);
		case "message-deleted":
			return deletedMessage(event, services);
		case "reaction":
			return voteByReaction(event, services);
		case "choice":
			return choice(event, services);
		case "backfill":
			return backfill(event, services);
		case "refresh":
			return refreshReply(event, services);
		case "channel-left":
			return services.store.forget.channel(event);
		case "workspace-left":
			return services.store.forget.workspace(event);
	}
}

/**
 * Handles an event as a job: when it fails for good, or too often for someone who waits, that person is told in words, and
 * the platform learns that nothing more is coming.
 * @throws what `handle` threw, for the queue to retry or to write down; GivenUp, once someone who waits was told
 */
export async function work(event: ChatEvent, { attempt, last }: Attempt, shared: Services): Promise<void> {
	const services = traced(event, shared);
	const { log, metrics } = services;
	const stop = metrics.jobSeconds.startTimer({ kind: event.kind });
	let settled = true;
	try {
		await handle(event, services);
		metrics.jobs.inc({ outcome: "done" });
		log.info({ seconds: stop() }, "done");
	} catch (error) {
		const refused = isRefusal(error);
		const asked = isAsked(event) && event;
		const isOver = refused || ((last || (asked && attempt >= TELL_AFTER)) && !isStoreAway(error));
		// Whom the platform lets nobody tell now is told later, while there are attempts.
		settled = isOver && (!asked || (await tellFailure(asked, error, services)) || last);
		if (settled) {
			metrics.jobs.inc({ outcome: refused ? "refused" : "failed" });
			if (event.kind === "backfill") await backfillStopped(event, services);
		}
		const seconds = stop();
		if (refused) log.info({ code: error.code, seconds }, "refused");
		else log.error({ err: error, last, seconds }, "an event could not be handled");
		if (isOver && !settled) throw new Error("whoever waits could not be told yet", { cause: error });
		throw settled && !refused ? new GivenUp("whoever waits was told", { cause: error }) : error;
	} finally {
		if (settled) await portOf(event, services).settled(event);
	}
}

/** The work of a queue's worker, a job at a time. */
export function workerOf(services: Services): Worker {
	return {
		work: (event, attempt) => work(event, attempt, services),
		deleted: (event) => deletedMeanwhile(event, traced(event, services)),
		abandon: (event) => abandoned(event, traced(event, services)),
	};
}
