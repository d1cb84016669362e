/** The events that interactions raise: pure. */
import { ApplicationIntegrationType, InteractionContextType, MessageFlags, PermissionFlagsBits } from "discord.js";
import type { Actor, ChoiceEvent, CommandEvent } from "../event.ts";
import { imagesOf } from "./attachments.ts";
import { messageIdIn, type Place, placeIn, snowflakeOrder, snowflakeTime, visitorPlace } from "./ids.ts";
import type { Envelope, ModalInteraction, Person, Post, TargetData } from "./interaction.ts";
import { writeVia } from "./via.ts";

/**
 * Brought along by a person's own install to where the bot is no member: a server without it, or a conversation of
 * others. A conversation with the bot itself is the bot's too, however it was installed.
 */
export function isVisit({ context, authorizing_integration_owners: owners }: Envelope): boolean {
	if (context === InteractionContextType.BotDM) return false;
	if (context === InteractionContextType.PrivateChannel) return true;
	const { GuildInstall, UserInstall } = ApplicationIntegrationType;
	return owners[UserInstall] !== undefined && owners[GuildInstall] === undefined;
}

function personOf({ member, user }: Envelope): Person {
	const person = member?.user ?? user;
	// `readInteraction` gives out none without.
	if (!person) throw new TypeError("an interaction of nobody");
	return person;
}

/** The thread that it happened in, where messages are found by it. */
function threadOf({ guild_id, channel }: Envelope): string | undefined {
	return placeIn(guild_id ?? undefined, channel).thread;
}

export function placeOfInteraction(from: Envelope): Place {
	if (isVisit(from)) return { platform: "discord", ...visitorPlace(personOf(from).id) };
	return placeIn(from.guild_id ?? undefined, from.channel);
}

const MODERATES =
	PermissionFlagsBits.Administrator |
	PermissionFlagsBits.ManageGuild |
	PermissionFlagsBits.ManageChannels |
	PermissionFlagsBits.ManageMessages;

/** @param permissions in the channel, overwrites counted; a server's owner has all of them */
export function moderates(permissions: bigint): boolean {
	return (permissions & MODERATES) !== 0n;
}

/** In a conversation with the bot alone, the person has nobody above them. */
export function actorOf(from: Envelope): Actor {
	const { id, username, global_name } = personOf(from);
	const name = (from.member?.nick ?? global_name ?? username).slice(0, 200);
	const isOwnPlace = from.context === InteractionContextType.BotDM;
	return { id, name, canModerate: isOwnPlace || moderates(BigInt(from.member?.permissions ?? 0)), isBot: false };
}

function eventOf(from: Envelope, ephemeral: boolean) {
	const { id, application_id: application, token, attachment_size_limit: limit } = from;
	const maxFileBytes = limit ?? undefined;
	return {
		...placeOfInteraction(from),
		actor: actorOf(from),
		key: id,
		time: snowflakeTime(id).toISOString(),
		via: writeVia({ application, token, ephemeral, ...(maxFileBytes !== undefined && { maxFileBytes }) }),
	};
}

/** A command with nothing given yet. @param ephemeral whether its first answer is for the person alone */
export function commandOf(from: Envelope, name: string, ephemeral: boolean): CommandEvent {
	const visiting = isVisit(from) && ({ visiting: true } as const);
	return { ...eventOf(from, ephemeral), kind: "command", name, options: {}, attachments: [], ...visiting };
}

/** The message that a shortcut was used on. @returns undefined if Discord didn't send it along */
export function targetOf(from: Envelope, { target_id, resolved }: TargetData): CommandEvent["target"] | undefined {
	const message = Object.hasOwn(resolved.messages, target_id) ? resolved.messages[target_id] : undefined;
	return message && { message: messageIdIn(threadOf(from), target_id), attachments: imagesOf(message) };
}

/** What someone did with a control of one of the bot's messages. */
export function choiceOf(
	from: Envelope & { message: Post },
	done: Pick<ChoiceEvent, "control" | "values" | "fields">,
): ChoiceEvent {
	const { id, flags } = from.message;
	return {
		...eventOf(from, ((flags ?? 0) & MessageFlags.Ephemeral) !== 0),
		kind: "choice",
		message: messageIdIn(threadOf(from), id),
		order: snowflakeOrder(from.id),
		...done,
	};
}

/** What was written in a dialog, by field. */
export function fieldsOf({ data }: ModalInteraction): Record<string, string> {
	const each = data.components.flatMap(({ component, components }) => [
		...(component ? [component] : []),
		...(components ?? []),
	]);
	const texts = each.flatMap(({ custom_id, value }) =>
		typeof value === "string" ? [[custom_id, value] as const] : [],
	);
	return Object.fromEntries(texts);
}
