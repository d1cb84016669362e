/** Posts of the bot in channels and threads: each carries its marker twice, as a nonce and in the id of its container. */
import {
	type APIMessage,
	RESTJSONErrorCodes as Codes,
	ComponentType,
	type REST,
	type RESTPostAPIChannelMessagesThreadsResult,
	Routes,
} from "discord.js";
import { discordErrors } from "../../errors.ts";
import type { ChannelRef, ImagesPostedEvent } from "../event.ts";
import { isSpoiler } from "./attachments.ts";
import { shorten } from "./cut.ts";
import { plain } from "./escape.ts";
import { isSnowflake, markerNumber, messageIdIn, placeOf } from "./ids.ts";
import type { MissingPermissions } from "./missing-permissions.ts";
import type { PermissionName } from "./permissions.ts";
import { allowsNoThread, codeOf, isAboutEmoji, isForbidden, isGone } from "./port-refusals.ts";
import type { Servers } from "./port-servers.ts";
import { editOf, type MessageBody, type Rendered, withoutServerEmoji } from "./render.ts";
import type { SpoilerPosts } from "./spoiler-posts.ts";

/** What a thread of the bot's needs. */
export const FOR_THREADS: readonly PermissionName[] = ["CreatePublicThreads", "SendMessagesInThreads"];
/** A day without a message closes a thread; to post in it opens it again. */
const ARCHIVED_AFTER_MINUTES = 1440;
const LONGEST_NAME = 100;
/** Messages looked through for a post that may have been made. */
const PAGE = 100;
const MOST_PAGES = 10;

export type Posts = ReturnType<typeof createPosts>;

interface Options {
	rest: REST;
	servers: Servers;
	spoilers: SpoilerPosts;
	missing: MissingPermissions;
}

