/** Whose turn it is: by what waits for it, then fair between workspaces. */
import { type ChatEvent, jobId } from "../chat/event.ts";
import type { OwedEvent } from "../store/intake.ts";

/** What someone waits for has slots of its own, which no number of posted images fills. */
export type Lane = "asked" | "posted";
export const lanes: readonly Lane[] = ["asked", "posted"];

/** A job as the queue knows it: what was said stays in the intake. */
export type JobRef = OwedEvent;

export function refOf(event: ChatEvent): JobRef {
	const { platform, workspace, kind, trace } = event;
	return { id: jobId(event), platform, workspace, kind, trace: trace ?? null };
}

/** Places for one kind: more than that outstanding in a workspace share the last. */
const ROOM = 2 ** 19;

/**
 * Someone waits for the answer to a command; images that are posted can wait for it, a channel's history for all, and
 * what is merely shown anew for that.
 */
const ranks: Record<string, number> = { "images-posted": 1, backfill: 2, refresh: 3 };
const rankOf = (kind: string) => ranks[kind] ?? 0;

export function laneOf(kind: string): Lane {
	return rankOf(kind) === 0 ? "asked" : "posted";
}

/**
 * The more a workspace has outstanding, the further back its next job stands: a flood of one doesn't hold up another.
 * @param outstanding jobs of the same workspace and lane that are not done
 * @returns smaller is sooner; from 1 to 2^21 - 1, the priorities of BullMQ
 */
export function placeInLine(kind: string, outstanding: number): number {
	return 1 + rankOf(kind) * ROOM + Math.min(Math.max(outstanding, 0), ROOM - 2);
}

/** Whose outstanding jobs are counted together. */
export function workspaceOf({ platform, workspace }: Pick<JobRef, "platform" | "workspace">): string {
	return `${platform}/${workspace}`;
}
