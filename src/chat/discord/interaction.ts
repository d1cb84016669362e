/** Interactions as Discord sends them, as far as the bot reads them. */
import { ApplicationCommandType, InteractionType } from "discord.js";
import { z } from "zod";
import { rawAttachment, rawMessage, snowflake } from "./attachments.ts";

const user = z.object({ id: snowflake, username: z.string(), global_name: z.string().nullish() });
const member = z.object({ user, nick: z.string().nullish(), permissions: z.string().regex(/^\d{1,30}$/) });
const channel = z.object({ id: snowflake, type: z.number(), parent_id: snowflake.nullish() });

const envelope = {
	id: snowflake,
	application_id: snowflake,
	token: z.string().min(1).max(1000),
	guild_id: snowflake.nullish(),
	channel,
	/** In a server; elsewhere only `user`. */
	member: member.nullish(),
	user: user.nullish(),
	context: z.number().nullish(),
	/** Through which installations it comes: the server's (0), the person's (1). */
	authorizing_integration_owners: z.record(z.string(), z.string()).default({}),
	attachment_size_limit: z.number().nullish(),
};

const option = z.object({
	name: z.string(),
	type: z.number(),
	value: z.union([z.string(), z.number(), z.boolean()]).nullish(),
	focused: z.boolean().nullish(),
});
export type GivenOption = z.infer<typeof option>;

const slash = {
	name: z.string(),
	options: z.array(option.extend({ options: z.array(option).nullish() })).nullish(),
	resolved: z.object({ attachments: z.record(z.string(), rawAttachment).nullish() }).nullish(),
};
const chatInput = z.object({ type: z.literal(ApplicationCommandType.ChatInput), ...slash });
const onMessage = z.object({
	type: z.literal(ApplicationCommandType.Message),
	target_id: snowflake,
	resolved: z.object({ messages: z.record(z.string(), rawMessage) }),
});

/** The bot's message that a control stands in. */
const post = z.object({ id: snowflake, flags: z.number().nullish() });

const written = z.object({ custom_id: z.string(), value: z.unknown() });
/** What was written in a dialog, in either way of laying it out. */
const answers = z.array(z.object({ component: written.nullish(), components: z.array(written).nullish() }));

const interaction = z.discriminatedUnion("type", [
	z.object({ type: z.literal(InteractionType.Ping) }),
	z.object({
		type: z.literal(InteractionType.ApplicationCommand),
		data: z.discriminatedUnion("type", [chatInput, onMessage]),
		...envelope,
	}),
	z.object({ type: z.literal(InteractionType.ApplicationCommandAutocomplete), data: chatInput, ...envelope }),
	z.object({
		type: z.literal(InteractionType.MessageComponent),
		data: z.object({ custom_id: z.string(), values: z.array(z.string()).nullish() }),
		message: post,
		...envelope,
	}),
	z.object({
		type: z.literal(InteractionType.ModalSubmit),
		data: z.object({ custom_id: z.string(), components: answers }),
		message: post.nullish(),
		...envelope,
	}),
]);
/** An interaction, as far as the bot reads it. */
export type Interaction = z.infer<typeof interaction>;
type Of<Type extends InteractionType> = Extract<Interaction, { type: Type }>;
export type CommandInteraction = Of<InteractionType.ApplicationCommand>;
export type SlashData = z.infer<typeof chatInput>;
export type TargetData = z.infer<typeof onMessage>;
export type Post = z.infer<typeof post>;
export type Person = z.infer<typeof user>;
export type ModalInteraction = Of<InteractionType.ModalSubmit>;
/** What every interaction but a ping has. */
export type Envelope = z.infer<z.ZodObject<typeof envelope>>;

/** @returns in words what is wrong with it, where it can't be read */
export function readInteraction(payload: unknown): Interaction | { malformed: string } {
	const parsed = interaction.safeParse(payload);
	if (!parsed.success) return { malformed: firstIssue(parsed.error) };
	const { data } = parsed;
	const isSomeones = data.type === InteractionType.Ping || data.member || data.user;
	return isSomeones ? data : { malformed: "user: neither it nor member is there" };
}

export function firstIssue({ issues: [issue] }: z.ZodError): string {
	return `${issue?.path.map(String).join(".") || "it"}: ${issue?.message}`;
}
