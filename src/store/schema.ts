/** Every table, in one place: drizzle-kit turns a change here into a migration (`npm run migration`). */
import { sql } from "drizzle-orm";
import {
	type AnyPgColumn,
	bigint,
	boolean,
	customType,
	foreignKey,
	index,
	integer,
	jsonb,
	pgTable,
	primaryKey,
	text,
	timestamp,
	uniqueIndex,
} from "drizzle-orm/pg-core";
import type { ChatEvent, CommandEvent, Platform } from "../chat/event.ts";
import type { KeptView, ScoreRow } from "../chat/view.ts";
import type { Label, Mode } from "../classify/types.ts";
import type { Agreement, Verdict } from "../classify/votes.ts";

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

/** Postgres refuses a number so small that a `real` can't tell it from 0, as the score of "none of these" may be. */
const real = customType<{ data: number }>({ dataType: () => "real", toDriver: Math.fround, fromDriver: Number });

const channelColumns = {
	platform: text("platform").$type<Platform>().notNull(),
	workspace: text("workspace").notNull(),
	channel: text("channel").notNull(),
};

/** Deleting an image deletes what is about it. */
function ofImage(name: string, t: Record<"platform" | "workspace" | "channel" | "message" | "number", AnyPgColumn>) {
	return foreignKey({
		// Postgres would cut the name that is made of all the columns.
		name,
		columns: [t.platform, t.workspace, t.channel, t.message, t.number],
		foreignColumns: [images.platform, images.workspace, images.channel, images.message, images.number],
	}).onDelete("cascade");
}

/** Events written down before they are acknowledged (design section 2). */
export const intake = pgTable(
	"intake",
	{
		/** `jobId(event)`: the same event delivered twice is one row. */
		id: text("id").primaryKey(),
		...channelColumns,
		/** The message the event is about: deleting it deletes this row. A deletion's own row has none. */
		message: text("message"),
		/** The message whose deletion this event told of: what arrives about that message from then on does nothing. */
		deletes: text("deletes"),
		/** What happened and was said: kept while the work is owed, and no longer. */
		event: jsonb("event").$type<ChatEvent>(),
		receivedAt: time("received_at").notNull(),
		enqueuedAt: time("enqueued_at").notNull(),
		/** Attempts begun. */
		attempts: integer("attempts").notNull().default(0),
		/** An attempt was begun and has not said how it ended: it is under way, or its process died. */
		underway: boolean("underway").notNull().default(false),
		/** Attempts begun with nothing else under way in their process, since one last said how it ended. */
		alone: integer("alone").notNull().default(0),
		/** Whether the change that it asks for was written: tried again, it changes nothing that came after it. */
		applied: boolean("applied").notNull().default(false),
		/** Absent while the work is still owed. */
		outcome: text("outcome").$type<"done" | "refused" | "failed">(),
		settledAt: time("settled_at"),
	},
	(t) => [
		index("intake_owed").on(t.enqueuedAt).where(sql`outcome is null`),
		index("intake_message").on(t.platform, t.workspace, t.channel, t.message),
		index("intake_deletes").on(t.platform, t.workspace, t.channel, t.deletes).where(sql`deletes is not null`),
	],
);

/** Where the bot was installed by a workspace itself, with its tokens under lock and key. */
export const installations = pgTable(
	"installations",
	{
		platform: text("platform").$type<Platform>().notNull(),
		workspace: text("workspace").notNull(),
		/** Secrets, sealed (`sealed.ts`). */
		sealed: text("sealed").notNull(),
		installedAt: time("installed_at").notNull(),
	},
	(t) => [primaryKey({ columns: [t.platform, t.workspace] })],
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
		index("replies_posted").on(t.platform, t.workspace, t.channel, t.posted),
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
		/** Whether another bot posted it. */
		isBot: boolean("is_bot").notNull().default(false),
		postedAt: time("posted_at").notNull(),
		/** Absent until it was encoded; belongs to `modelId` alone. */
		embedding: embedding("embedding"),
		modelId: text("model_id"),
		/** Of the bytes, hexadecimal; absent until they were read. */
		sha256: text("sha256"),
		/** 64-bit difference hash; absent until read, and for pictures too flat to be told apart by it. */
		dhash: bigint("dhash", { mode: "bigint" }),
		/** Why it could not be read, in words; absent if it could, or nobody tried. */
		problem: text("problem"),
		/** What people agreed on; absent while they have not. */
		agreed: jsonb("agreed").$type<Agreement>(),
		/** When that last changed. */
		agreedAt: time("agreed_at"),
		/** Counts what was done to the votes, so that an older state is never shown over a newer one. */
		revision: integer("revision").notNull().default(0),
	},
	(t) => [
		primaryKey({ columns: [t.platform, t.workspace, t.channel, t.message, t.number] }),
		index("images_latest").on(t.platform, t.workspace, t.channel, t.postedAt),
		index("images_agreed").on(t.platform, t.workspace, t.channel, t.agreedAt).where(sql`agreed is not null`),
		index("images_sha256").on(t.platform, t.workspace, t.channel, t.sha256),
		index("images_author").on(t.platform, t.workspace, t.author),
	],
);

const imageColumns = { ...channelColumns, message: text("message").notNull(), number: integer("number").notNull() };

