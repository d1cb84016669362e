/** One row an image seen: where it is, whose it is and, once encoded, its embedding. Never its bytes. */
import { and, asc, desc, eq, isNull, or } from "drizzle-orm";
import type { ChannelRef, ImagesPostedEvent } from "../chat/event.ts";
import type { Embedding } from "../classify/types.ts";
import type { Database } from "./database.ts";
import { aboutMessage, inChannel } from "./in-channel.ts";
import { images } from "./schema.ts";

/** `number` counts the images of a message, from 0. `embedding` and `modelId` are null until it was encoded. */
export type StoredImage = typeof images.$inferSelect;
/** Which image of which message. */
export type ImageKey = ChannelRef & Pick<StoredImage, "message" | "number">;
/** A message with images, posted for themselves or with a command. */
export type PostedImages = Omit<ImagesPostedEvent, "kind" | "key">;

export type Images = ReturnType<typeof createImages>;

export function createImages(db: Database) {
	return {
		/**
		 * Notes the images of a message. Those noted before are left as they are, embedding included.
		 * @returns the message's images in their order
		 */
		async record(posted: PostedImages): Promise<StoredImage[]> {
			const { platform, workspace, channel, thread, message, actor, time } = posted;
			const rows = posted.attachments.map(({ id, url, name }, number) => ({
				platform,
				workspace,
				channel,
				thread,
				message,
				number,
				attachment: { id, url, name },
				author: actor.id,
				postedAt: new Date(time),
			}));
			const added = await db.insert(images).values(rows).onConflictDoNothing().returning();
			return added.length === rows.length ? added : await this.ofMessage(posted, message);
		},

		/** Keeps an image's embedding; nothing happens if the image was deleted meanwhile. */
		async setEmbedding(key: ImageKey, embedding: Embedding, modelId: string): Promise<void> {
			await db
				.update(images)
				.set({ embedding, modelId })
				.where(and(aboutMessage(images, key, key.message), eq(images.number, key.number)));
		},

		/**
		 * The images of the latest message that has any, in their order; none: an empty list.
		 * @param thread in this thread, the message it hangs from included; without: in the channel, outside of threads
		 */
		async latest(channel: ChannelRef, thread?: string): Promise<StoredImage[]> {
			const place =
				thread === undefined ? isNull(images.thread) : or(eq(images.thread, thread), eq(images.message, thread));
			const [newest] = await db
				.select({ message: images.message })
				.from(images)
				.where(and(inChannel(images, channel), place))
				.orderBy(desc(images.postedAt), desc(images.message))
				.limit(1);
			return newest ? await this.ofMessage(channel, newest.message) : [];
		},

		/** A message's images in their order. */
		async ofMessage(channel: ChannelRef, message: string): Promise<StoredImage[]> {
			return await db
				.select()
				.from(images)
				.where(aboutMessage(images, channel, message))
				.orderBy(asc(images.number));
		},

		async deleteMessage(channel: ChannelRef, message: string): Promise<void> {
			await db.delete(images).where(aboutMessage(images, channel, message));
		},
	};
}
