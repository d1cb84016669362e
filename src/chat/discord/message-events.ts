/** The events that people's messages raise, told by the gateway or read later: pure. */
import type { APIMessage, GatewayGuildMemberAddDispatchData } from "discord.js";
import { catalogue } from "../../../commands/catalogue.ts";
import { groupOf, parseTyped, type TypedCommand } from "../../../commands/typed.ts";
import { UserError } from "../../errors.ts";
import type { Actor, ChatEvent, CommandEvent } from "../event.ts";
import { imagesOf } from "./attachments.ts";
import { messageIdIn, type Place } from "./ids.ts";

/** What counts of a message here. */
export type ReadMessage = Pick<
	APIMessage,
	| "id"
	| "author"
	| "content"
	| "timestamp"
	| "attachments"
	| "embeds"
	| "message_snapshots"
	| "referenced_message"
	| "message_reference"
	| "webhook_id"
	| "channel_id"
> & {
	/** Of its author; the gateway tells it. */
	member?: Partial<Pick<GatewayGuildMemberAddDispatchData, "nick" | "roles" | "communication_disabled_until">>;
};

export interface MessageContext {
	place: Place;
	/** Ids by which people mention the bot. */
	ourIds: readonly string[];
	canModerate: boolean;
}

/** Longest name that an event takes. */
const LONGEST_NAME = 200;
const LONGEST_COMMAND = 40;

/**
 * What someone says to the bot is a command, by its name or to look at images; else images are posted; else it is nothing.
 * Bots command nothing, so that two of them can't keep each other busy.
 */
export function eventOf(message: ReadMessage, context: MessageContext): ChatEvent | undefined {
	const { place } = context;
	const attachments = imagesOf(message);
	const posted = {
		...place,
		actor: actorOf(message, context.canModerate),
		key: message.id,
		time: new Date(message.timestamp).toISOString(),
		message: messageIdIn(place.thread, message.id),
		attachments,
	};
	const command = posted.actor.isBot ? undefined : commandOf(message, context, attachments.length > 0);
	if (command) return { ...posted, ...command, kind: "command" };
	return attachments.length > 0 ? { ...posted, kind: "images-posted" } : undefined;
}

/** Whether a message is to the bot: its author's rights count, then. */
export function isToBot(message: Pick<ReadMessage, "content">, { place, ourIds }: Omit<MessageContext, "canModerate">) {
	return spokenTo(message.content, place, ourIds) !== undefined;
}

/**
 * Whether a message to the bot has a link whose picture it may be about, and Discord hasn't added that picture yet: without
 * it, the message would be taken to be about another image.
 */
export function awaitsPicture(message: ReadMessage, { place, ourIds }: Omit<MessageContext, "canModerate">): boolean {
	const spoken = isBot(message) ? undefined : spokenTo(message.content, place, ourIds);
	if (!spoken?.showsLink || imagesOf(message).length > 0) return false;
	return targetOf(message, place) === undefined;
}

export function actorOf(message: ReadMessage, canModerate: boolean): Actor {
	const { id, username, global_name } = message.author;
	const name = (message.member?.nick ?? global_name ?? username).slice(0, LONGEST_NAME);
	return { id, name, canModerate, isBot: isBot(message) };
}

function isBot({ author, webhook_id }: ReadMessage): boolean {
	return author.bot === true || webhook_id !== undefined;
}

interface Spoken {
	/** What comes after the mention, without addresses. */
	text: string;
	/** The message begins with it, or the place has nobody else. */
	first: boolean;
	/** There is an address, anywhere in it, of which Discord shows a picture if it finds one. */
	showsLink: boolean;
}

/**
 * An address, without what ends a sentence or a list's item behind it, and with the bars that hide it. The same in pointed
 * brackets, of which Discord shows nothing.
 */
const ADDRESS = /(?:\|\|)?(<?)https?:\/\/[^\s<>|]*[^\s<>|,;.!?]>?(?:\|\|)?/gi;

/** @returns undefined unless the bot is mentioned in so many words: a reply to it is none */
function spokenTo(content: string, place: Place, ourIds: readonly string[]): Spoken | undefined {
	const showsLink = [...content.matchAll(ADDRESS)].some(([, bracket]) => bracket === "");
	const mention = new RegExp(`<@[!&]?(?:${ourIds.join("|")})>`).exec(content);
	if (mention) {
		const before = content.slice(0, mention.index);
		const text = withoutAddresses(content.slice(mention.index + mention[0].length));
		return { text, first: before.trim() === "", showsLink };
	}
	return place.workspace.startsWith("dm-") ? { text: withoutAddresses(content), first: true, showsLink } : undefined;
}

function withoutAddresses(text: string): string {
	return text.replace(ADDRESS, "").trim();
}

function commandOf(
	message: ReadMessage,
	{ place, ourIds }: MessageContext,
	hasImages: boolean,
): Pick<CommandEvent, "name" | "options" | "target"> | undefined {
	const spoken = spokenTo(message.content, place, ourIds);
	if (!spoken) return undefined;
	const target = targetOf(message, place);
	const about = target && { target };
	if (spoken.first && namesCommand(spoken.text)) return { ...named(spoken.text), ...about };
	// In a thread it is about the thread's image; where nobody else is, everything is said to the bot.
	const isAbout = place.thread !== undefined || place.workspace.startsWith("dm-");
	const isAsked = spoken.first && isAbout && spoken.text !== "";
	if (hasImages || target || isAsked) return { ...parseTyped(`classify ${spoken.text}`, catalogue), ...about };
	return spoken.first && spoken.text === "" ? parseTyped("help", catalogue) : undefined;
}

/** The images of the message that this one replies to. */
function targetOf({ referenced_message: replied, channel_id }: ReadMessage, place: Place): CommandEvent["target"] {
	if (!replied || replied.channel_id !== channel_id) return undefined;
	const attachments = imagesOf(replied);
	return attachments.length > 0 ? { message: messageIdIn(place.thread, replied.id), attachments } : undefined;
}

function namesCommand(text: string): boolean {
	const [first = ""] = text.replace(/^\//, "").toLowerCase().split(/\s/, 1);
	return catalogue.some((command) => command.name === first || groupOf(command) === first);
}

/** What can't be read stays a command that nobody knows, so that whoever wrote it is told. */
function named(text: string): TypedCommand {
	try {
		return parseTyped(text, catalogue);
	} catch (error) {
		if (!(error instanceof UserError)) throw error;
		const words = text.replace(/^\//, "").split(/\s+/, 2);
		return { name: words.join(" ").slice(0, LONGEST_COMMAND), options: {} };
	}
}
