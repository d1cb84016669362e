/** Which images a command means (design section 5). */
import type { Attachment, CommandEvent } from "../chat/event.ts";
import type { Embedding } from "../classify/types.ts";
import { commandErrors } from "../errors.ts";
import type { Services } from "../services.ts";
import type { PostedImages } from "../store/images.ts";
import { portOf } from "./reply-once.ts";

/** An image that a command means, and how to come by its embedding. */
export interface MeantImage {
	attachment: Pick<Attachment, "id" | "url" | "name">;
	/** A unit vector of the current model. @throws UserError `image.*` */
	embed(): Promise<Embedding>;
}

/**
 * In order: the command's own attachments, the message it was called on, the latest images seen in this thread or channel.
 * @throws UserError `command.no-image`
 */
export async function meantImages(event: CommandEvent, services: Services): Promise<MeantImage[]> {
	const { store, classifier } = services;
	const posted = postedWith(event);
	const rows = posted ? await store.images.record(posted) : await store.images.latest(event, event.thread);
	if (rows.length === 0) throw commandErrors.noImage();

	return rows.map((row) => ({
		attachment: row.attachment,
		async embed() {
			if (row.embedding && row.modelId === classifier.model.id) return row.embedding;
			const bytes = await portOf(event, services).readAttachment(row.attachment, event);
			const embedding = await classifier.embedImage(bytes);
			await store.images.setEmbedding(row, embedding, classifier.model.id);
			return embedding;
		},
	}));
}

/** The message whose images the command brings along or was called on. */
function postedWith(event: CommandEvent): PostedImages | undefined {
	const { attachments, target } = event;
	if (attachments.length > 0) return { ...event, message: event.message ?? event.key };
	return target && target.attachments.length > 0 ? { ...event, ...target } : undefined;
}
