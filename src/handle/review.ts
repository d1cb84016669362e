/** `/review`: asks one person about one image after the other, those first whose answer teaches most. */
import type { ChannelRef, ChatEvent, ChoiceEvent } from "../chat/event.ts";
import type { Block, Control, View } from "../chat/view.ts";
import { mostTelling } from "../classify/review.ts";
import { labelSetErrors, UserError } from "../errors.ts";
import type { Services } from "../services.ts";
import type { ReviewImage } from "../store/examples.ts";
import type { ImageKey } from "../store/images.ts";
import { PASSED_OVER } from "../store/votes.ts";
import { type ChannelLabels, channelLabels } from "./channel-labels.ts";
import { chosenVerdict, imageOf } from "./chosen.ts";
import { controlId, labelId } from "./controls.ts";
import { labelChoices, NONE } from "./label-choices.ts";
import { portOf } from "./reply-once.ts";
import { scoreRows } from "./score-rows.ts";
import { voteByButton } from "./votes.ts";

/** Undecided images that are weighed against each other, the newest of the channel. */
const CANDIDATES = 200;
/** Decided images that the next should differ from, the newest. */
const DECIDED = 200;
/** Labels to press; the rest is in the select. */
const GUESSES = 3;
const DAY_MS = 24 * 60 * 60 * 1000;

const SKIP = "skip";
const STOP = "stop";
const CHOOSE = "choose";

type Place = ChannelRef & Pick<ChatEvent, "actor">;

/**
 * The image to ask this person about now, with buttons; or that there is none left.
 * @param done images that they have answered in this review
 * @throws UserError `label-set.none` if the channel has no label set
 */
export async function nextReview(place: Place, done: number, services: Services): Promise<View> {
	const { store, classifier, now } = services;
	const labels = await channelLabels(place, services);
	if (!labels) throw labelSetErrors.none();
	const modelId = classifier.model.id;
	const [candidates, decided] = await Promise.all([
		store.examples.undecided(place, modelId, CANDIDATES, place.actor.id),
		store.examples.ofChannel(place, modelId, DECIDED),
	]);
	const answers = await Promise.all(candidates.map(({ embedding }) => classifier.classify(embedding, labels.labelSet)));
	const weighed = candidates.flatMap((image, index) => {
		const answer = answers[index];
		return answer
			? [{ image, answer, embedding: image.embedding, age: (now().getTime() - image.postedAt.getTime()) / DAY_MS }]
			: [];
	});
	const best =
		weighed[
			mostTelling(
				weighed,
				decided.map(({ embedding }) => embedding),
			) ?? -1
		];
	if (!best) return finished(done, "Nothing is left to ask you about.");
	return question(best.image, best.answer, labels, done, candidates.length);
}

type Answer = Awaited<ReturnType<Services["classifier"]["classify"]>>;

function question(
	image: ReviewImage,
	{ scores, none }: Answer,
	{ stored }: ChannelLabels,
	done: number,
	left: number,
): View {
	const { platform, workspace, channel, message, number } = image;
	const id = (option: string) => controlId("review", option, message, number, done);
	const rows = scoreRows(scores.slice(0, GUESSES));
	const guesses = rows.map(({ label, emoji }): Control => {
		return { kind: "button", id: id(labelId(label)), label, ...(emoji && { emoji }) };
	});
	const controls: Control[] = [
		...guesses,
		{ kind: "button", id: id(NONE), label: "None of these" },
		{
			kind: "select",
			id: id(CHOOSE),
			placeholder: "Another label",
			options: labelChoices(stored.labels, rows, false),
		},
		{ kind: "button", id: id(SKIP), label: "Skip" },
		{ kind: "button", id: id(STOP), label: "Stop" },
	];
	const day = image.postedAt.toISOString().slice(0, 10);
	const where = { platform, workspace, channel, message };
	const blocks: Block[] = [
		{ kind: "text", text: [{ strong: "What does this show?" }] },
		{ kind: "gallery", items: [{ attachment: image.attachment, message: where, caption: [`Posted ${day}`] }] },
		{ kind: "scores", rows, none, more: scores.length - rows.length, controls },
		{ kind: "note", text: [`${done} answered · ${left === CANDIDATES ? `${left} or more` : left} to ask about`] },
	];
	return { ephemeral: true, blocks };
}

function finished(done: number, why: string): View {
	const thanks = done === 0 ? "" : ` You answered ${done}: from the next image on, I go by that.`;
	return { ephemeral: true, blocks: [{ kind: "text", text: [`${why}${thanks}`] }] };
}

/** An answer, or a pass; the question makes room for the next one. */
export async function reviewChoice(rest: string[], event: ChoiceEvent, services: Services): Promise<undefined> {
	const [option = "", message, number, count = "0"] = rest;
	const image = imageOf([message, number], event);
	let done = Number(count) || 0;
	if (option === SKIP) await pass(event, image, services);
	else if (option !== STOP) {
		const picked = option === CHOOSE ? (event.values[0] ?? "") : option;
		if (await answered(picked, image, event, services)) done += 1;
	}
	const view = option === STOP ? finished(done, "Stopped.") : await nextReview(event, done, services);
	await portOf(event, services).edit(event, view, event);
	return undefined;
}

/** @returns false if the image was deleted meanwhile: there is nothing to answer any more */
async function answered(picked: string, image: ImageKey, event: ChoiceEvent, services: Services): Promise<boolean> {
	try {
		await voteByButton(image, await chosenVerdict(picked, image, event, services), event, services);
		return true;
	} catch (error) {
		if (error instanceof UserError && error.code === "vote.image-gone") return false;
		throw error;
	}
}

/** Written down as a vote taken back: they were asked, and it decides nothing. */
async function pass({ actor, order }: ChoiceEvent, image: ImageKey, { store }: Services): Promise<void> {
	await store.votes.cast(image, { voter: actor.id, source: PASSED_OVER, verdict: undefined, moderator: false, order });
}
