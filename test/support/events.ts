/** Events as a platform's adapter would make them. */
import type {
	Actor,
	ChoiceEvent,
	CommandEvent,
	ImagesPostedEvent,
	MessageDeletedEvent,
	ReactionEvent,
} from "../../src/chat/event.ts";

export const channel = { platform: "local", workspace: "home", channel: "general" } as const;
const shared = {
	...channel,
	actor: { id: "ada", name: "Ada", canModerate: false, isBot: false },
	time: "2026-01-02T03:04:05.000Z",
};

/** A command typed into the message of the same key. */
export function command(key: string, more: Partial<CommandEvent> = {}): CommandEvent {
	const options = { labels: "cat dog" };
	return { ...shared, kind: "command", name: "classify", key, message: key, options, attachments: [], ...more };
}

/** A message of this key with one image. */
export function imagesPosted(key: string, more: Partial<ImagesPostedEvent> = {}): ImagesPostedEvent {
	const attachments = [{ id: `${key}-0`, url: `local:${key}-0`, name: "cat.png" }];
	return { ...shared, kind: "images-posted", key, message: key, attachments, ...more };
}

export function messageDeleted(message: string, more: Partial<MessageDeletedEvent> = {}): MessageDeletedEvent {
	return { ...shared, kind: "message-deleted", key: `${message}-deleted`, message, ...more };
}

export const person = (id: string, more: Partial<Actor> = {}): Actor => {
	return { id, name: id, canModerate: false, isBot: false, ...more };
};

let last = 0;
/** Of everything made here, in the order it was made; unless it is given. */
const next = () => ++last;

export function reaction(message: string, emoji: string, more: Partial<ReactionEvent> = {}): ReactionEvent {
	const order = next();
	return { ...shared, kind: "reaction", key: `reaction-${order}`, message, emoji, added: true, order, ...more };
}

/** A button pressed, or with values an option picked, in this message of the bot's. */
export function choice(message: string, control: string, more: Partial<ChoiceEvent> = {}): ChoiceEvent {
	const order = next();
	return {
		...shared,
		kind: "choice",
		key: `choice-${order}`,
		message,
		control,
		values: [],
		fields: {},
		order,
		...more,
	};
}
