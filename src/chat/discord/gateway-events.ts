/** The events that reactions, deletions and departures raise, as the gateway tells of them: pure. */
import type { GatewayMessageReactionAddDispatchData, GatewayMessageReactionRemoveDispatchData } from "discord.js";
import type { ReactionVote } from "../../store/votes.ts";
import type { Actor, ChatEvent, ReactionEvent } from "../event.ts";
import { messageIdIn, type Place } from "./ids.ts";

/** What the gateway told, and when: its session and the number in it are told once, however often it is connected. */
export interface Telling {
	session: string;
	number: number;
	at: Date;
	/** Microseconds since 1970, later than of all that was told before. */
	order: number;
}

/** Nobody is named for it. */
const discord: Actor = { id: "discord", name: "Discord", canModerate: false, isBot: true };

type Reaction = GatewayMessageReactionAddDispatchData | GatewayMessageReactionRemoveDispatchData;

/** @returns undefined for an emoji that was deleted */
export function reactionOf(
	reaction: Reaction,
	added: boolean,
	{ place, canModerate, telling }: { place: Place; canModerate: boolean; telling: Telling },
): ReactionEvent | undefined {
	const emoji = emojiOf(reaction.emoji);
	if (!emoji) return undefined;
	const { user_id: id, message_id } = reaction;
	const { user, nick } = ("member" in reaction && reaction.member) || {};
	const name = (nick ?? user?.global_name ?? user?.username ?? id).slice(0, 200);
	return {
		...place,
		kind: "reaction",
		actor: { id, name, canModerate, isBot: user?.bot === true },
		key: `${telling.session}-${telling.number}`,
		time: telling.at.toISOString(),
		message: messageIdIn(place.thread, message_id),
		emoji,
		added,
		order: telling.order,
	};
}

/** As if someone had taken their reaction away. @param message as `messageIdIn` gives it */
export function withdrawalOf(
	place: Place,
	message: string,
	{ voter, emoji }: ReactionVote,
	{ session, number, at, order }: Telling,
): ReactionEvent {
	return {
		...place,
		kind: "reaction",
		actor: { id: voter, name: voter, canModerate: false, isBot: false },
		key: `${session}-${number}-${voter}-${emoji}`,
		time: at.toISOString(),
		message,
		emoji,
		added: false,
		order,
	};
}

/**
 * As labels carry them: a server's own is the same emoji, moving or not.
 * @returns undefined for one that was deleted: it has no name any more
 */
export function emojiOf({ id, name }: Reaction["emoji"]): string | undefined {
	if (!name) return undefined;
	return id ? `<:${name}:${id}>` : name;
}

/** @param message as `messageIdIn` gives it */
export function deletionOf(place: Place, message: string, at: Date): ChatEvent {
	const key = `${message.replace("/", "-")}-deleted`;
	return { ...place, kind: "message-deleted", actor: discord, key, time: at.toISOString(), message };
}

/** A channel is deleted once: its id is the key. */
export function channelLeft(place: Place, at: Date): ChatEvent {
	return { ...place, kind: "channel-left", actor: discord, key: place.channel, time: at.toISOString() };
}

/** The bot may be taken into a server again, and out. */
export function workspaceLeft(guildId: string, { session, number, at }: Telling): ChatEvent {
	return {
		platform: "discord",
		workspace: guildId,
		channel: "*",
		kind: "workspace-left",
		actor: discord,
		key: `${guildId}-${session}-${number}`,
		time: at.toISOString(),
	};
}
