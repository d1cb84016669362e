/**
 * Messages with images of a channel and its threads, newest first, however they are asked for: step by step, each step
 * knowing only the message before. What was read of a place is remembered for a while, so that a step needs few calls.
 */
import {
	type APIChannel,
	type APIMessage,
	type APIThreadChannel,
	ChannelType,
	MessageType,
	type REST,
	Routes,
} from "discord.js";
import type { ChannelRef, PostedImages } from "../event.ts";
import { imagesOf } from "./attachments.ts";
import { isSnowflake, messageIdIn, placeOf } from "./ids.ts";
import { actorOf } from "./message-events.ts";
import { isForbidden, isGone } from "./port-refusals.ts";
import type { Servers } from "./port-servers.ts";
import { storableIn } from "./storable-event.ts";

const PAGE = 100;
/** Messages without an image that are passed over in one step, in pages: 10,000. Beyond them a place counts as at its end. */
const MOST_PAGES = 100;
/** Archived threads, those that were closed last, in pages: 500. */
const MOST_THREAD_PAGES = 5;
/** Steps follow each other; what was deleted meanwhile is known to whoever handles them. */
const KEPT_MS = 10 * 60 * 1000;
/** Later than any message. */
const END = "9223372036854775807";

/** What was read of a channel or a thread. */
interface ReadPlace {
	/** Messages with images, newest first, of all that are older than `from` and not older than `to`. */
	found: APIMessage[];
	from: string;
	to: string;
	/** There are none older than `to`. */
	ended: boolean;
}

interface ReadChannel {
	at: number;
	/** Threads, with the channel itself as undefined. */
	places: Promise<(string | undefined)[]>;
	read: Map<string | undefined, ReadPlace>;
}

/** What both routes of threads answer with. */
interface ThreadList {
	threads: APIThreadChannel[];
	has_more?: boolean;
}

interface Options {
	rest: REST;
	servers: Servers;
	now: () => Date;
}

/** @throws what the channel's own messages can't be read for; a thread that can't be read is passed over */
export function createHistory({ rest, servers, now }: Options) {
	const channels = new Map<string, ReadChannel>();

	function readChannel(ref: ChannelRef): ReadChannel {
		for (const [id, { at }] of channels) if (now().getTime() - at > KEPT_MS) channels.delete(id);
		const known = channels.get(ref.channel);
		const channel = known ?? { at: 0, places: placesIn(ref), read: new Map() };
		channel.places.catch(() => channels.delete(ref.channel));
		channel.at = now().getTime();
		channels.set(ref.channel, channel);
		return channel;
	}

	/** Where messages can be: a forum has none of its own, and a private thread no threads. */
	async function placesIn({ workspace, channel: id }: ChannelRef): Promise<(string | undefined)[]> {
		if (!isSnowflake(workspace)) return [undefined];
		// The shape of this route's answer.
		const { type } = (await rest.get(Routes.channel(id))) as APIChannel;
		if (type === ChannelType.PrivateThread) return [undefined];
		const isForum = type === ChannelType.GuildForum || type === ChannelType.GuildMedia;
		const threads = await threadsIn(workspace, id);
		return isForum ? threads : [undefined, ...threads];
	}

	/** Those that are open, and those that were closed last; private ones are those people's who are in them. */
	async function threadsIn(guild: string, channel: string): Promise<string[]> {
		const me = await servers.me();
		// The shape of this route's answer.
		const active = (await rest.get(Routes.guildActiveThreads(guild))) as ThreadList;
		const lists = [active.threads.filter(({ parent_id }) => parent_id === channel)];
		let before: string | undefined;
		for (let page = 0; page < MOST_THREAD_PAGES; page++) {
			const query = new URLSearchParams({ limit: `${PAGE}`, ...(before !== undefined && { before }) });
			// The shape of this route's answer.
			const list = (await rest.get(Routes.channelThreads(channel, "public"), { query }).catch(passedOver)) as
				| ThreadList
				| undefined;
			lists.push(list?.threads ?? []);
			before = list?.threads.at(-1)?.thread_metadata?.archive_timestamp;
			if (!list?.has_more || before === undefined) break;
		}
		// A thread of the bot's own with one message holds its answer and nothing else.
		return lists
			.flat()
			.filter(({ type }) => type !== ChannelType.PrivateThread)
			.filter(({ owner_id, message_count }) => owner_id !== me || (message_count ?? 0) > 1)
			.map(({ id }) => id);
	}

	/** The newest of a place that are older than `before`, at least `count` if there are so many. */
	async function olderIn(
		channel: string,
		place: string | undefined,
		read: ReadChannel["read"],
		before: string,
		count: number,
	): Promise<APIMessage[]> {
		const me = await servers.me();
		let known = read.get(place);
		if (!known || isOlder(known.from, before) || isOlder(before, known.to)) {
			known = { found: [], from: before, to: before, ended: false };
			read.set(place, known);
		}
		const older = (from: ReadPlace) => from.found.filter(({ id }) => isOlder(id, before));
		for (let page = 0; page < MOST_PAGES && !known.ended && older(known).length < count; page++) {
			const query = new URLSearchParams({ limit: `${PAGE}`, ...(known.to !== END && { before: known.to }) });
			// The shape of this route's answer.
			const messages = (await rest.get(Routes.channelMessages(place ?? channel), { query })) as APIMessage[];
			known.found.push(...messages.filter((message) => message.author.id !== me && isPosted(message)));
			known.to = messages.at(-1)?.id ?? known.to;
			known.ended = messages.length < PAGE;
		}
		return older(known).slice(0, count);
	}

	function passedOver(error: unknown): undefined {
		if (!isGone(error) && !isForbidden(error)) throw error;
		return undefined;
	}

	return async (ref: ChannelRef, before: string | undefined, limit: number): Promise<PostedImages[]> => {
		const { read, places } = readChannel(ref);
		const start = before === undefined ? END : placeOf({ ...ref, message: before }).messageId;
		const found: { message: APIMessage; thread: string | undefined }[] = [];
		for (const thread of await places) {
			// All of a thread's messages are later than itself.
			if (thread !== undefined && isOlder(start, thread)) continue;
			const reading = olderIn(ref.channel, thread, read, start, limit);
			const messages = await (thread === undefined ? reading : reading.catch(passedOver));
			found.push(...(messages ?? []).map((message) => ({ message, thread })));
		}
		return found
			.sort((a, b) => (isOlder(a.message.id, b.message.id) ? 1 : -1))
			.slice(0, limit)
			.map(({ message, thread }) => postedIn(ref, thread, message));
	};
}

/** Whether it was posted with images; the first message of a thread only repeats one of the channel. */
function isPosted(message: APIMessage): boolean {
	return message.type !== MessageType.ThreadStarterMessage && imagesOf(message).length > 0;
}

function postedIn({ platform, workspace, channel }: ChannelRef, thread: string | undefined, message: APIMessage) {
	return storableIn({
		platform,
		workspace,
		channel,
		...(thread !== undefined && { thread }),
		// What they may do doesn't matter to what they posted.
		actor: actorOf(message, false),
		time: new Date(message.timestamp).toISOString(),
		message: messageIdIn(thread, message.id),
		attachments: imagesOf(message),
	});
}

function isOlder(a: string, b: string): boolean {
	return BigInt(a) < BigInt(b);
}
