/** One row an image seen: where it is, whose it is and, once encoded, its embedding. Never its bytes. */
import { and, asc, desc, eq, isNull, or, sql } from "drizzle-orm";
import type { ChannelRef, ImagesPostedEvent } from "../chat/event.ts";
import type { Embedding } from "../classify/types.ts";
import { coalesce } from "./coalesce.ts";
import type { Database } from "./database.ts";
import { aboutMessage, inChannel } from "./in-channel.ts";
import { images } from "./schema.ts";

/** `number` counts the images of a message, from 0. `embedding` and `modelId` are null until it was encoded. */
export type StoredImage = typeof images.$inferSelect;
/** Which image of which message. */
export type ImageKey = ChannelRef & Pick<StoredImage, "message" | "number">;
/** A message with images, posted for themselves or with a command. */
export type PostedImages = Omit<ImagesPostedEvent, "kind" | "key">;

/** An image with its embedding, ready to be kept. */
type EmbeddedImage = StoredImage & { embedding: Embedding; modelId: string };

export type Images = ReturnType<typeof createImages>;

export function createImages(db: Database) {
	const keeping = coalesce(async (rows: EmbeddedImage[]) => {
		// One statement may touch a row only once: the last wins.
		const unique = new Map(rows.map((row) => [JSON.stringify(keyOf(row)), row]));
		const { platform, workspace, channel, message, number } = images;
		await db
			.insert(images)
			.values([...unique.values()])
			.onConflictDoUpdate({
				target: [platform, workspace, channel, message, number],
				set: { embedding: sql`excluded.embedding`, modelId: sql`excluded.model_id` },
			});
		return rows.map(() => true);
	});

	return {
		/** Notes the images of a message, for later. Those noted before are left as they are, embedding included. */
		async record(posted: PostedImages): Promise<void> {
			await db.insert(images).values(imagesOf(posted)).onConflictDoNothing();
		},

		/** Keeps an image with its embedding. */
		async keep(image: StoredImage, embedding: Embedding, modelId: string): Promise<void> {
			await keeping.submit({ ...image, embedding, modelId });
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

/** The images of a message, in their order, before anything is known of them. */
export function imagesOf({ platform, workspace, channel, thread, message, actor, time, attachments }: PostedImages) {
	return attachments.map(
		({ id, url, name }, number): StoredImage => ({
			platform,
			workspace,
			channel,
			thread: thread ?? null,
			message,
			number,
			attachment: { id, url, name },
			author: actor.id,
			postedAt: new Date(time),
			embedding: null,
			modelId: null,
		}),
	);
}

function keyOf({ platform, workspace, channel, message, number }: ImageKey) {
	return [platform, workspace, channel, message, number];
}
