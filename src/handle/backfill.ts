/** `/autotag last N`: tags a channel's history, one message at a time, behind everything else, and says how far it is. */
import type { BackfillEvent, CommandEvent, ImagesPostedEvent, PostedImages } from "../chat/event.ts";
import type { View } from "../chat/view.ts";
import type { Services } from "../services.ts";
import { enqueue } from "./enqueue.ts";
import { portOf } from "./reply-once.ts";
import { tagImages } from "./tag-images.ts";

/** Messages between two words about the progress. */
const TOLD_EVERY = 5;

/** @param total messages with images, at most */
export async function startBackfill(event: CommandEvent, total: number, services: Services): Promise<void> {
	const { key, message = key, kind: _, ...place } = event;
	const { platform, workspace, channel, actor, time } = place;
	const start = { platform, workspace, channel, actor, time, kind: "backfill" as const };
	await enqueue({ ...start, key: `${key}~0`, request: { key, message }, seen: 0, tagged: 0, total }, services);
}

/** One message; the next is written down before this one counts as done, so that no crash ends the walk. */
export async function backfill(event: BackfillEvent, services: Services): Promise<void> {
	const { seen, total } = event;
	const posted = seen < total ? await olderThan(event, services) : undefined;
	if (!posted) {
		// The command's own answer may still be on its way: then this step is tried again.
		if (!(await tell(event, endView(event), services))) throw new Error("there is no answer yet to say the end in");
		return;
	}
	const tagged = event.tagged + ((await tagPosted(posted, event, services)) > 0 ? 1 : 0);
	const next = {
		...event,
		key: `${event.request.key}~${seen + 1}`,
		before: posted.message,
		seen: seen + 1,
		tagged,
	};
	if (next.seen % TOLD_EVERY === 0) await tell(next, progressView(next), services);
	await enqueue(next, services);
}

/** The next older message with images, as the platform knows it, or as the bot has seen it. */
async function olderThan(event: BackfillEvent, services: Services): Promise<PostedImages | undefined> {
	const port = portOf(event, services);
	const { images } = services.store;
	const [older] = await (port.history?.(event, event.before, 1) ?? images.history(event, event.before, 1));
	return older;
}

/** @returns how many of its images were tagged now */
async function tagPosted(posted: PostedImages, event: BackfillEvent, services: Services): Promise<number> {
	const { store } = services;
	const settings = await store.settings.of(event);
	if (posted.actor.isBot && !settings.bots) return 0;
	if ((await store.tags.ofMessage(posted, posted.message)).size > 0) return 0;
	await store.images.record(posted);
	const images: ImagesPostedEvent = { ...posted, kind: "images-posted", key: event.key };
	return await tagImages(images, settings.autotag === "quiet" ? "quiet" : "on", services);
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

function endView({ seen, tagged }: BackfillEvent): View {
	const rest = seen - tagged;
	const others =
		rest > 0 ? ` ${messages(rest)} ${rest === 1 ? "was" : "were"} tagged before, or couldn't be read.` : "";
	return { blocks: [{ kind: "text", text: [`Done: tagged the images of ${messages(tagged)}.${others}`] }] };
}
