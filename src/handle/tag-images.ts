/** Tags the images of a message: what each shows by the channel's labels, written down once and said once. */
import type { ImagesPostedEvent } from "../chat/event.ts";
import { shownLabels } from "../classify/verdict.ts";
import { UserError } from "../errors.ts";
import type { Services } from "../services.ts";
import type { Settings } from "../store/channel-settings.ts";
import type { StoredImage } from "../store/images.ts";
import type { Tag } from "../store/tags.ts";
import { type ChannelLabels, channelLabels } from "./channel-labels.ts";
import { type ReadImage, tryToRead } from "./read-image.ts";
import { refreshReply } from "./refresh-reply.ts";
import { replyOnce } from "./reply-once.ts";
import { scoreRows } from "./score-rows.ts";
import { saysItself } from "./tag-reactions.ts";
import { tagView } from "./tag-view.ts";

/** Scores that are kept of an image. */
const KEPT_SCORES = 10;

/**
 * @param mode quiet: a reaction says it, and a reply only where it is unsure
 * @returns how many images were tagged; 0 too if the channel has no labels
 */
export async function tagImages(
	event: ImagesPostedEvent,
	mode: Exclude<Settings["autotag"], "off">,
	services: Services,
): Promise<number> {
	const { store } = services;
	const [labels, images] = await Promise.all([
		channelLabels(event, services),
		store.images.ofMessage(event, event.message).then((found) => readAll(found, services)),
	]);
	if (!labels) return 0;
	const readable = images.filter((image): image is ReadImage => !(image instanceof UserError));
	const tags = await Promise.all(readable.map((image) => tagImage(image, labels, services)));
	const before = await store.votes.revisions(event, event.message);
	const view = await tagView(event, services);
	// Every image was deleted meanwhile.
	if (!view) return 0;

	const isQuiet = mode === "quiet" && readable.length === images.length && tags.every((tag) => !tag || saysItself(tag));
	const posted = !isQuiet && (await replyOnce(event, "autotag", view, services));
	// A vote that came while this was on its way found nothing to be shown in; nor did one since the post of an attempt
	// that was interrupted.
	const voted = (await store.votes.revisions(event, event.message)) !== before;
	if (!posted || voted) await refreshReply(event, services);
	return readable.length;
}

function readAll(images: readonly StoredImage[], services: Services): Promise<(ReadImage | UserError)[]> {
	return Promise.all(images.map((image) => tryToRead(image, services)));
}

/** @returns the tags that stand: these, or those of an earlier time; undefined if the image was deleted meanwhile */
async function tagImage(image: ReadImage, labels: ChannelLabels, services: Services): Promise<Tag | undefined> {
	const { store, classifier, now } = services;
	const { stored, labelSet } = labels;
	const [answer, first] = await Promise.all([
		classifier.classify(image.embedding, labelSet),
		store.search.firstSeen(image),
	]);
	const { platform, workspace, channel, message, number } = image;
	return await store.tags.keep({
		platform,
		workspace,
		channel,
		message,
		number,
		version: stored.version,
		modelId: image.modelId,
		scores: scoreRows(answer.scores.slice(0, KEPT_SCORES)),
		none: answer.none,
		shown: shownLabels(answer, stored.mode, stored.threshold) ?? null,
		examples: labelSet.learned?.examples ?? 0,
		taggedAt: now(),
		firstSeen: first ? { message: first.message, postedAt: first.postedAt.toISOString() } : null,
	});
}
