/** Brings the bot's reply about an image up to date, in place. */
import type { MessageRef } from "../chat/event.ts";
import type { Services } from "../services.ts";
import type { Tag } from "../store/tags.ts";
import { portOf } from "./reply-once.ts";
import { tagReactions } from "./tag-reactions.ts";
import { tagView } from "./tag-view.ts";

/** Replies that are being brought up to date, and whether something has changed since they were read. */
const running = new WeakMap<Services, Map<string, { again: boolean; done: Promise<void> }>>();

/**
 * Shows the state of the vote on a message's images. A thousand votes at once make few edits: those that come while one is
 * on its way share the next. What another process changed meanwhile is seen by the images' revisions.
 */
export async function refreshReply(place: MessageRef, services: Services): Promise<void> {
	const ofServices = running.get(services) ?? new Map<string, { again: boolean; done: Promise<void> }>();
	running.set(services, ofServices);
	const { platform, workspace, channel, message } = place;
	const key = JSON.stringify([platform, workspace, channel, message]);
	const ahead = ofServices.get(key);
	if (ahead) {
		ahead.again = true;
		return await ahead.done;
	}
	const turn = { again: false, done: Promise.resolve() };
	turn.done = repeat(place, turn, services).finally(() => ofServices.delete(key));
	ofServices.set(key, turn);
	await turn.done;
}

async function repeat(place: MessageRef, turn: { again: boolean }, services: Services): Promise<void> {
	let before: string;
	do {
		turn.again = false;
		before = await services.store.votes.revisions(place, place.message);
		await show(place, services);
	} while (turn.again || (await services.store.votes.revisions(place, place.message)) !== before);
}

async function show(place: MessageRef, services: Services): Promise<void> {
	const { store } = services;
	const posted = await store.replies.posted({ ...place, purpose: "autotag" });
	if (!posted) return await showQuietly(place, services);
	const view = await tagView(place, services);
	if (view) await portOf(place, services).edit({ ...place, message: posted }, view);
}

/** Where only reactions say what an image shows, they follow what people agreed on. */
async function showQuietly(place: MessageRef, services: Services): Promise<void> {
	const { store } = services;
	const [settings, labels, tags, votes] = await Promise.all([
		store.settings.of(place),
		store.labelSets.current(place),
		store.tags.ofMessage(place, place.message),
		store.votes.ofMessage(place, place.message),
	]);
	if (settings.autotag !== "quiet" || !labels || tags.size === 0) return;
	const agreed = [...tags.values()].map((tag): Pick<Tag, "shown"> => {
		const vote = votes.get(tag.number)?.agreed;
		return vote ? { shown: vote.labels ?? [] } : tag;
	});
	const given = tagReactions([...tags.values()], labels) ?? [];
	const wanted = tagReactions(agreed, labels) ?? [];
	const port = portOf(place, services);
	for (const emoji of given) if (!wanted.includes(emoji)) await port.react(place, emoji, false);
	for (const emoji of wanted) await port.react(place, emoji, true);
}
