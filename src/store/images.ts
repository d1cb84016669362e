/** One row an image seen: where it is, whose it is and, once encoded, its embedding. Never its bytes. */
import { and, asc, desc, eq, isNotNull, isNull, or, type SQL, sql } from "drizzle-orm";
import { type PgColumn, union } from "drizzle-orm/pg-core";
import type { ChannelRef, PostedImages } from "../chat/event.ts";
import { coalesce, inOneOrder } from "./coalesce.ts";
import type { Database } from "./database.ts";
import { aboutImage, aboutMessage, inChannel } from "./in-channel.ts";
import { lockImages } from "./lock-images.ts";
import { images, intake } from "./schema.ts";
import { isStillThere } from "./still-there.ts";

/** `number` counts the images of a message, from 0. `embedding` and `modelId` are null until it was encoded. */
export type StoredImage = typeof images.$inferSelect & {
	/** Made from an event and not read from the store: keeping it may add its row. */
	unrecorded?: true;
};
/** Which image of which message. */
export type ImageKey = ChannelRef & Pick<StoredImage, "message" | "number">;

export type Images = ReturnType<typeof createImages>;

export function createImages(db: Database) {
	const keeping = coalesce(async (rows: StoredImage[]) => {
		// One statement may touch a row only once: the last wins.
		const unique = inOneOrder([...new Map(rows.map((row) => [keyOf(row), row])).values()], keyOf);
		const recorded = unique.filter((row) => !row.unrecorded);
		if (recorded.length === 0) await upsert(db, unique);
		else {
			await db.transaction(async (tx) => {
				// Held until they are written: what was deleted meanwhile stays away.
				const held = await lockImages(tx, or(...unique.map((row) => aboutImage(images, row))));
				const there = new Set(held.map(keyOf));
				const rest = unique.filter((row) => row.unrecorded || there.has(keyOf(row)));
				if (rest.length > 0) await upsert(tx, rest);
			});
		}
		return rows.map(() => true);
	});

	return {
		/** Notes the images of a message, for later. Those noted before are left as they are, embedding included. */
		async record(posted: PostedImages): Promise<void> {
			await insert(db, posted);
		},

		/**
		 * The same on behalf of an event (its `jobId`) that isn't the message's own.
		 * @returns false if that event is gone: nothing was noted
		 */
		recordFor: (event: string, posted: PostedImages): Promise<boolean> =>
			db.transaction(async (tx) => {
				if (!(await isStillThere(tx, event))) return false;
				await insert(tx, posted);
				return true;
			}),

		/**
		 * Keeps what was read of an image: embedding, fingerprints, problem; what people agreed on stays. An image that was
		 * read from the store and deleted meanwhile stays deleted. One from `imagesOf` gets its row if it has none: the event
		 * it came from sees to it that it goes if its message was deleted meanwhile (`Worker.deleted`).
		 */
		async keep(image: StoredImage): Promise<void> {
			await keeping.submit(image);
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

		/** Ids of the messages in a thread whose images are kept, or wait to be. */
		async messagesIn(channel: ChannelRef, thread: string): Promise<string[]> {
			const kept = db
				.select({ message: images.message })
				.from(images)
				.where(and(inChannel(images, channel), eq(images.thread, thread)));
			const waiting = db
				.select({ message: sql<string>`${intake.message}` })
				.from(intake)
				.where(
					and(inChannel(intake, channel), isNotNull(intake.message), sql`${intake.event} ->> 'thread' = ${thread}`),
				);
			return (await union(kept, waiting)).map(({ message }) => message);
		},

		/**
		 * The messages with images that were seen, newest first, threads included.
		 * @param before only messages older than this one, which may have gone meanwhile
		 */
		async history(
			channel: ChannelRef,
			before: Pick<PostedImages, "message" | "time"> | undefined,
			limit: number,
		): Promise<PostedImages[]> {
			const { message, postedAt } = images;
			const older = before && sql`(${postedAt}, ${message}) < (${before.time}::timestamptz, ${before.message})`;
			const messages = await db
				.selectDistinct({ message, postedAt })
				.from(images)
				.where(and(inChannel(images, channel), older))
				.orderBy(desc(postedAt), desc(message))
				.limit(limit);
			const found = await Promise.all(messages.map((row) => this.ofMessage(channel, row.message)));
			return found.flatMap((ofMessage) => postedAgain(ofMessage) ?? []);
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
			isBot: actor.isBot,
			postedAt: new Date(time),
			embedding: null,
			modelId: null,
			sha256: null,
			dhash: null,
			problem: null,
			agreed: null,
			agreedAt: null,
			revision: 0,
			unrecorded: true,
		}),
	);
}

/** A message's images as an event would bring them: who posted them is known by id alone. */
function postedAgain(images: readonly StoredImage[]): PostedImages | undefined {
	const [first] = images;
	if (!first) return undefined;
	const { platform, workspace, channel, thread, message, author, isBot, postedAt } = first;
	return {
		platform,
		workspace,
		channel,
		...(thread && { thread }),
		message,
		actor: { id: author, name: author, canModerate: false, isBot },
		time: postedAt.toISOString(),
		attachments: images.map(({ attachment }) => attachment),
	};
}

const { platform, workspace, channel, message, number } = images;

async function insert(db: Database, posted: PostedImages): Promise<void> {
	await db.insert(images).values(imagesOf(posted)).onConflictDoNothing();
}

async function upsert(db: Database, rows: StoredImage[]): Promise<void> {
	const { embedding, modelId, sha256, dhash } = images;
	await db
		.insert(images)
		.values(rows.map(({ unrecorded, ...row }) => row))
		.onConflictDoUpdate({
			target: [platform, workspace, channel, message, number],
			set: {
				// What could not be read this time leaves what was read before.
				embedding: newOrOld(embedding),
				modelId: newOrOld(modelId),
				sha256: newOrOld(sha256),
				dhash: newOrOld(dhash),
				problem: sql`excluded.problem`,
			},
		});
}

function newOrOld(column: PgColumn): SQL {
	return sql`coalesce(excluded.${sql.identifier(column.name)}, ${column})`;
}

function keyOf({ platform, workspace, channel, message, number }: ImageKey): string {
	return JSON.stringify([platform, workspace, channel, message, number]);
}
