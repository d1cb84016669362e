/** Routes of messages: read, post, edit, delete. */
import {
	MessageType,
	type RESTPostAPIChannelMessageJSONBody,
	type RESTPostAPIChannelMessagesBulkDeleteJSONBody,
} from "discord.js";
import { applyBody } from "./message-body.ts";
import { changed, draft, post, remove, removeAll } from "./messages.ts";
import { may } from "./permissions.ts";
import { type Channel, isForum, isThread, type Message } from "./records.ts";
import { refusals } from "./refusals.ts";
import { bodyOf, type Call, channelOf, messageOf, NOTHING, ok, type Routes, require } from "./rest-call.ts";
import { isOlder, timeOf } from "./snowflakes.ts";
import { messageJson } from "./wire.ts";
import type { World } from "./world.ts";

const BULK_MAX_AGE_MS = 14 * 24 * 60 * 60 * 1000;

/** The nonces of messages that the bot posted, for as long as Discord looks at them. */
export interface Nonces {
	/** How long one is remembered; 0: not at all. */
	ms: number;
	/** Noted before the message is there: the same one sent at the same moment waits for it. */
	readonly posted: Map<string, { at: Date; message: Promise<Message> }>;
}

export function messageRoutes(nonces: Nonces): Routes {
	return {
		"GET /channels/:channel/messages": (call) => {
			const channel = channelOf(call);
			if (isForum(channel)) throw refusals.wrongChannelType();
			return ok(listed(call, channel).map((message) => shown(call.world, message)));
		},
		"GET /channels/:channel/messages/:message": (call) => {
			const channel = channelOf(call, "ReadMessageHistory");
			return ok(shown(call.world, messageOf(call, channel)));
		},
		"POST /channels/:channel/messages": async (call) => ok(await posted(call, channelOf(call), nonces)),
		"PATCH /channels/:channel/messages/:message": async (call) => {
			const { world } = call;
			const channel = channelOf(call);
			const message = messageOf(call, channel);
			if (message.author !== world.bot) throw refusals.foreignMessage();
			if (channel.thread?.archived) throw refusals.archived();
			if (call.parsed.files.size > 0) require(world, channel, "AttachFiles");
			await applyBody(world, message, call.parsed);
			message.editedAt = world.now();
			changed(world, message);
			return ok(shown(world, message));
		},
		"DELETE /channels/:channel/messages/:message": (call) => {
			const channel = channelOf(call);
			const message = messageOf(call, channel);
			if (message.author !== call.world.bot) require(call.world, channel, "ManageMessages");
			remove(call.world, message);
			return NOTHING;
		},
		"POST /channels/:channel/messages/bulk-delete": (call) => {
			const channel = channelOf(call, "ManageMessages");
			const { messages: ids = [] } = bodyOf<RESTPostAPIChannelMessagesBulkDeleteJSONBody>(call);
			if (ids.length < 2 || ids.length > 100) throw refusals.wrongCount();
			const oldest = call.world.now().getTime() - BULK_MAX_AGE_MS;
			if (ids.some((id) => timeOf(id).getTime() < oldest)) throw refusals.tooOld();
			const messages = ids.map((id) => channel.messages.get(id)).filter((one): one is Message => one !== undefined);
			removeAll(call.world, messages);
			return NOTHING;
		},
		"POST /channels/:channel/typing": (call) => {
			channelOf(call, "SendMessages");
			return NOTHING;
		},
		"POST /attachments/refresh-urls": (call) => {
			const { attachment_urls = [] } = bodyOf<{ attachment_urls: string[] }>(call);
			if (attachment_urls.length > 50) throw refusals.invalidForm("attachment_urls", "Must be 50 or fewer in length.");
			const refreshed_urls = attachment_urls.map((original) => {
				return { original, refreshed: call.world.cdn.refresh(original) ?? null };
			});
			return ok({ refreshed_urls });
		},
	};
}

