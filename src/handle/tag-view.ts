/** What the bot's reply to posted images shows: the tags, where an image was seen before, and how the vote stands. */
import type { MessageRef } from "../chat/event.ts";
import type { Block, Control, RichText, ScoreRow, View } from "../chat/view.ts";
import type { PersonVote, VoteState } from "../classify/votes.ts";
import type { Services } from "../services.ts";
import type { StoredImage } from "../store/images.ts";
import { type ChannelLabelSet, defaultLabelSet, type LabelSetContent } from "../store/label-sets.ts";
import type { Tag } from "../store/tags.ts";
import { controlId, labelId } from "./controls.ts";
import { labelChoices } from "./label-choices.ts";

/** Score bars under the verdict. */
const SHOWN = 3;
/** Labels to press where the bot is unsure. */
const GUESSES = 2;

/**
 * Everything is read from the store, so that the same moment gives the same view, first or edited.
 * @returns undefined if the message has no images that were looked at (any more)
 */
export async function tagView(place: MessageRef, services: Services): Promise<View | undefined> {
	const { store } = services;
	const [images, tags, votes, labelSet] = await Promise.all([
		store.images.ofMessage(place, place.message),
		store.tags.ofMessage(place, place.message),
		store.votes.ofMessage(place, place.message),
		store.labelSets.current(place),
	]);
	const known = images.filter((image) => tags.has(image.number) || image.problem !== null);
	if (known.length === 0) return undefined;
	const blocks = await Promise.all(
		known.map(async (image): Promise<Block[]> => {
			const title = images.length > 1 ? titleOf(image, images.length) : undefined;
			const tag = tags.get(image.number);
			if (!tag) return [{ kind: "error", ...(title && { title }), text: [image.problem ?? ""] }];
			const block = tagBlock(image, tag, votes.get(image.number), labelSet ?? defaultLabelSet);
			return [
				{ ...block, ...(title && { title, image: image.attachment.id }) },
				...(await seenBefore(image, services)),
			];
		}),
	);
	return { blocks: [...blocks.flat(), ...footnote([...tags.values()], labelSet)] };
}

function titleOf(image: StoredImage, count: number): RichText {
	return [{ strong: `${image.number + 1} of ${count}` }, ` ${image.attachment.name}`];
}

type ScoresBlock = Extract<Block, { kind: "scores" }>;

function tagBlock(image: StoredImage, tag: Tag, vote: VoteState | undefined, labels: LabelSetContent): ScoresBlock {
	const rows = tag.scores.slice(0, SHOWN);
	const state = vote && votesInWords(vote);
	return {
		kind: "scores",
		headline: headline(tag, vote, labels),
		rows,
		none: tag.none,
		more: tag.scores.length - rows.length,
		...(state && { votes: state }),
		controls: voteControls(image, tag, vote, labels),
	};
}

/** What people agreed on goes before what the bot said. */
function headline(tag: Tag, vote: VoteState | undefined, { labels }: LabelSetContent): RichText {
	const agreed = vote?.agreed?.labels;
	if (agreed) return [...named(agreed, labels, tag.scores), " ✓"];
	if (vote?.agreed) return ["Not ", ...named(tag.shown ?? [], labels, tag.scores), ". What is it?"];
	if (tag.shown) return named(tag.shown, labels, tag.scores);
	const [first] = tag.scores;
	return first ? ["Not sure. ", ...named([first.label], labels, tag.scores), "?"] : ["Not sure."];
}

function named(texts: readonly string[], labels: LabelSetContent["labels"], scores: readonly ScoreRow[]): RichText {
	if (texts.length === 0) return [{ strong: "None of these" }];
	return texts.flatMap((text, index) => {
		const emoji =
			labels.find((label) => sameLabel(label.text, text))?.emoji ??
			scores.find(({ label }) => sameLabel(label, text))?.emoji;
		return [...(index > 0 ? [", "] : []), ...(emoji ? [{ emoji }, " "] : []), { strong: text }];
	});
}

