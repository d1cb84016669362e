/** Reads an image once and keeps what is known of it: its embedding and its fingerprints, never its bytes. */
import type { Embedding } from "../classify/types.ts";
import { imageErrors, UserError } from "../errors.ts";
import { fingerprint } from "../images/fingerprint.ts";
import type { Services } from "../services.ts";
import type { StoredImage } from "../store/images.ts";
import { portOf } from "./reply-once.ts";

/** An image whose embedding is the current model's. */
export type ReadImage = StoredImage & { embedding: Embedding; modelId: string };

/**
 * What is read is kept with the image's row, which only one that is known, or new with this event (`unrecorded`), has.
 * @returns the image with what is known of it; nothing is fetched if that was known before
 * @throws UserError `image.*`; what is wrong with the image is kept with it
 */
export async function readImage(image: StoredImage, services: Services): Promise<ReadImage> {
	const { store, classifier } = services;
	if (isRead(image, classifier.model.id)) return image;
	// What it did to the program, it would do again.
	if (image.problem === imageErrors.deadly().sentence) throw imageErrors.deadly();
	try {
		const bytes = await portOf(image, services).readAttachment(image.attachment, image);
		const [embedding, prints] = await Promise.all([classifier.embedImage(bytes), fingerprint(bytes)]);
		const read = { ...image, ...prints, embedding, modelId: classifier.model.id, problem: null };
		await store.images.keep(read);
		return read;
	} catch (error) {
		if (error instanceof UserError) await store.images.keep({ ...image, problem: error.sentence });
		throw error;
	}
}

/** The same, with the error in place of an image that can't be read: one loses no other. */
export async function tryToRead(image: StoredImage, services: Services): Promise<ReadImage | UserError> {
	try {
		return await readImage(image, services);
	} catch (error) {
		if (error instanceof UserError) return error;
		throw error;
	}
}

/** Without fingerprints it was read by a version that took none. */
function isRead(image: StoredImage, modelId: string): image is ReadImage {
	return image.embedding !== null && image.modelId === modelId && image.sha256 !== null;
}
