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
};

const commandEvent = z.object({
	...eventShape,
	kind: z.literal("command"),
	name: z.string().min(1).max(40),
	/** As the person typed or picked them; each command parses its own. */
	options: z.record(z.string(), z.string()),
	/** The message that carries the command, where there is one: replies hang under it. */
	message: id.optional(),
	attachments: z.array(attachmentSchema).max(20),
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

export const chatEventSchema = z.discriminatedUnion("kind", [commandEvent, imagesPostedEvent, messageDeletedEvent]);
export type ChatEvent = z.infer<typeof chatEventSchema>;
export type CommandEvent = z.infer<typeof commandEvent>;
export type ImagesPostedEvent = z.infer<typeof imagesPostedEvent>;
export type MessageDeletedEvent = z.infer<typeof messageDeletedEvent>;

/** A channel of a workspace of a platform. */
export type ChannelRef = Pick<ChatEvent, "platform" | "workspace" | "channel">;

/** Job id of an event: `platform-kind-key`; BullMQ refuses ids with `:` and ids that look like integers. */
export function jobId(event: Pick<ChatEvent, "platform" | "kind" | "key">): string {
	return `${event.platform}-${event.kind}-${event.key}`.replaceAll(":", "_");
}