export const sameLabel = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

/** How the vote stands; undefined while nobody has voted. */
export function votesInWords({ votes, agreed }: VoteState): RichText | undefined {
	if (votes.length === 0) return undefined;
	const counts = new Map<string, number>();
	for (const { verdict } of votes) counts.set(nameOf(verdict), (counts.get(nameOf(verdict)) ?? 0) + 1);
	const tally = [...counts].map(([name, count]) => `${name} ${count}`).join(" · ");
	return [tally, " – ", ...outcome(votes, agreed)];
}

function nameOf(verdict: PersonVote["verdict"]): string {
	switch (verdict.kind) {
		case "yes":
			return "✓";
		case "no":
			return "✗";
		case "none":
			return "none of these";
		case "label":
			return verdict.label;
	}
}

function outcome(votes: readonly PersonVote[], agreed: VoteState["agreed"]): RichText {
	if (!agreed) return [votes.length === 1 ? "one more for the same decides, or a moderator" : "no majority yet"];
	if (agreed.by === "majority") return ["decided by majority"];
	const moderator = votes.filter((vote) => vote.moderator).at(-1);
	return moderator ? ["decided by ", { person: moderator.voter }] : ["decided by a moderator"];
}

function voteControls(image: StoredImage, tag: Tag, vote: VoteState | undefined, labels: LabelSetContent): Control[] {
	const target = [image.message, image.number] as const;
	const added = unknownLabels(vote, labels).map((text): Control => {
		return { kind: "button", id: controlId("add", ...target, labelId(text)), label: `Add “${text}” to the labels` };
	});
	const button = (id: string, label: string, emoji?: string): Control => {
		return { kind: "button", id, label, ...(emoji && { emoji }) };
	};
	const verdicts = tag.shown
		? [
				button(controlId("vote", "yes", ...target), "Right", "✓"),
				button(controlId("vote", "no", ...target), "Wrong", "✗"),
			]
		: tag.scores
				.slice(0, GUESSES)
				.map(({ label, emoji }) => button(controlId("pick", ...target, labelId(label)), label, emoji));
	return [
		...verdicts,
		{
			kind: "select",
			id: controlId("choose", ...target),
			placeholder: "Choose a label",
			options: labelChoices(labels.labels, tag.scores, (vote?.votes.length ?? 0) > 0),
		},
		...added,
	];
}

/** Labels that people voted for and that the channel's set lacks. */
export function unknownLabels(vote: VoteState | undefined, { labels }: Pick<LabelSetContent, "labels">): string[] {
	const voted = (vote?.votes ?? []).flatMap(({ verdict }) => (verdict.kind === "label" ? [verdict.label] : []));
	const unknown = voted.filter((text) => !labels.some((label) => sameLabel(label.text, text)));
	return unknown.filter((text, index) => unknown.findIndex((other) => sameLabel(other, text)) === index);
}

async function seenBefore(image: StoredImage, { store }: Services): Promise<Block[]> {
	const first = await store.search.firstSeen(image);
	if (!first) return [];
	const { platform, workspace, channel, message } = first;
	const day = first.postedAt.toISOString().slice(0, 10);
	const text: RichText = [
		"Seen here before: first ",
		{ link: { platform, workspace, channel, message }, text: day },
		".",
	];
	return [{ kind: "note", text }];
}

/** Where the scores come from, and that the labels have changed since. */
function footnote(tags: readonly Tag[], labelSet: ChannelLabelSet | undefined): Block[] {
	const examples = Math.max(0, ...tags.map((tag) => tag.examples));
	const version = tags[0]?.version;
	const words = [
		...(examples > 0
			? [`Learned from ${examples.toLocaleString("en")} confirmed example${examples === 1 ? "" : "s"}.`]
			: []),
		...(labelSet && version !== undefined && labelSet.version !== version
			? ["The channel's labels have changed since."]
			: []),
	];
	return words.length > 0 ? [{ kind: "note", text: [words.join(" ")] }] : [];
}
