/** An event ended its process twice with nothing else under way in it: it isn't tried again, and whoever waits is told. */
import type { ChatEvent, ImagesPostedEvent } from "../chat/event.ts";
import { imageErrors } from "../errors.ts";
import type { Services } from "../services.ts";
import { backfillStopped } from "./backfill.ts";
import { postedImages } from "./posted-images.ts";
import { portOf } from "./reply-once.ts";
import { isAsked, tellFailure } from "./tell.ts";

export async function abandoned(event: ChatEvent, services: Services): Promise<void> {
	if (isAsked(event)) await tellFailure(event, imageErrors.deadly(), services);
	if (event.kind === "backfill") await backfillStopped(event, services);
	if (event.kind === "images-posted") await answerWithout(event, services);
	await portOf(event, services).settled(event);
}

/** The images that were not read by then are marked, and read never again; the others of the message get their tags. */
async function answerWithout(event: ImagesPostedEvent, services: Services): Promise<void> {
	const { store } = services;
	await store.images.record(event);
	const images = await store.images.ofMessage(event, event.message);
	const unread = images.filter(({ embedding }) => embedding === null);
	await Promise.all(unread.map((image) => store.images.keep({ ...image, problem: imageErrors.deadly().sentence })));
	await postedImages(event, services);
}
