/** Searching for `/similar` and `/find`: where it looks, and how what was found is shown. */
import { z } from "zod";
import type { CommandEvent } from "../src/chat/event.ts";
import type { GalleryItem, RichText, View } from "../src/chat/view.ts";
import type { Embedding } from "../src/classify/types.ts";
import { portOf } from "../src/handle/reply-once.ts";
import type { Services } from "../src/services.ts";
import type { ImageKey } from "../src/store/images.ts";
import type { Found } from "../src/store/search.ts";

const wrongTop = { error: "it must be a number from 1 to 10" };

/** The options of both commands. */
export const searchOptions = {
	in: z
		.enum(["here", "everywhere"])
		.default("here")
		.describe("here: this channel; everywhere: all channels that you can read"),
	top: z.coerce
		.number(wrongTop)
		.int(wrongTop)
		.min(1, wrongTop)
		.max(10, wrongTop)
		.default(5)
		.describe("How many to show, 1 to 10; 5 if you don't say"),
};

export interface SearchOptions {
	in: "here" | "everywhere";
	top: number;
}

/** The nearest images that the asker may see, read by the current model. @param except is left out */
export async function search(
	to: Embedding,
	options: SearchOptions,
	event: CommandEvent,
	services: Services,
	except?: ImageKey,
): Promise<Found[]> {
	const { store, classifier } = services;
	const { platform, workspace, channel, actor } = event;
	const readable = options.in === "here" ? [] : await portOf(event, services).readable(actor, { platform, workspace });
	// Whoever asks there reads it, though it may be shown nowhere else.
	const channels = [channel, ...readable];
	const scope = { platform, workspace, channels, modelId: classifier.model.id };
	return await store.search.nearest(scope, to, options.top, except);
}

/**
 * Ephemeral: what one person may see everywhere, others in this channel may not.
 * @param said what was looked for
 * @param weak whether even the best is nothing like it
 */
export async function foundView(
	found: readonly Found[],
	said: RichText,
	weak: boolean,
	options: SearchOptions,
	event: CommandEvent,
	services: Services,
): Promise<View> {
	const note = [
		...(found.length === 0 ? [] : ["Ordered by similarity, the nearest first."]),
		...(weak ? ["None comes close: these are merely the nearest I know."] : []),
		...(await leftOut(options, event, services)),
	].join(" ");
	const where = options.in === "here" ? "in this channel" : "in the channels that you can read";
	return {
		ephemeral: true,
		blocks: [
			{ kind: "text", text: found.length > 0 ? said : [...said, ` I know no such image ${where}.`] },
			...(found.length > 0 ? [{ kind: "gallery" as const, items: found.map(galleryItem) }] : []),
			...(note ? [{ kind: "note" as const, text: [note] }] : []),
		],
	};
}

function galleryItem({ image }: Found, index: number): GalleryItem {
	const { platform, workspace, channel, message, attachment, author, postedAt } = image;
	return {
		attachment,
		message: { platform, workspace, channel, message },
		caption: [{ strong: `${index + 1}` }, " · ", { person: author }, ` · ${day(postedAt)}`],
	};
}

/** `2 January 2026`, UTC. */
function day(date: Date): string {
	return date.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
}

/** Images of this channel that the current model has not read: they could not be found. */
async function leftOut(
	options: SearchOptions,
	event: CommandEvent,
	{ store, classifier }: Services,
): Promise<string[]> {
	if (options.in !== "here") return [];
	const waiting = await store.export.waiting(event, classifier.model.id);
	if (waiting === 0) return [];
	const images = waiting === 1 ? "1 image" : `${waiting.toLocaleString("en")} images`;
	return [`${images} here could not be compared: not yet read by the model in use.`];
}