/** A message as the bot reads it. */
export function shown(world: World, message: Message): object {
	return messageJson(world, message, world.messageContent);
}

/** Newest first. */
function listed({ world, query }: Call, channel: Channel): Message[] {
	if (!may(channel, world.bot, "ReadMessageHistory")) return [];
	const limit = Number(query.get("limit") ?? 50);
	if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
		throw refusals.invalidForm("limit", "int value should be between 1 and 100.", "NUMBER_TYPE_MAX");
	}
	const all = [...channel.messages.values()].filter(({ visibleTo }) => visibleTo === undefined);
	const [before, after, around] = [query.get("before"), query.get("after"), query.get("around")];
	const older = (than: string) => all.filter(({ id }) => isOlder(id, than));
	const newer = (than: string) => all.filter(({ id }) => isOlder(than, id));
	let some = all.slice(-limit);
	if (before) some = older(before).slice(-limit);
	// The first ones after it, not the newest.
	else if (after) some = newer(after).slice(0, limit);
	else if (around) {
		const half = Math.floor(limit / 2);
		const middle = all.filter(({ id }) => id === around);
		some = [...older(around).slice(-half), ...middle, ...newer(around).slice(0, half)];
	}
	return some.reverse();
}

/** Posts what the bot sends, unless its nonce says that it did already. */
async function posted(call: Call, channel: Channel, { ms, posted }: Nonces): Promise<object> {
	const { world } = call;
	const { nonce, enforce_nonce } = bodyOf<RESTPostAPIChannelMessageJSONBody>(call);
	requirePosting(world, channel, call.parsed.files.size > 0);
	if (nonce === undefined) return shown(world, await newPost(call, channel));
	const known = posted.get(`${nonce}`);
	const isKnown = enforce_nonce && known && world.now().getTime() - known.at.getTime() < ms;
	const earlier = isKnown ? await known.message : undefined;
	if (earlier && !earlier.deleted) return { ...shown(world, earlier), nonce };
	const message = newPost(call, channel);
	posted.set(`${nonce}`, { at: world.now(), message });
	// Nothing was posted: there is nothing to remember.
	message.catch(() => posted.delete(`${nonce}`));
	return { ...shown(world, await message), nonce };
}

async function newPost(call: Call, channel: Channel): Promise<Message> {
	const { world } = call;
	const { nonce, message_reference } = bodyOf<RESTPostAPIChannelMessageJSONBody>(call);
	const answered = message_reference && answeredBy(world, channel, message_reference);
	const message = draft(world, channel, world.bot, answered ? MessageType.Reply : MessageType.Default);
	if (answered) message.replyTo = { id: answered.id, message: answered };
	if (nonce !== undefined) message.nonce = nonce;
	await applyBody(world, message, call.parsed);
	return post(world, message);
}

/** @throws Refusal unless the bot may post there, with files */
export function requirePosting(world: World, channel: Channel, withFiles: boolean): void {
	if (isForum(channel)) throw refusals.wrongChannelType();
	require(world, channel, isThread(channel) ? "SendMessagesInThreads" : "SendMessages");
	if (withFiles) require(world, channel, "AttachFiles");
	if (channel.thread?.locked && !may(channel, world.bot, "ManageThreads")) throw refusals.locked();
}

type Reference = NonNullable<RESTPostAPIChannelMessageJSONBody["message_reference"]>;

/** The message that a post answers; nothing if it is gone and the post is to stand alone. */
function answeredBy(world: World, channel: Channel, reference: Reference): Message | undefined {
	if (!may(channel, world.bot, "ReadMessageHistory")) throw refusals.cannotReply();
	const { message_id = "", fail_if_not_exists = true } = reference;
	const answered = channel.messages.get(message_id);
	if (answered && answered.visibleTo === undefined) return answered;
	if (fail_if_not_exists) throw refusals.invalidForm("message_reference", "Unknown message", "REPLIES_UNKNOWN_MESSAGE");
	return undefined;
}
