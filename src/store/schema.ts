/** Every table, in one place: drizzle-kit turns a change here into a migration (`npm run migration`). */
import { sql } from "drizzle-orm";
import {
	type AnyPgColumn,
	boolean,
	customType,
	index,
	integer,
	jsonb,
	pgTable,
	primaryKey,
	text,
	timestamp,
	uniqueIndex,
} from "drizzle-orm/pg-core";
import type { ChatEvent, Platform } from "../chat/event.ts";
import type { View } from "../chat/view.ts";

const time = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/**
 * pgvector's `vector` without a fixed length: several models' embeddings live in one column, told apart by model_id.
 * Written in pgvector's binary form (`vector_recv`: int16 length, int16 zero, float32 each, big-endian), since printing
 * and reading 512 numbers would cost more than the rest of the statement.
 */
const embedding = customType<{ data: Float32Array; driverData: Uint8Array | string }>({
	dataType: () => "vector",
	toDriver: (value) => {
		const bytes = Buffer.alloc(4 + 4 * value.length);
		bytes.writeInt16BE(value.length, 0);
		for (const [index, number] of value.entries()) bytes.writeFloatBE(number, 4 + 4 * index);
		return bytes;
	},
	fromDriver: (value) => Float32Array.from(JSON.parse(String(value)) as number[]),
});

const channelColumns = {
	platform: text("platform").$type<Platform>().notNull(),
	workspace: text("workspace").notNull(),
	channel: text("channel").notNull(),
};

/** Events written down before they are acknowledged (design section 2). */
export const intake = pgTable(
	"intake",
	{
		/** `jobId(event)`: the same event delivered twice is one row. */
		id: text("id").primaryKey(),
		...channelColumns,
		/** The message the event is about: deleting it deletes this row. A deletion's own row has none. */
		message: text("message"),
		/** What happened and was said: kept while the work is owed, and no longer. */
		event: jsonb("event").$type<ChatEvent>(),
		receivedAt: time("received_at").notNull(),
		enqueuedAt: time("enqueued_at").notNull(),
		attempts: integer("attempts").notNull().default(0),
		/** Absent while the work is still owed. */
		outcome: text("outcome").$type<"done" | "refused" | "failed">(),
		settledAt: time("settled_at"),
	},
	(t) => [
		index("intake_owed").on(t.enqueuedAt).where(sql`outcome is null`),
		index("intake_message").on(t.platform, t.workspace, t.channel, t.message),
	],
);

/** Reply keys claimed before posting, so that a retry adopts instead of posting twice (design section 2). */
export const replies = pgTable(
	"replies",
	{
		...channelColumns,
		message: text("message").notNull(),
		/** `autotag`, or the command's event key. */
		purpose: text("purpose").notNull(),
		/** Travels inside the post; at most 25 characters. */
		marker: text("marker").notNull(),
		claimedAt: time("claimed_at").notNull(),
		/** Absent while it isn't known whether the post was made. */
		posted: text("posted"),
	},
	(t) => [
		primaryKey({ columns: [t.platform, t.workspace, t.channel, t.message, t.purpose] }),
		uniqueIndex("replies_marker").on(t.marker),
	],
);

/** One row an image seen: never its bytes. */
export const images = pgTable(
	"images",
	{
		...channelColumns,
		thread: text("thread"),
		message: text("message").notNull(),
		/** The image's number in its message, from 0. */
		number: integer("number").notNull(),
		attachment: jsonb("attachment").$type<{ id: string; url: string; name: string }>().notNull(),
		author: text("author").notNull(),
		postedAt: time("posted_at").notNull(),
		/** Absent until it was encoded; belongs to `modelId` alone. */
		embedding: embedding("embedding"),
		modelId: text("model_id"),
	},
	(t) => [
		primaryKey({ columns: [t.platform, t.workspace, t.channel, t.message, t.number] }),
		index("images_latest").on(t.platform, t.workspace, t.channel, t.postedAt),
	],
);

/** The embedded chat's own channels: there, this program is the platform. */
export const localChannels = pgTable("local_channels", {
	id: text("id").primaryKey(),
	name: text("name").notNull().unique(),
	createdAt: time("created_at").notNull(),
});

/** The embedded chat's messages, people's and the bot's. */
export const localMessages = pgTable(
	"local_messages",
	{
		/** Sorts by time. */
		id: text("id").primaryKey(),
		channel: text("channel")
			.notNull()
			.references(() => localChannels.id, { onDelete: "cascade" }),
		/** The message whose thread this is in. */
		thread: text("thread").references((): AnyPgColumn => localMessages.id, { onDelete: "cascade" }),
		author: text("author").notNull(),
		authorName: text("author_name").notNull(),
		isBot: boolean("is_bot").notNull().default(false),
		text: text("text").notNull().default(""),
		/** The bot's answers are views. */
		view: jsonb("view").$type<View>(),
		marker: text("marker"),
		/** The one person who sees it (ephemeral answers); absent: everyone. */
		visibleTo: text("visible_to"),
		createdAt: time("created_at").notNull(),
		/** True while the bot owes an answer to this message. */
		working: boolean("working").notNull().default(false),
	},
	(t) => [
		index("local_messages_channel").on(t.channel, t.id),
		index("local_messages_thread").on(t.thread, t.id),
		uniqueIndex("local_messages_marker").on(t.channel, t.marker),
	],
);

/** Files of the embedded chat's messages. Bytes live in the data folder: the original until settled, then a preview. */
export const localFiles = pgTable(
	"local_files",
	{
		id: text("id").primaryKey(),
		message: text("message")
			.notNull()
			.references(() => localMessages.id, { onDelete: "cascade" }),
		number: integer("number").notNull(),
		name: text("name").notNull(),
		size: integer("size").notNull(),
		/** Upright, in pixels; absent if it can't be read as an image. */
		width: integer("width"),
		height: integer("height"),
	},
	(t) => [index("local_files_message").on(t.message)],
);
