/** `/autotag last N`: tags a channel's history, one message at a time, behind everything else, and says how far it is. */
import {
	type BackfillEvent,
	type CommandEvent,
	type ImagesPostedEvent,
	jobId,
	type PostedImages,
} from "../chat/event.ts";
import type { RichText, View } from "../chat/view.ts";
import { UserError } from "../errors.ts";
import type { Services } from "../services.ts";
import { enqueueNext } from "./enqueue.ts";
import { portOf } from "./reply-once.ts";
import { tagImages } from "./tag-images.ts";

/** Messages between two words about the progress. */
const TOLD_EVERY = 5;

/** @param total messages with images, at most */
export async function startBackfill(event: CommandEvent, total: number, services: Services): Promise<void> {
	const { key, message = key, kind: _, ...place } = event;
	const { platform, workspace, channel, actor } = place;
	// By the clock that tags are made by: what is tagged from here on is this walk's own.
	const time = services.now().toISOString();
	const start = { platform, workspace, channel, actor, time, kind: "backfill" as const };
	const request = { key, message };
	await enqueueNext(event, { ...start, key: `${key}~0`, request, seen: 0, tagged: 0, total }, services);
}

/**
 * One message; the next is written down before this one counts as done, so that no crash ends the walk. It ends when the
 * command's message is deleted, its person forgotten, or the channel left: each takes the step that is under way along.
 */
export async function backfill(event: BackfillEvent, services: Services): Promise<void> {
	const { seen, total } = event;
	const posted = seen < total ? await olderThan(event, services) : undefined;
	if (!posted) {
		if (await tell(event, endView(event), services)) return;
		if (await services.store.intake.isGone(jobId(event))) return;
		// The command's own answer is still on its way: this step is tried again.
		throw new Error("there is no answer yet to say the end in");
	}
	const tagged = event.tagged + ((await tagPosted(posted, event, services)) > 0 ? 1 : 0);
	const next = {
		...event,
		key: `${event.request.key}~${seen + 1}`,
		before: { message: posted.message, time: posted.time },
		seen: seen + 1,
		tagged,
	};
	if (next.seen % TOLD_EVERY === 0) await tell(next, progressView(next), services);
	await enqueueNext(event, next, services);
}

/** A step failed for good: the command's answer says how far the walk came. Where there is no answer, nobody waits. */
export async function backfillStopped(event: BackfillEvent, services: Services): Promise<void> {
	try {
		await tell(event, stoppedView(event), services);
	} catch (error) {
		services.log.warn({ err: error, key: event.key }, "that the tagging of earlier images stopped could not be told");
	}
}

/** The next older message with images, as the platform knows it, or as the bot has seen it. */
async function olderThan(event: BackfillEvent, services: Services): Promise<PostedImages | undefined> {
	const port = portOf(event, services);
	const { before } = event;
	const [older] = port.history
		? await port.history(event, before?.message, 1)
		: await services.store.images.history(event, before, 1);
	return older;
}

/** @returns how many of its images were tagged now */
async function tagPosted(posted: PostedImages, event: BackfillEvent, services: Services): Promise<number> {
	const { store } = services;
	const settings = await store.settings.of(event);
	if (posted.actor.isBot && !settings.bots) return 0;
	if (await store.intake.isDeleted(posted, posted.message)) return 0;
	// Tags since the walk began are an earlier attempt's at this step, whose reply may be missing.
	const tags = [...(await store.tags.ofMessage(posted, posted.message)).values()];
	if (tags.some(({ taggedAt }) => taggedAt.getTime() < Date.parse(event.time))) return 0;
	// What comes from the store is there, or was deleted since.
	const fromPlatform = portOf(event, services).history !== undefined;
	if (fromPlatform && !(await store.images.recordFor(jobId(event), posted))) return 0;
	const images: ImagesPostedEvent = { ...posted, kind: "images-posted", key: event.key };
	try {
		return await tagImages(images, settings.autotag === "quiet" ? "quiet" : "on", services);
	} catch (error) {
		// A message that can't be answered, such as one in a locked thread, ends no walk.
		if (!(error instanceof UserError)) throw error;
		services.log.warn({ err: error, key: event.key }, "an earlier message could not be tagged");
		return 0;
	} finally {
		await clearUp(posted, services);
	}
}

/** The message, or its channel, went while it was looked at: nothing of it stays. */
async function clearUp(posted: PostedImages, { store }: Services): Promise<void> {
	const { message } = posted;
	const isGone =
		(await store.intake.isDeleted(posted, message)) || (await store.images.ofMessage(posted, message)).length === 0;
	if (isGone) await store.forget.message(posted, message);
}

/** @returns false if the command's answer isn't posted (yet) */
async function tell(event: BackfillEvent, view: View, services: Services): Promise<boolean> {
	const { request } = event;
	const posted = await services.store.replies.posted({ ...event, message: request.message, purpose: request.key });
	if (posted) await portOf(event, services).edit({ ...event, message: posted }, view);
	return posted !== undefined;
}

const messages = (count: number) => `${count.toLocaleString("en")} message${count === 1 ? "" : "s"}`;

function progressView({ seen, tagged, total }: BackfillEvent): View {
	return {
		blocks: [
			{ kind: "text", text: [`Tagging earlier images: ${seen} of ${messages(total)} looked at, ${tagged} tagged.`] },
		],
	};
}

function stoppedView({ seen, tagged, total }: BackfillEvent): View {
	const text = `Stopped at ${seen.toLocaleString("en")} of ${messages(total)}, ${tagged.toLocaleString("en")} tagged: something went wrong on my side, and trying again didn't help. The operator's log says what. `;
	const again: RichText = [{ code: "/autotag last" }, " begins anew, and leaves what is tagged."];
	return { blocks: [{ kind: "error", text: [text, ...again] }] };
}

function endView({ seen, tagged }: BackfillEvent): View {
	const rest = seen - tagged;
	const others =
		rest > 0 ? ` ${messages(rest)} ${rest === 1 ? "was" : "were"} tagged before, or couldn't be read.` : "";
	return { blocks: [{ kind: "text", text: [`Done: tagged the images of ${messages(tagged)}.${others}`] }] };
}