export function createPosts({ rest, servers, spoilers, missing }: Options) {
	/** The same again without what Discord refused. */
	async function send(channelId: string, { body, files }: Rendered, marker: string, replyTo?: string) {
		const post = async (message: MessageBody, answered: string | undefined) => {
			const message_reference = answered && { message_id: answered, fail_if_not_exists: false };
			const posted = await rest.post(Routes.channelMessages(channelId), {
				body: { ...message, nonce: marker, enforce_nonce: true, ...(message_reference && { message_reference }) },
				files,
			});
			// The shape of this route's answer.
			return posted as APIMessage;
		};
		const message = editOf(body);
		try {
			return await post(message, replyTo);
		} catch (error) {
			if (codeOf(error) === Codes.CannotReplyWithoutPermissionToReadMessageHistory)
				return await post(message, undefined);
			if (isAboutEmoji(error)) return await post(withoutServerEmoji(message), replyTo);
			throw error;
		}
	}

	/** What is thrown for a refused post: words where it is a person's to change. */
	async function inWords(error: unknown, ref: ChannelRef, needed: readonly PermissionName[]): Promise<unknown> {
		if (isGone(error)) return discordErrors.messageGone();
		if (codeOf(error) === Codes.ThreadLocked) return discordErrors.threadLocked();
		return isForbidden(error) ? await lackingError(ref, await missing.refused(ref, needed)) : error;
	}

	async function lackingError(ref: ChannelRef, names: readonly PermissionName[]): Promise<Error> {
		await missing.log(ref, names, "an answer could not be posted for want of permissions");
		return await missing.error(ref, names);
	}

	return {
		/**
		 * Posts where a message stands, as a reply to it, or just there.
		 * @param place of the channel, or of a thread in it
		 * @returns the id of the post, as references carry it
		 * @throws UserError `discord.*`
		 */
		async post(
			ref: ChannelRef,
			place: { thread?: string | undefined; replyTo?: string },
			rendered: Rendered,
			marker: string,
		): Promise<string> {
			const { thread, replyTo } = place;
			const inThread = thread !== undefined || (await servers.parentOf(ref)) !== undefined;
			const needed: PermissionName[] = ["ViewChannel", inThread ? "SendMessagesInThreads" : "SendMessages"];
			if (rendered.files.length > 0) needed.push("AttachFiles");
			// Refusals count, and too many of them shut the bot out of Discord.
			const lacking = await missing.among(ref, needed);
			if (lacking.length > 0) throw await lackingError(ref, lacking);
			try {
				const { id } = await send(thread ?? ref.channel, rendered, marker, replyTo);
				spoilers.note(id, rendered.body);
				return messageIdIn(thread, id);
			} catch (error) {
				throw await inWords(error, ref, needed);
			}
		},

		/**
		 * The thread that hangs from a message, which is made if there is none.
		 * @returns its id; or what the bot lacks to have one, nothing where it is the place that allows none
		 * @throws UserError `discord.*`
		 */
		async threadOf(event: ImagesPostedEvent): Promise<{ id: string } | { lacking: readonly PermissionName[] }> {
			if (event.thread !== undefined || !isSnowflake(event.workspace)) return { lacking: [] };
			// A private thread: there are none within it.
			if ((await servers.parentOf(event)) !== undefined) return { lacking: [] };
			const lacking = await missing.among(event, FOR_THREADS);
			if (lacking.length > 0) return { lacking };
			const { channelId, messageId } = placeOf(event);
			const body = { name: threadName(event), auto_archive_duration: ARCHIVED_AFTER_MINUTES };
			try {
				// The shape of this route's answer.
				return (await rest.post(Routes.threads(channelId, messageId), {
					body,
				})) as RESTPostAPIChannelMessagesThreadsResult;
			} catch (error) {
				// A message has one thread, whose id is the message's.
				if (codeOf(error) === Codes.ThreadAlreadyCreatedForMessage) return { id: messageId };
				if (allowsNoThread(error)) return { lacking: [] };
				if (isForbidden(error)) return { lacking: await missing.refused(event, FOR_THREADS) };
				throw isGone(error) ? discordErrors.messageGone() : error;
			}
		},

		/**
		 * The bot's own post with this marker, newest first.
		 * @param after a message that is older than it
		 */
		async find(channelId: string, after: string, marker: string): Promise<string | undefined> {
			const [me, number] = [await servers.me(), markerNumber(marker)];
			let before: string | undefined;
			for (let page = 0; page < MOST_PAGES; page++) {
				const query = new URLSearchParams({ limit: `${PAGE}`, ...(before !== undefined && { before }) });
				// The shape of this route's answer.
				const messages = (await rest.get(Routes.channelMessages(channelId), { query })) as APIMessage[];
				const found = messages.find((message) => message.author.id === me && carries(message, number));
				if (found) return found.id;
				const oldest = messages.at(-1)?.id;
				if (oldest === undefined || messages.length < PAGE || BigInt(oldest) <= BigInt(after)) return undefined;
				before = oldest;
			}
			return undefined;
		},

		/**
		 * Does something to a message. A thread that is closed is opened for it and closed again, where the bot may.
		 * @returns undefined if it couldn't be opened
		 */
		async inOpenThread<T>(channelId: string, act: () => Promise<T>): Promise<T | undefined> {
			const archive = (archived: boolean) => rest.patch(Routes.channel(channelId), { body: { archived } });
			try {
				return await act();
			} catch (error) {
				if (codeOf(error) !== Codes.InvalidActionOnArchivedThread) throw error;
			}
			try {
				await archive(false);
			} catch (error) {
				if (codeOf(error) === undefined) throw error;
				return undefined;
			}
			try {
				return await act();
			} finally {
				// It stays open otherwise, until a day has passed.
				await archive(true).catch(() => {});
			}
		},
	};
}

/** Whether one of its containers has this id. */
export function carries({ components }: Pick<APIMessage, "components">, number: number): boolean {
	return (components ?? []).some(({ type, id }) => type === ComponentType.Container && id === number);
}

/** Words for the list of threads: the first image's name, unless someone hid it. */
export function threadName({ attachments }: Pick<ImagesPostedEvent, "attachments">): string {
	const [first] = attachments;
	if (!first || attachments.some(isSpoiler)) return "Tags";
	const words = plain(first.name)
		.replace(/\.\w{1,5}$/, "")
		.replaceAll(/[_\s]+/g, " ")
		.trim();
	const others = attachments.length > 1 ? ` and ${attachments.length - 1} more` : "";
	return words ? `${shorten(`Tags: ${words}`, LONGEST_NAME - others.length)}${others}` : "Tags";
}
