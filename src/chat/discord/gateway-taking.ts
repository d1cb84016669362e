/** Takes in what the gateway tells: each thing becomes its event, in the order of its channel. */
import {
	type Client,
	GatewayDispatchEvents,
	type GatewayDispatchPayload,
	type GatewayMessageReactionAddDispatchData,
	type GatewayMessageReactionRemoveAllDispatchData,
	type GatewayMessageReactionRemoveDispatchData,
	type GatewayMessageReactionRemoveEmojiDispatchData,
	type REST,
	Routes,
} from "discord.js";
import type { Store } from "../../store/store.ts";
import type { ChatEvent } from "../event.ts";
import {
	channelLeft,
	deletionOf,
	emojiOf,
	reactionOf,
	type Telling,
	withdrawalOf,
	workspaceLeft,
} from "./gateway-events.ts";
import type { Lines } from "./gateway-lines.ts";
import { createPlaces } from "./gateway-place.ts";
import { messageIdIn, type Place, placeIn, snowflakeTime } from "./ids.ts";
import { awaitsPicture, eventOf, isToBot, type ReadMessage } from "./message-events.ts";
import { storableIn } from "./storable-event.ts";

export interface TakingOptions {
	client: Client<true>;
	rest: REST;
	/** Resolves once an event is safe. */
	receive: (event: ChatEvent) => Promise<unknown>;
	store: Pick<Store, "images" | "votes">;
	lines: Lines;
	/** So much waits that this was not taken. */
	onOverflow: () => void;
	now: () => Date;
}

export interface Taking {
	packet(packet: GatewayDispatchPayload, telling: Telling): void;
	/** @param guild undefined: in a conversation with the bot */
	message(message: ReadMessage, guild: string | undefined): void;
}

type Cleared = GatewayMessageReactionRemoveAllDispatchData & Partial<GatewayMessageReactionRemoveEmojiDispatchData>;

/** Some tens of megabytes. */
const MOST_WAITING = 20_000;
/** How late Discord adds the picture of a link to a message. */
const LINKS_MS = 60_000;

