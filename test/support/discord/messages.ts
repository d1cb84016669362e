/** What happens to messages and threads, whoever does it; the gateway tells of each. */
import { GatewayDispatchEvents, MessageType } from "discord.js";
import { type Channel, Message, type User } from "./records.ts";
import { isOlder } from "./snowflakes.ts";
import { channelJson, emojiJson, memberJson, messageJson, userJson } from "./wire.ts";
import type { ThreadOptions, World } from "./world.ts";

/** A message that isn't posted yet. */
export function draft(world: World, channel: Channel, author: User, type = MessageType.Default, id?: string): Message {
	return new Message(id ?? world.nextId(), channel, author, type);
}

/** Posts a draft. A thread that was archived is opened by it. */
export function post(world: World, message: Message): Message {
	const { channel, author } = message;
	if (channel.thread?.archived) setArchived(world, channel, false);
	// To keep its files took a while: what was posted meanwhile comes after it.
	const later = [...channel.messages.values()].filter(({ id }) => isOlder(message.id, id));
	for (const { id } of later) channel.messages.delete(id);
	for (const one of [message, ...later]) channel.messages.set(one.id, one);
	channel.thread?.members.add(author.id);
	if (message.visibleTo !== undefined) return message;
	const { nonce } = message;
	world.dispatch(GatewayDispatchEvents.MessageCreate, channel, (contentShown) => {
		const isOurs = author === world.bot;
		return { ...inPlace(world, message, contentShown), ...(isOurs && nonce !== undefined && { nonce }) };
	});
	return message;
}

/** Tells that a message is no longer what it was. */
export function changed(world: World, message: Message): void {
	if (message.visibleTo !== undefined) return;
	world.dispatch(GatewayDispatchEvents.MessageUpdate, message.channel, (shown) => inPlace(world, message, shown));
}

/** Its files go as well; a thread that hangs from it stays. */
export function remove(world: World, message: Message): void {
	forget(world, message);
	if (message.visibleTo !== undefined) return;
	const { id, channel } = message;
	world.dispatch(GatewayDispatchEvents.MessageDelete, channel, () => ({ id, ...placeOf(channel) }));
}

/** Several of one channel at once. */
export function removeAll(world: World, messages: readonly Message[]): void {
	for (const message of messages) forget(world, message);
	const channel = messages[0]?.channel;
	if (!channel) return;
	const ids = messages.map(({ id }) => id);
	world.dispatch(GatewayDispatchEvents.MessageDeleteBulk, channel, () => ({ ids, ...placeOf(channel) }));
}

function forget(world: World, message: Message): void {
	message.deleted = true;
	message.channel.messages.delete(message.id);
	for (const { path } of message.files) world.cdn.files.delete(path);
}

/**
 * Adds someone's reaction, or takes it away; one that is there already, or isn't, changes nothing.
 * @param emoji unicode, or `name:id`
 */
export function react(world: World, message: Message, user: User, emoji: string, added: boolean): void {
	const users = message.reactions.get(emoji) ?? new Set();
	if (users.has(user.id) === added) return;
	if (added) users.add(user.id);
	else users.delete(user.id);
	if (users.size > 0) message.reactions.set(emoji, users);
	else message.reactions.delete(emoji);
	const { channel, author } = message;
	const member = channel.guild?.members.get(user.id);
	const type = added ? GatewayDispatchEvents.MessageReactionAdd : GatewayDispatchEvents.MessageReactionRemove;
	world.dispatch(type, channel, () => ({
		user_id: user.id,
		message_id: message.id,
		emoji: emojiJson(emoji),
		burst: false,
		type: 0,
		...placeOf(channel),
		...(added && { message_author_id: author.id, ...(member && { member: memberJson(member) }) }),
	}));
}

/** Takes everyone's reactions away: of one emoji, or all. @param emoji unicode, or `name:id` */
export function clearReactions(world: World, message: Message, emoji?: string): void {
	if (emoji === undefined) message.reactions.clear();
	else message.reactions.delete(emoji);
	const about = { message_id: message.id, ...placeOf(message.channel) };
	if (emoji === undefined) {
		world.dispatch(GatewayDispatchEvents.MessageReactionRemoveAll, message.channel, () => about);
	} else {
		const one = { ...about, emoji: emojiJson(emoji) };
		world.dispatch(GatewayDispatchEvents.MessageReactionRemoveEmoji, message.channel, () => one);
	}
}

/** A thread that hangs from a message. */
export function startThread(world: World, message: Message, name: string, owner: User, minutes?: number): Channel {
	const { channel } = message;
	const thread = openThread(world, channel, name, owner, {
		id: message.id,
		...(minutes !== undefined && { autoArchiveMinutes: minutes }),
	});
	changed(world, message);
	const starter = draft(world, thread, message.author, MessageType.ThreadStarterMessage);
	starter.replyTo = { id: message.id, message };
	post(world, starter);
	return thread;
}

/** A thread of its own: in a forum a post, whose first message is to follow; elsewhere told of in the channel. */
export function openThread(
	world: World,
	parent: Channel,
	name: string,
	owner: User,
	options: ThreadOptions = {},
): Channel {
	const thread = world.addThread(parent, name, owner, options);
	world.dispatch(GatewayDispatchEvents.ThreadCreate, thread, () => ({
		...channelJson(world, thread),
		newly_created: true,
	}));
	return thread;
}

export function setArchived(world: World, thread: Channel, archived: boolean): void {
	if (!thread.thread) throw new Error(`${thread.name} is no thread`);
	thread.thread.archived = archived;
	thread.thread.archivedAt = world.now();
	threadChanged(world, thread);
}

export function threadChanged(world: World, thread: Channel): void {
	world.dispatch(GatewayDispatchEvents.ThreadUpdate, thread, () => channelJson(world, thread));
}

/** A channel with its threads, or a thread. */
export function removeChannel(world: World, channel: Channel): void {
	const { id, type, guild, parent } = channel;
	const seen = channelJson(world, channel);
	// Told of first: nobody can see it afterwards.
	if (channel.thread) {
		const gone = { id, type, guild_id: guild?.id, parent_id: parent?.id };
		world.dispatch(GatewayDispatchEvents.ThreadDelete, channel, () => gone);
	} else world.dispatch(GatewayDispatchEvents.ChannelDelete, channel, () => seen);
	for (const gone of [...channel.threads.values(), channel]) {
		for (const message of gone.messages.values()) forget(world, message);
		gone.parent?.threads.delete(gone.id);
		world.channels.delete(gone.id);
	}
}

function placeOf(channel: Channel) {
	return { channel_id: channel.id, ...(channel.guild && { guild_id: channel.guild.id }) };
}

/** As the gateway tells of a message: with where it is, and who its author is there. */
function inPlace(world: World, message: Message, contentShown: boolean): object {
	const { channel, author } = message;
	const { user: _, ...member } = memberOf(channel, author) ?? {};
	return {
		...messageJson(world, message, contentShown),
		...placeOf(channel),
		...(channel.guild ? { member } : { channel_type: channel.type }),
		mentions: message.mentions.map((user) => ({ ...userJson(user), member: memberOf(channel, user) })),
	};
}

function memberOf({ guild }: Channel, user: User) {
	const member = guild?.members.get(user.id);
	return member && memberJson(member);
}
