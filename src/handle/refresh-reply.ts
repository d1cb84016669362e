/** Brings the bot's reply about an image up to date, in place. */
import type { MessageRef } from "../chat/event.ts";
import type { Services } from "../services.ts";
import type { ImageReaction } from "../store/reactions.ts";
import { portOf } from "./reply-once.ts";
import { reactionsOf } from "./tag-reactions.ts";
import { tagView } from "./tag-view.ts";

/**
 * Replies that are being brought up to date, and whether something has changed since they were read; by store, for each
 * event has services of its own.
 */
const running = new WeakMap<Services["store"], Map<string, { again: boolean; done: Promise<void> }>>();

/**
 * Shows the state of the vote on a message's images. A thousand votes at once make few edits: those that come while one is
 * on its way share the next. What another process changed meanwhile is seen by the images' revisions.
 */
export async function refreshReply(place: MessageRef, services: Services): Promise<void> {
	const ofStore = running.get(services.store) ?? new Map<string, { again: boolean; done: Promise<void> }>();
	running.set(services.store, ofStore);
	const { platform, workspace, channel, message } = place;
	const key = JSON.stringify([platform, workspace, channel, message]);
	const ahead = ofStore.get(key);
	if (ahead) {
		ahead.again = true;
		return await ahead.done;
	}
	const turn = { again: false, done: Promise.resolve() };
	ofStore.set(key, turn);
	turn.done = repeat(place, turn, services, () => ofStore.delete(key));
	await turn.done;
}

/** @param end called in the same breath as the last look: who comes later begins anew */
async function repeat(place: MessageRef, turn: { again: boolean }, services: Services, end: () => void): Promise<void> {
	try {
		let before: string;
		do {
			turn.again = false;
			before = await services.store.votes.revisions(place, place.message);
			await show(place, services);
		} while ((await services.store.votes.revisions(place, place.message)) !== before || turn.again);
	} finally {
		end();
	}
}

async function show(place: MessageRef, services: Services): Promise<void> {
	const posted = await services.store.replies.posted({ ...place, purpose: "autotag" });
	const view = posted === undefined ? undefined : await tagView(place, services);
	if (posted !== undefined && view) await portOf(place, services).edit({ ...place, message: posted }, view);
	await showByReactions(place, posted !== undefined, services);
}

/**
 * The bot's reactions follow what people agree on. Which it has put was written down: what they were put for may have
 * changed in any way since.
 * @param hasReply then that says it, and no reaction is left
 */
async function showByReactions(place: MessageRef, hasReply: boolean, services: Services): Promise<void> {
	const { store } = services;
	const { message } = place;
	const [settings, put] = await Promise.all([store.settings.of(place), store.reactions.ofMessage(place, message)]);
	const isQuiet = settings.autotag === "quiet" && !hasReply;
	if (!isQuiet && put.length === 0) return;
	const wanted = hasReply ? [] : await wantedReactions(place, services);
	await store.reactions.note(place, message, wanted);
	const emojis = new Set(wanted.map(({ emoji }) => emoji));
	const port = portOf(place, services);
	for (const emoji of put) {
		if (emojis.has(emoji)) continue;
		await port.react(place, emoji, false);
		await store.reactions.remove(place, message, emoji);
	}
	// Those that were noted before may not have been put yet.
	for (const emoji of emojis) await port.react(place, emoji, true);
}

async function wantedReactions(place: MessageRef, { store }: Services): Promise<ImageReaction[]> {
	const [labels, tags, votes] = await Promise.all([
		store.labelSets.current(place),
		store.tags.ofMessage(place, place.message),
		store.votes.ofMessage(place, place.message),
	]);
	return [...tags.values()].flatMap((tag) => reactionsOf(tag, votes.get(tag.number)?.agreed, labels?.labels ?? []));
}