export function createTaking({ client, rest, store, lines, onOverflow, now, ...options }: TakingOptions): Taking {
	const places = createPlaces(client, rest);
	const receive = (event: ChatEvent) => options.receive(storableIn(event));
	/** Messages that a link's picture may still be added to, by id. */
	const awaiting = new Map<string, NodeJS.Timeout>();

	function push(line: string, work: () => Promise<unknown>): void {
		if (lines.waiting < MOST_WAITING) void lines.push(line, work);
		else onOverflow();
	}

	/** Does something about a place as it is known now; where it isn't known, Discord is asked, and what is gone is let be. */
	function inPlace(channel: string, guild: string | undefined, work: (place: Place) => Promise<unknown>): void {
		const known = places.known(channel, guild);
		push(known?.channel ?? channel, async () => {
			const place = known ?? (await places.find(channel, guild));
			if (place) await work(place);
		});
	}

	/** @param isComplete no pictures of links are waited for any more */
	function message(posted: ReadMessage, guild: string | undefined, isComplete = false): void {
		if (posted.author.id === client.user.id) return;
		inPlace(posted.channel_id, guild, async (place) => {
			const to = { place, ourIds: places.ourIds(guild) };
			stopAwaiting(posted.id);
			if (!isComplete && awaitsPicture(posted, to) && awaits(posted, guild)) return;
			const asks = guild !== undefined && posted.member === undefined && isToBot(posted, to);
			const member = posted.member ?? (asks ? await memberOf(guild, posted.author.id) : {});
			const roles = { ...member, id: posted.author.id, roles: member.roles ?? [] };
			const event = eventOf({ ...posted, member }, { ...to, canModerate: places.mayModerate(place, roles, now()) });
			if (event) await receive(event);
		});
	}

	/**
	 * A picture that comes in time is told with the message, and that counts then; else the message is taken without one.
	 * @returns false: it is too late for one
	 */
	function awaits(posted: ReadMessage, guild: string | undefined): boolean {
		const left = snowflakeTime(posted.id).getTime() + LINKS_MS - now().getTime();
		if (left <= 0) return false;
		const timer = setTimeout(() => message(posted, guild, true), Math.min(left, LINKS_MS));
		awaiting.set(posted.id, timer.unref());
		return true;
	}

	function stopAwaiting(id: string): void {
		clearTimeout(awaiting.get(id));
		awaiting.delete(id);
	}

	/** What is read later says nothing of its author's roles; they count for who says something to the bot. */
	async function memberOf(guild: string, user: string): Promise<NonNullable<ReadMessage["member"]>> {
		try {
			// The shape of this route's answer.
			return (await rest.get(Routes.guildMember(guild, user))) as NonNullable<ReadMessage["member"]>;
		} catch {
			// Not a member any more, or never one, as webhooks are: they have no rights.
			return {};
		}
	}

	function reaction(
		reaction: GatewayMessageReactionAddDispatchData | GatewayMessageReactionRemoveDispatchData,
		added: boolean,
		telling: Telling,
	): void {
		const { user_id: id, channel_id, guild_id } = reaction;
		if (id === client.user.id) return;
		const member = "member" in reaction ? reaction.member : undefined;
		inPlace(channel_id, guild_id, async (place) => {
			const canModerate = places.mayModerate(place, { ...member, id, roles: member?.roles ?? [] }, telling.at);
			const event = reactionOf(reaction, added, { place, canModerate, telling });
			if (event) await receive(event);
		});
	}

	/** A moderator took reactions away, of one emoji or all: as if everyone had taken away their own. */
	function reactionsCleared({ channel_id, guild_id, message_id, emoji }: Cleared, telling: Telling): void {
		inPlace(channel_id, guild_id, async (place) => {
			const message = messageIdIn(place.thread, message_id);
			const which = emoji && emojiOf(emoji);
			if (emoji && !which) return;
			for (const vote of await store.votes.byReaction(place, message, which)) {
				await receive(withdrawalOf(place, message, vote, telling));
			}
		});
	}

	function deleted(channel: string, guild: string | undefined, ids: readonly string[], at: Date): void {
		inPlace(channel, guild, async (place) => {
			for (const id of ids) {
				stopAwaiting(id);
				await receive(deletionOf(place, messageIdIn(place.thread, id), at));
			}
		});
	}

	/** Its messages are deleted with it; a private one was a channel. */
	async function threadDeleted(place: Place, at: Date): Promise<void> {
		if (place.thread === undefined) return void (await receive(channelLeft(place, at)));
		for (const id of await store.images.messagesIn(place, place.thread)) await receive(deletionOf(place, id, at));
	}

	return {
		message: (posted, guild) => message(posted, guild),
		packet({ t, d }, telling) {
			const { at } = telling;
			switch (t) {
				case GatewayDispatchEvents.MessageCreate:
					return message(d, d.guild_id);
				case GatewayDispatchEvents.MessageUpdate: {
					// Links get their pictures. What people change is no new post, nor is what is pinned much later.
					const isNew = at.getTime() - snowflakeTime(d.id).getTime() < LINKS_MS;
					return isNew && d.edited_timestamp === null ? message(d, d.guild_id) : undefined;
				}
				case GatewayDispatchEvents.MessageReactionAdd:
					return reaction(d, true, telling);
				case GatewayDispatchEvents.MessageReactionRemove:
					return reaction(d, false, telling);
				case GatewayDispatchEvents.MessageReactionRemoveAll:
				case GatewayDispatchEvents.MessageReactionRemoveEmoji:
					return reactionsCleared(d, telling);
				case GatewayDispatchEvents.MessageDelete:
					return deleted(d.channel_id, d.guild_id, [d.id], at);
				case GatewayDispatchEvents.MessageDeleteBulk:
					return deleted(d.channel_id, d.guild_id, d.ids, at);
				case GatewayDispatchEvents.ThreadDelete: {
					const place = placeIn(d.guild_id, d);
					return push(place.channel, () => threadDeleted(place, at));
				}
				case GatewayDispatchEvents.ChannelDelete:
					for (const place of [...places.privateThreadsOf(d.id), placeIn(d.guild_id, d)]) {
						push(place.channel, () => receive(channelLeft(place, at)));
					}
					return;
				case GatewayDispatchEvents.GuildDelete:
					// An outage is no farewell. It comes after all that was told of its channels.
					if (!d.unavailable) void lines.idle().then(() => push(d.id, () => receive(workspaceLeft(d.id, telling))));
					return;
			}
		},
	};
}
