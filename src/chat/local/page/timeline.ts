/** The messages of a channel as the page holds them: pure functions over a list sorted by id. */
import type { WireMessage, WirePage } from "../wire.ts";

export interface Timeline {
	/** Messages and replies, by rising id. */
	messages: WireMessage[];
	/** Whether the server has older ones. */
	more: boolean;
}

export type Row =
	| { kind: "day"; key: string; time: string }
	/** `follows`: by the same author shortly after the one above, so name and picture needn't be repeated. */
	| { kind: "message"; key: string; message: WireMessage; replies: WireMessage[]; follows: boolean };

const FOLLOWS_WITHIN_MS = 5 * 60_000;

/** Adds a message, or replaces it if it is there. */
export function upsert(timeline: Timeline, message: WireMessage): Timeline {
	const others = timeline.messages.filter((each) => each.id !== message.id);
	return { ...timeline, messages: sorted([...others, message]) };
}

/** Takes a message away, with its thread. */
export function remove(timeline: Timeline, id: string): Timeline {
	return { ...timeline, messages: timeline.messages.filter((each) => each.id !== id && each.thread !== id) };
}

export function change(timeline: Timeline, id: string, changed: Partial<WireMessage>): Timeline {
	return {
		...timeline,
		messages: timeline.messages.map((each) => (each.id === id ? { ...each, ...changed } : each)),
	};
}

/** Puts an older page in front. */
export function addOlder(timeline: Timeline, page: WirePage): Timeline {
	const known = new Set(timeline.messages.map((message) => message.id));
	const older = page.messages.filter((message) => !known.has(message.id));
	return { messages: sorted([...older, ...timeline.messages]), more: page.more };
}

/**
 * Takes over the newest page after a (re)connection: it says what there is now. Older messages that were loaded before
 * stay if they join on to it without a gap.
 */
export function refresh(timeline: Timeline | undefined, page: WirePage): Timeline {
	const first = page.messages.find((message) => !message.thread);
	const loaded = new Set(timeline?.messages.map((message) => message.id));
	if (!timeline || !first || !page.more || !loaded.has(first.id)) return page;
	const older = timeline.messages.filter((message) => (message.thread ?? message.id) < first.id);
	return { messages: sorted([...older, ...page.messages]), more: timeline.more };
}

/** What to show from top to bottom: days, messages, and under each message its thread. */
export function rows(messages: WireMessage[]): Row[] {
	const replies = new Map<string, WireMessage[]>();
	for (const message of messages) {
		if (message.thread) replies.set(message.thread, [...(replies.get(message.thread) ?? []), message]);
	}
	const result: Row[] = [];
	let above: WireMessage | undefined;
	for (const message of messages) {
		if (message.thread) continue;
		const isNewDay = !above || dayOf(above.time) !== dayOf(message.time);
		if (isNewDay) result.push({ kind: "day", key: `day-${message.id}`, time: message.time });
		const follows =
			!isNewDay &&
			above !== undefined &&
			!replies.has(above.id) &&
			!above.working &&
			above.author.id === message.author.id &&
			Date.parse(message.time) - Date.parse(above.time) < FOLLOWS_WITHIN_MS;
		result.push({ kind: "message", key: message.id, message, replies: replies.get(message.id) ?? [], follows });
		above = message;
	}
	return result;
}

/** Names of the people who wrote or reacted, each once, the latest first. */
export function peopleIn(messages: readonly WireMessage[]): string[] {
	const names = messages
		.toReversed()
		.flatMap(({ author, reactions }) => [
			...(author.isBot ? [] : [author.name]),
			...reactions.flatMap((reaction) => reaction.people.map(({ name }) => name)),
		]);
	return [...new Set(names)];
}

/** The reader's own calendar day. */
function dayOf(time: string): string {
	return new Date(time).toDateString();
}

function sorted(messages: WireMessage[]): WireMessage[] {
	return messages.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}
