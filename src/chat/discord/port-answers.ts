/** Where the answer to an event goes: to its interaction, a thread of the message, or the place itself; and how it is found. */
import { MessageFlags } from "discord.js";
import type { Logger } from "pino";
import { UserError } from "../../errors.ts";
import type { ChatEvent, CommandEvent, ImagesPostedEvent } from "../event.ts";
import type { Block, RichText, View } from "../view.ts";
import { isSpoiler } from "./attachments.ts";
import { isShownToModeratorsAlone } from "./commands.ts";
import { isSnowflake, messageIdIn, placeOf } from "./ids.ts";
import type { MissingPermissions } from "./missing-permissions.ts";
import type { OwnResponses } from "./own-responses.ts";
import type { InteractionAnswers } from "./port-interactions.ts";
import type { Posts } from "./port-posts.ts";
import { isForbidden, isGone } from "./port-refusals.ts";
import { type Rendered, type RenderOptions, renderView } from "./render.ts";
import { readVia, type Via } from "./via.ts";

/** To people whom a channel's moderators have named. */
const NOT_OFFERED =
	" If Discord doesn't offer it to you, whoever manages the server can change that: Server Settings → Integrations.";

interface Options {
	posts: Posts;
	interactions: InteractionAnswers;
	responses: OwnResponses;
	missing: MissingPermissions;
	freshLinks: NonNullable<RenderOptions["freshLinks"]>;
	log: Pick<Logger, "warn">;
}

export function createAnswers({ posts, interactions, responses, missing, freshLinks, log }: Options) {
	async function render(event: ChatEvent, view: View, marker: string): Promise<Rendered> {
		const maxFileBytes = readVia(event)?.maxFileBytes;
		const spoiler = isHidden(event) || (view.about ?? []).some(isSpoiler);
		return await renderView(view, { marker, spoiler, freshLinks, ...(maxFileBytes !== undefined && { maxFileBytes }) });
	}

	/** By the interaction's own token. @returns undefined if that is of no use any more */
	async function answerInteraction(event: ChatEvent, via: Via, view: View, marker: string) {
		if (interactions.isOver(event)) return undefined;
		const rendered = await render(event, view, marker);
		if (!isCommand(event)) return await interactions.say(via, rendered);
		// A response carries no files: one with some follows it.
		if (rendered.files.length === 0 && responses.give(event, responseOf(event, rendered))) return event.key;
		return await interactions.answer(event, via, rendered);
	}

	/** Once an interaction is too old to be answered, everyone sees what everyone was to see. */
	async function answerLate(event: ChatEvent, via: Via, view: View, marker: string): Promise<string> {
		if (via.ephemeral || view.ephemeral || isVisit(event)) {
			const what = isCommand(event) ? event.name : event.kind;
			log.warn({ key: event.key, what }, "an answer for one person came too late to be shown");
			return event.key;
		}
		const asked: RichText = isCommand(event) ? [", who asked with ", { code: `/${event.name}` }] : [];
		const rendered = await render(event, noted(view, ["For ", { person: event.actor.id }, ...asked]), marker);
		return await posts.post(event, { thread: event.thread }, rendered, marker);
	}

	/** In a thread of the message, or as a reply to it where it can't have one. */
	async function answerImages(event: ImagesPostedEvent, view: View, marker: string): Promise<string> {
		let thread = await posts.threadOf(event);
		if ("id" in thread) {
			try {
				return await posts.post(event, { thread: thread.id }, await render(event, view, marker), marker);
			} catch (error) {
				const code = error instanceof UserError && error.code;
				if (code === "discord.missing-permission") thread = { lacking: ["SendMessagesInThreads"] };
				// Someone has locked the message's thread: it stands in the channel all the same.
				else if (code === "discord.thread-locked") thread = { lacking: [] };
				else throw error;
			}
		}
		const note = await missing.note(event, thread.lacking, "answer in threads");
		return await reply(event, note ? noted(view, note) : view, marker);
	}

	async function reply(event: ChatEvent & { message: string }, view: View, marker: string): Promise<string> {
		const rendered = await render(event, view, marker);
		const place = { thread: event.thread, replyTo: placeOf(event).messageId };
		return await posts.post(event, place, rendered, marker);
	}

	return {
		/** @throws UserError `discord.missing-permission`, `discord.message-gone`, `discord.thread-locked` */
		async reply(event: ChatEvent, view: View, marker: string): Promise<string> {
			const via = readVia(event);
			if (via) {
				const answered = await answerInteraction(event, via, view, marker);
				if (answered === undefined) return await answerLate(event, via, view, marker);
				return answered === event.key ? answered : messageIdIn(event.thread, answered);
			}
			if (event.kind === "images-posted") return await answerImages(event, view, marker);
			if (!hasMessage(event)) throw new Error(`nobody waits for an answer to ${event.kind}`);
			return await reply(event, forEveryone(event, view), marker);
		},

		/** An answer to a choice can't be looked for: whoever made it may be told twice after a crash. */
		async find(event: ChatEvent, marker: string): Promise<string | undefined> {
			const via = readVia(event);
			if (via && isCommand(event) && !interactions.isOver(event)) {
				const found = await interactions.find(via, marker);
				if (found !== undefined) return messageIdIn(event.thread, found);
			}
			const { messageId } = placeOf({ ...event, message: hasMessage(event) ? event.message : event.key });
			if (isVisit(event) || !isSnowflake(messageId)) return undefined;
			// A thread that hangs from the message has its id.
			const ownThread = event.kind === "images-posted" && event.thread === undefined ? [messageId] : [];
			for (const thread of [...ownThread, event.thread]) {
				try {
					const found = await posts.find(thread ?? event.channel, messageId, marker);
					if (found !== undefined) return messageIdIn(thread, found);
				} catch (error) {
					if (!isGone(error) && !isForbidden(error)) throw error;
				}
			}
			return undefined;
		},
	};
}

function isCommand(event: ChatEvent): event is CommandEvent {
	return event.kind === "command";
}

function isVisit(event: ChatEvent): boolean {
	return isCommand(event) && event.visiting === true;
}

function hasMessage(event: ChatEvent): event is ChatEvent & { message: string } {
	return "message" in event && event.message !== undefined;
}

/** It came with images that someone hid, or was called on them. */
function isHidden(event: ChatEvent): boolean {
	const own = "attachments" in event ? event.attachments : [];
	const target = isCommand(event) ? (event.target?.attachments ?? []) : [];
	return [...own, ...target].some(isSpoiler);
}

/** Where the bot is no member, only who asked sees the answer. */
function responseOf(event: ChatEvent, { body }: Rendered): Rendered["body"] {
	return isVisit(event) ? { ...body, flags: (body.flags ?? 0) | MessageFlags.Ephemeral } : body;
}

function noted(view: View, text: RichText): View {
	return { ...view, blocks: [...view.blocks, { kind: "note", text }] };
}

/**
 * An answer to a message that everyone sees can't be for one person: errors are no secret, anything else is. In a
 * conversation with the bot there is nobody else.
 */
function forEveryone(event: ChatEvent, view: View): View {
	const isError = ({ kind }: Block) => kind === "error";
	if (!view.ephemeral || event.workspace.startsWith("dm-") || view.blocks.every(isError)) return view;
	const command = isCommand(event) ? event.name : undefined;
	const text: RichText = [
		"The answer is for you alone: ",
		...(command === undefined ? ["a command"] : [{ code: `/${command}` }]),
		" as a slash command can show it to you.",
		...(command !== undefined && isShownToModeratorsAlone(command) ? [NOT_OFFERED] : []),
	];
	return { blocks: [{ kind: "text", text }] };
}