/** What the bot said of an image when it was posted. Never rewritten: a later label set makes no new past. */
export const tags = pgTable(
	"tags",
	{
		...imageColumns,
		/** Of the label set. */
		version: integer("version").notNull(),
		modelId: text("model_id").notNull(),
		/** By falling probability; the first few. */
		scores: jsonb("scores").$type<ScoreRow[]>().notNull(),
		none: real("none").notNull(),
		/** The labels that were shown as right; empty: none of these. Absent: it was unsure. */
		shown: jsonb("shown").$type<string[]>(),
		/** Confirmed examples that it was learned from; 0: zero-shot. */
		examples: integer("examples").notNull(),
		taggedAt: time("tagged_at").notNull(),
		/** Where the same picture had been posted before; absent if nowhere, or that was deleted meanwhile. */
		firstSeen: jsonb("first_seen").$type<{ message: string; postedAt: string }>(),
	},
	(t) => [
		primaryKey({ columns: [t.platform, t.workspace, t.channel, t.message, t.number] }),
		ofImage("tags_image", t),
		index("tags_first_seen")
			.on(t.platform, t.workspace, t.channel, sql`(${t.firstSeen} ->> 'message')`)
			.where(sql`${t.firstSeen} is not null`),
	],
);

/**
 * The reactions that the bot put on a message to say what its images show, each with an image that it is for. Written
 * down before they are put, and until they are taken away.
 */
export const reactions = pgTable("reactions", { ...imageColumns, emoji: text("emoji").notNull() }, (t) => [
	primaryKey({ columns: [t.platform, t.workspace, t.channel, t.message, t.number, t.emoji] }),
	ofImage("reactions_image", t),
]);

/**
 * One row a person, image and way of voting (buttons, or one reaction), so that what arrives late or twice changes
 * nothing that came after it. A person's vote is the newest of theirs that was not taken away.
 */
export const votes = pgTable(
	"votes",
	{
		...imageColumns,
		voter: text("voter").notNull(),
		/** `button`, the reaction's emoji, `all` (every earlier vote of theirs was taken back), `skip` (passed over). */
		source: text("source").notNull(),
		/** Absent: taken away. */
		verdict: jsonb("verdict").$type<Verdict>(),
		moderator: boolean("moderator").notNull(),
		/** The platform's: microseconds since 1970. */
		order: bigint("order", { mode: "number" }).notNull(),
	},
	(t) => [
		primaryKey({ columns: [t.platform, t.workspace, t.channel, t.message, t.number, t.voter, t.source] }),
		ofImage("votes_image", t),
		index("votes_voter").on(t.platform, t.workspace, t.voter),
	],
);

/** Every label set that a channel ever had; the newest version counts. No labels: it was cleared. */
export const labelSets = pgTable(
	"label_sets",
	{
		...channelColumns,
		version: integer("version").notNull(),
		labels: jsonb("labels").$type<Label[]>().notNull(),
		/** Absent: the model's own. */
		templates: jsonb("templates").$type<string[]>(),
		mode: text("mode").$type<Mode>().notNull(),
		/** A calibrated probability. */
		threshold: real("threshold").notNull(),
		madeBy: text("made_by").notNull(),
		madeAt: time("made_at").notNull(),
	},
	(t) => [primaryKey({ columns: [t.platform, t.workspace, t.channel, t.version] })],
);

/** How a channel wants the bot to behave. A channel without a row has the defaults. */
export const channelSettings = pgTable(
	"channel_settings",
	{
		...channelColumns,
		autotag: text("autotag").$type<"off" | "on" | "quiet">().notNull().default("off"),
		/** Whether other bots' images are tagged too. */
		bots: boolean("bots").notNull().default(false),
		/** People who moderate beside those that the platform says do. */
		moderators: jsonb("moderators").$type<string[]>().notNull().default([]),
	},
	(t) => [primaryKey({ columns: [t.platform, t.workspace, t.channel] })],
);

/**
 * Messages that someone asked about, until they have said with which labels: a Discord modal brings back nothing of what
 * it was opened on. Kept for minutes, and of no channel.
 */
export const pendingTargets = pgTable("pending_targets", {
	/** The interaction that asked. */
	id: text("id").primaryKey(),
	asker: text("asker").notNull(),
	target: jsonb("target").$type<NonNullable<CommandEvent["target"]>>().notNull(),
	keptUntil: time("kept_until").notNull(),
});

/** How far what a platform tells over a connection is known to have been taken in: what came later is asked for. */
export const gatewayMarks = pgTable(
	"gateway_marks",
	{
		platform: text("platform").$type<Platform>().notNull(),
		/** The bot's id there. */
		application: text("application").notNull(),
		toldUntil: time("told_until").notNull(),
	},
	(t) => [primaryKey({ columns: [t.platform, t.application] })],
);

/** The embedded chat's own channels: there, this program is the platform. */
export const localChannels = pgTable("local_channels", {
	id: text("id").primaryKey(),
	name: text("name").notNull().unique(),
	createdAt: time("created_at").notNull(),
	/** Set while its removal is under way: it is shown no more, and what is left of it goes. */
	removedAt: time("removed_at"),
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
		/** Whether the author moderated when it was posted. */
		canModerate: boolean("can_moderate").notNull().default(true),
		text: text("text").notNull().default(""),
		/** The bot's answers are views. */
		view: jsonb("view").$type<KeptView>(),
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
		/** Content type of what the bot posted; absent for what people did. */
		type: text("type"),
		/** Upright, in pixels; absent if it can't be read as an image. */
		width: integer("width"),
		height: integer("height"),
	},
	(t) => [index("local_files_message").on(t.message)],
);

/** Reactions in the embedded chat, people's and the bot's. */
export const localReactions = pgTable(
	"local_reactions",
	{
		message: text("message")
			.notNull()
			.references(() => localMessages.id, { onDelete: "cascade" }),
		/** Unicode. */
		emoji: text("emoji").notNull(),
		person: text("person").notNull(),
		personName: text("person_name").notNull(),
		createdAt: time("created_at").notNull(),
	},
	(t) => [primaryKey({ columns: [t.message, t.emoji, t.person] })],
);
