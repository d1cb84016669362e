/**
 * What can happen in a chat, in no platform's words. Adapters translate to this; `handle` knows nothing else.
 * Events are written down as JSON before they are acknowledged (design section 2), so each is plain data with a schema.
 */
import { z } from "zod";

export const platforms = ["local", "slack", "discord"] as const;
export type Platform = (typeof platforms)[number];

const id = z.string().min(1).max(200);

/** Where something is: a channel of a workspace (Slack workspace, Discord server), and a thread in it. */
const placeShape = {
	platform: z.enum(platforms),
	workspace: id,
	channel: id,
	/** The message that the thread hangs from; absent in the channel itself. */
	thread: id.optional(),
};

export const attachmentSchema = z.object({
	/** The platform's id of the file. */
	id,
	/** Where its bytes are; read only through the platform's port. */
	url: z.string().max(4000),
	name: z.string().max(400),
	/** Bytes, as the platform says. */
	size: z.number().int().nonnegative().optional(),
});
/** A file someone posted. Its name and type are claims: what it is, is sniffed from its bytes. */
export type Attachment = z.infer<typeof attachmentSchema>;

export const actorSchema = z.object({ id, name: z.string().max(200), canModerate: z.boolean(), isBot: z.boolean() });
export type Actor = z.infer<typeof actorSchema>;

const eventShape = {
	...placeShape,
	actor: actorSchema,
	/** The platform's unique key of this event (design section 2): the same event delivered twice has the same key. */
	key: id,
	/** When it happened: ISO 8601, UTC. */
	time: z.iso.datetime(),
	/**
	 * What its platform needs to answer it where channel and message don't do, such as the token of an interaction. Only the
	 * platform's adapter reads it, and it goes with the event's outcome.
	 */
	via: z.string().max(2000).optional(),
	/** Follows an event, and what follows from it, through the logs of every process; given where it is taken in. */
	trace: z
		.string()
		.regex(/^[0-9a-f]{16}$/)
		.optional(),
};

const commandEvent = z.object({
	...eventShape,
	kind: z.literal("command"),
	/** Of two words where the command has several parts: `labels set`. */
	name: z.string().min(1).max(40),
	/** As the person typed or picked them; each command parses its own. */
	options: z.record(z.string(), z.string()),
	/** The message that carries the command, where there is one: replies hang under it. */
	message: id.optional(),
	attachments: z.array(attachmentSchema).max(20),
	/** Given where the bot is no member, by someone who brought it along: nothing of that place is kept. */
	visiting: z.literal(true).optional(),
	/** The message the command was called on (shortcut, or a mention in a reply). */
	target: z.object({ message: id, attachments: z.array(attachmentSchema).max(20) }).optional(),
});

const imagesPostedEvent = z.object({
	...eventShape,
	kind: z.literal("images-posted"),
	message: id,
	attachments: z.array(attachmentSchema).min(1).max(20),
});

const messageDeletedEvent = z.object({ ...eventShape, kind: z.literal("message-deleted"), message: id });

/**
 * The platform's own order of what people did: microseconds since 1970, so that votes that arrive out of order still end
 * as they were meant. Comparable within a platform.
 */
const order = z.number().int().nonnegative();

/** Someone put a reaction on a message, the image's or the bot's, or took it away. */
const reactionEvent = z.object({
	...eventShape,
	kind: z.literal("reaction"),
	/** The message reacted to. */
	message: id,
	/** Unicode, `:name:`, or a server's own as `<:name:id>`. */
	emoji: z.string().min(1).max(100),
	added: z.boolean(),
	order,
});

/** Someone pressed a button, picked from a select, or sent a form: they carry the control's id, never its text. */
const choiceEvent = z.object({
	...eventShape,
	kind: z.literal("choice"),
	/** The bot's message that the control stands in. */
	message: id,
	control: z.string().min(1).max(100),
	/** What was picked in a select: ids of options. */
	values: z.array(z.string().max(100)).max(25),
	/** What was written in a form, by field. */
	fields: z.record(z.string(), z.string().max(4000)),
	order,
});

/** One step of tagging a channel's history: the next older message with images. Each step writes the next one down. */
const backfillEvent = z.object({
	...eventShape,
	kind: z.literal("backfill"),
	/** Event key and message of the command that asked, whose answer shows the progress. */
	request: z.object({ key: id, message: id }),
	/** Only messages older than this one, which may be gone. */
	before: z.object({ message: id, time: z.iso.datetime() }).optional(),
	seen: z.number().int().nonnegative(),
	tagged: z.number().int().nonnegative(),
	total: z.number().int().positive(),
});

/** The votes shown under a message's images have changed by no one's doing in the chat, and are shown anew. */
const refreshEvent = z.object({ ...eventShape, kind: z.literal("refresh"), message: id });

/** The bot was taken out of a channel, or the channel was deleted. */
const channelLeftEvent = z.object({ ...eventShape, kind: z.literal("channel-left") });
/** The bot was taken out of a workspace; `channel` is `*`. */
const workspaceLeftEvent = z.object({ ...eventShape, channel: z.literal("*"), kind: z.literal("workspace-left") });

export const chatEventSchema = z.discriminatedUnion("kind", [
	commandEvent,
	imagesPostedEvent,
	messageDeletedEvent,
	reactionEvent,
	choiceEvent,
	backfillEvent,
	refreshEvent,
	channelLeftEvent,
	workspaceLeftEvent,
]);
export type ChatEvent = z.infer<typeof chatEventSchema>;
export type CommandEvent = z.infer<typeof commandEvent>;
export type ImagesPostedEvent = z.infer<typeof imagesPostedEvent>;
/** A message with images, posted for themselves or with a command. */
export type PostedImages = Omit<ImagesPostedEvent, "kind" | "key">;
export type MessageDeletedEvent = z.infer<typeof messageDeletedEvent>;
export type ReactionEvent = z.infer<typeof reactionEvent>;
export type ChoiceEvent = z.infer<typeof choiceEvent>;
export type BackfillEvent = z.infer<typeof backfillEvent>;
export type RefreshEvent = z.infer<typeof refreshEvent>;

/** A workspace of a platform: nothing of one is ever read for another. */
export type WorkspaceRef = Pick<ChatEvent, "platform" | "workspace">;
/** A channel of a workspace of a platform. */
export type ChannelRef = WorkspaceRef & { channel: string };
/** A message of a channel. */
export type MessageRef = ChannelRef & { message: string };

/** Job id of an event: `platform-kind-key`; BullMQ refuses ids with `:` and ids that look like integers. */
export function jobId(event: Pick<ChatEvent, "platform" | "kind" | "key">): string {
	return `${event.platform}-${event.kind}-${event.key}`.replaceAll(":", "_");
}
