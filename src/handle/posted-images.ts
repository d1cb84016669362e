/** Images that someone posted without a command: noted, so that a later command can mean them. */
import type { ImagesPostedEvent } from "../chat/event.ts";
import type { Services } from "../services.ts";

export async function postedImages(event: ImagesPostedEvent, { store }: Services): Promise<void> {
	await store.images.record(event);
}
