/** Images that someone posted: noted and read, so that later commands can mean and find them, and tagged where that is on. */
import type { ImagesPostedEvent } from "../chat/event.ts";
import type { Services } from "../services.ts";
import { tryToRead } from "./read-image.ts";
import { tagImages } from "./tag-images.ts";

export async function postedImages(event: ImagesPostedEvent, services: Services): Promise<void> {
	const { store } = services;
	// Delivered late, or once more: by now nothing of it may be kept.
	if (await store.intake.isDeleted(event, event.message)) return;
	const [settings] = await Promise.all([store.settings.of(event), store.images.record(event)]);
	if (settings.autotag !== "off" && (!event.actor.isBot || settings.bots)) {
		await tagImages(event, settings.autotag, services);
		return;
	}
	const images = await store.images.ofMessage(event, event.message);
	await Promise.all(images.map((image) => tryToRead(image, services)));
}
