/** Routes of threads. */
import {
	ChannelType,
	type RESTPatchAPIChannelJSONBody,
	type RESTPostAPIChannelMessagesThreadsJSONBody,
	type RESTPostAPIChannelThreadsJSONBody,
	type RESTPostAPIGuildForumThreadsJSONBody,
} from "discord.js";
import { applyBody } from "./message-body.ts";
import { draft, openThread, post, setArchived, startThread, threadChanged } from "./messages.ts";
import { type Channel, isForum } from "./records.ts";
import { refusals } from "./refusals.ts";
import {
	type Answer,
	bodyOf,
	type Call,
	channelOf,
	guildOf,
	messageOf,
	NOTHING,
	ok,
	type Routes,
} from "./rest-call.ts";
import { shown } from "./rest-messages.ts";
import { channelJson } from "./wire.ts";
import type { ThreadOptions } from "./world.ts";

export function threadRoutes(): Routes {
	return {
		"POST /channels/:channel/messages/:message/threads": (call) => {
			const channel = channelOf(call);
			if (![ChannelType.GuildText, ChannelType.GuildAnnouncement].includes(channel.type)) {
				throw refusals.wrongChannelType();
			}
			channelOf(call, "CreatePublicThreads");
			const message = messageOf(call, channel);
			if (message.thread()) throw refusals.threadExists();
			const { name, minutes } = wanted(call);
			return created(call, startThread(call.world, message, name, call.world.bot, minutes));
		},
		"POST /channels/:channel/threads": async (call) => {
			const channel = channelOf(call);
			if (isForum(channel)) return await forumPost(call);
			if (![ChannelType.GuildText, ChannelType.GuildAnnouncement].includes(channel.type)) {
				throw refusals.wrongChannelType();
			}
			const { type = ChannelType.PrivateThread } = bodyOf<RESTPostAPIChannelThreadsJSONBody>(call);
			channelOf(call, type === ChannelType.PrivateThread ? "CreatePrivateThreads" : "CreatePublicThreads");
			const { name, minutes } = wanted(call);
			return created(call, openThread(call.world, channel, name, call.world.bot, { type, ...options(minutes) }));
		},
		"GET /channels/:channel/threads/archived/public": (call) => {
			const channel = channelOf(call, "ReadMessageHistory");
			if (channel.thread) throw refusals.wrongChannelType();
			const threads = [...channel.threads.values()]
				.filter(({ type, thread }) => thread?.archived && type !== ChannelType.PrivateThread)
				.sort((a, b) => Number(b.thread?.archivedAt) - Number(a.thread?.archivedAt));
			const before = call.query.get("before");
			const older = threads.filter(({ thread }) => !before || Number(thread?.archivedAt) < Date.parse(before));
			const limit = Number(call.query.get("limit") ?? 50);
			return ok({ ...listing(call, older.slice(0, limit)), has_more: older.length > limit });
		},
		"GET /guilds/:guild/threads/active": (call) => {
			const { world } = call;
			const threads = world.channelsOf(guildOf(call));
			return ok(
				listing(
					call,
					threads.filter((channel) => channel.thread?.archived === false && world.botSees(channel)),
				),
			);
		},
		"PUT /channels/:channel/thread-members/@me": (call) => {
			const { thread } = threadOf(call);
			if (thread.archived) throw refusals.archived();
			thread.members.add(call.world.bot.id);
			return NOTHING;
		},
		"DELETE /channels/:channel/thread-members/@me": (call) => {
			threadOf(call).thread.members.delete(call.world.bot.id);
			return NOTHING;
		},
	};
}

/** Changes a thread as `PATCH /channels/:channel` asks. */
export function changeThread(call: Call): Answer {
	const { channel, thread } = threadOf(call);
	const isOwner = thread.ownerId === call.world.bot.id;
	const body = bodyOf<RESTPatchAPIChannelJSONBody>(call);
	const { name, archived, locked, auto_archive_duration: minutes } = body;
	const onlyArchives = archived !== undefined && name === undefined && locked === undefined;
	if (!isOwner || locked !== undefined) channelOf(call, "ManageThreads");
	if (thread.archived && !onlyArchives && archived !== false) throw refusals.archived();
	if (name) channel.name = name;
	if (minutes) thread.autoArchiveMinutes = minutes;
	if (locked !== undefined) thread.locked = locked;
	if (archived !== undefined && archived !== thread.archived) setArchived(call.world, channel, archived);
	else threadChanged(call.world, channel);
	return ok(channelJson(call.world, channel));
}

function threadOf(call: Call) {
	const channel = channelOf(call);
	const { thread } = channel;
	if (!thread) throw refusals.wrongChannelType();
	return { channel, thread };
}

async function forumPost(call: Call): Promise<Answer> {
	const { world, parsed } = call;
	const forum = channelOf(call, "SendMessages");
	const { name, minutes } = wanted(call);
	const { message: json } = bodyOf<RESTPostAPIGuildForumThreadsJSONBody>(call);
	const thread = openThread(world, forum, name, world.bot, options(minutes));
	const first = draft(world, thread, world.bot, undefined, thread.id);
	await applyBody(world, first, { json, files: parsed.files });
	post(world, first);
	return { status: 201, body: { ...channelJson(world, thread), message: shown(world, first) } };
}

function options(minutes: number | undefined): ThreadOptions {
	return minutes === undefined ? {} : { autoArchiveMinutes: minutes };
}

function wanted(call: Call): { name: string; minutes: number | undefined } {
	const { name = "", auto_archive_duration: minutes } = bodyOf<RESTPostAPIChannelMessagesThreadsJSONBody>(call);
	return { name, minutes };
}

function created({ world }: Call, thread: Channel): Answer {
	return { status: 201, body: channelJson(world, thread) };
}

function listing({ world }: Call, threads: readonly Channel[]) {
	return { threads: threads.map((thread) => channelJson(world, thread)), members: [] };
}
