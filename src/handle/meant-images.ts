/** Which images a command means (design section 5). */
import type { CommandEvent } from "../chat/event.ts";
import type { Embedding } from "../classify/types.ts";
import { commandErrors } from "../errors.ts";
import type { Services } from "../services.ts";
import { imagesOf, type StoredImage } from "../store/images.ts";
import { readImage } from "./read-image.ts";
import { portOf } from "./reply-once.ts";

/** An image that a command means, and how to come by its embedding. */
export interface MeantImage {
	image: StoredImage;
	/** A unit vector of the current model. @throws UserError `image.*` */
	embed(): Promise<Embedding>;
}

/**
 * In order: the command's own attachments, the message it was called on, the latest images seen in this thread or channel.
 * @throws UserError `command.no-image`
 */
export async function meantImages(event: CommandEvent, services: Services): Promise<MeantImage[]> {
	const images = await find(event, services);
	if (images.length === 0) throw commandErrors.noImage(await portOf(event, services).hindrance?.(event, "seeing"));
	return images.map((image) => ({ image, embed: async () => (await readImage(image, services)).embedding }));
}

async function find(event: CommandEvent, { store }: Services): Promise<StoredImage[]> {
	const { attachments, target } = event;
	// A command's own images are as new as the command: there is nothing to look up. Those handed over with one that is no
	// message were shown to nobody, stand nowhere, and can't be deleted: nobody is to find them.
	if (attachments.length > 0) {
		const { message } = event;
		return message === undefined
			? imagesOf({ ...event, message: event.key }).map(unnoted)
			: imagesOf({ ...event, message });
	}
	if (!target || target.attachments.length === 0) return store.images.latest(event, event.thread);
	const known = await store.images.ofMessage(event, target.message);
	if (known.length > 0) return known;
	// Whose they are isn't said, and they may have been forgotten, or deleted by now: they are read, and never noted.
	return imagesOf({ ...event, ...target }).map(unnoted);
}

/** An image that is read, and of which nothing is written down. */
function unnoted({ unrecorded, ...image }: StoredImage): StoredImage {
	return image;
}
