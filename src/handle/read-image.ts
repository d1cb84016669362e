/** Reads an image once and keeps what is known of it: its embedding and its fingerprints, never its bytes. */
import type { Embedding } from "../classify/types.ts";
import { imageErrors, isRefusal, type UserError } from "../errors.ts";
import type { Fingerprint } from "../images/fingerprint.ts";
import type { Place } from "../micro-batcher.ts";
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
export async function readImage(image: StoredImage, services: Services, place: Place = "first"): Promise<ReadImage> {
	const { store, classifier } = services;
	if (isRead(image, classifier.model.id)) return image;
	// What it did to the program, it would do again.
	if (image.problem === imageErrors.deadly().sentence) throw imageErrors.deadly();
	try {
		const bytes = await portOf(image, services).readAttachment(image.attachment, image);
		const [embedding, prints] = await Promise.all([classifier.embedImage(bytes, place), fingerprintOf(bytes)]);
		const read = { ...image, ...prints, embedding, modelId: classifier.model.id, problem: null };
		await store.images.keep(read);
		return read;
	} catch (error) {
		if (isRefusal(error)) await store.images.keep({ ...image, problem: error.sentence });
		throw error;
	}
}

/** sharp is loaded only here: a front, which answers commands at once and reads no image, has none. */
async function fingerprintOf(bytes: Uint8Array): Promise<Fingerprint> {
	const [{ fingerprint }, { inTurn }] = await Promise.all([
		import("../images/fingerprint.ts"),
		import("../images/decode.ts"),
	]);
	return await inTurn(() => fingerprint(bytes));
}

/** The same of an image that was merely posted, with the error in place of an image that can't be read: one loses no other. */
export async function tryToRead(image: StoredImage, services: Services): Promise<ReadImage | UserError> {
	try {
		return await readImage(image, services, "last");
	} catch (error) {
		if (isRefusal(error)) return error;
		throw error;
	}
}

/** Without fingerprints it was read by a version that took none. */
function isRead(image: StoredImage, modelId: string): image is ReadImage {
	return image.embedding !== null && image.modelId === modelId && image.sha256 !== null;
}
