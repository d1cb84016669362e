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

export function actorOf({ author, member, webhook_id }: ReadMessage, canModerate: boolean): Actor {
	const { id, username, global_name, bot } = author;
	const name = (member?.nick ?? global_name ?? username).slice(0, LONGEST_NAME);
	return { id, name, canModerate, isBot: bot === true || webhook_id !== undefined };
}

interface Spoken {
	/** What comes after the mention. */
	text: string;
	/** The message begins with it, or the place has nobody else. */
	first: boolean;
}

/** @returns undefined unless the bot is mentioned in so many words: a reply to it is none */
function spokenTo(content: string, place: Place, ourIds: readonly string[]): Spoken | undefined {
	const mention = new RegExp(`<@[!&]?(?:${ourIds.join("|")})>`).exec(content);
	if (mention) {
		const before = content.slice(0, mention.index);
		const text = content.slice(mention.index + mention[0].length).trim();
		return { text, first: before.trim() === "" };
	}
	return place.workspace.startsWith("dm-") ? { text: content.trim(), first: true } : undefined;
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
