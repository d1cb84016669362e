/** Votes on images: where they come from, and what follows. */
import { type ChoiceEvent, jobId, type ReactionEvent } from "../chat/event.ts";
import { bareEmoji } from "../classify/emoji.ts";
import type { Label } from "../classify/types.ts";
import { EVERY_WAY, type Verdict } from "../classify/votes.ts";
import { voteErrors } from "../errors.ts";
import type { Services } from "../services.ts";
import type { ImageKey, StoredImage } from "../store/images.ts";
import { BUTTONS } from "../store/votes.ts";
import { mayModerate } from "./permissions.ts";
import { refreshReply } from "./refresh-reply.ts";

/**
 * Counts what someone pressed or picked.
 * @param verdict undefined: whatever they voted before is taken back, by buttons and by reactions
 * @throws UserError `vote.image-gone`
 */
export async function voteByButton(
	image: ImageKey,
	verdict: Verdict | undefined,
	event: ChoiceEvent,
	services: Services,
): Promise<void> {
	const moderator = await mayModerate(event, services);
	const cast = { voter: event.actor.id, source: verdict ? BUTTONS : EVERY_WAY, verdict, moderator, order: event.order };
	if (!(await services.store.votes.cast(image, cast))) throw voteErrors.imageGone();
	await refreshReply(image, services);
}

/**
 * Counts a reaction on an image's message, or on the bot's reply to it. On several images it counts for each of them.
 * Reactions that mean nothing here, and those of bots, are let be.
 */
export async function voteByReaction(event: ReactionEvent, services: Services): Promise<void> {
	const { store } = services;
	if (event.actor.isBot) return;
	const [message, labels] = await Promise.all([messageOf(event, services), store.labelSets.current(event)]);
	const emoji = bareEmoji(event.emoji);
	const verdict = verdictOf(emoji, labels?.labels ?? []);
	// Taken away is taken away, whatever the emoji means by now; but only what was once a vote.
	if (!verdict && (event.added || !(await store.votes.hasVoted(event, message, event.actor.id, emoji)))) return;
	const images = await imagesVotedOn(event, message, services);
	if (images.length === 0) return;
	const cast = {
		voter: event.actor.id,
		source: emoji,
		verdict: event.added ? verdict : undefined,
		moderator: await mayModerate(event, services),
		order: event.order,
	};
	for (const image of images) await store.votes.cast(image, cast);
	await refreshReply({ ...event, message }, services);
}

/** Images that still wait for their turn, behind a long backlog, are noted now, so that no vote on them is lost. */
async function imagesVotedOn(event: ReactionEvent, message: string, { store }: Services): Promise<StoredImage[]> {
	const known = await store.images.ofMessage(event, message);
	if (known.length > 0) return known;
	const waiting = await store.intake.waitingImages(event, message);
	if (!waiting || !(await store.images.recordFor(jobId(waiting), waiting))) return [];
	return await store.images.ofMessage(event, message);
}

/** The message with the images: what was reacted to, or what it answers. */
async function messageOf(event: ReactionEvent, { store }: Services): Promise<string> {
	const answered = await store.replies.answeredBy(event, event.message);
	return answered?.purpose === "autotag" ? answered.message : event.message;
}

const right = new Set(["✅", "✔", "☑"]);
const wrong = new Set(["❌", "✖", "❎"]);

function verdictOf(emoji: string, labels: readonly Label[]): Verdict | undefined {
	const label = labels.find((each) => each.emoji !== undefined && bareEmoji(each.emoji) === emoji);
	if (label) return { kind: "label", label: label.text };
	if (right.has(emoji)) return { kind: "yes" };
	return wrong.has(emoji) ? { kind: "no" } : undefined;
}
