/** What the bot's reply to posted images shows: the tags, where an image was seen before, and how the vote stands. */
import type { MessageRef } from "../chat/event.ts";
import type { Block, Control, RichText, ScoreRow, View } from "../chat/view.ts";
import { sameLabel } from "../classify/labels.ts";
import { counts, deciding, type PersonVote, type VoteState } from "../classify/votes.ts";
import type { Services } from "../services.ts";
import type { StoredImage } from "../store/images.ts";
import { type ChannelLabelSet, defaultLabelSet, type LabelSetContent } from "../store/label-sets.ts";
import type { Tag } from "../store/tags.ts";
import { controlId, labelId } from "./controls.ts";
import { labelChoices } from "./label-choices.ts";
import { emojiOf } from "./tag-reactions.ts";

/** Score bars under the verdict. */
const SHOWN = 3;
/** Labels to press where the bot is unsure. */
const GUESSES = 2;
/** Labels that were voted for and can be added to the set. */
const ADDABLE = 2;

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
	const blocks = known.flatMap((image): Block[] => {
		const title = images.length > 1 ? titleOf(image, images.length) : undefined;
		const tag = tags.get(image.number);
		if (!tag) return [{ kind: "error", ...(title && { title }), text: [image.problem ?? ""] }];
		const block = tagBlock(image, tag, votes.get(image.number), labelSet ?? defaultLabelSet);
		const note = seenBefore(tag);
		return [{ ...block, ...(title && { title, image: image.attachment.id }), ...(note && { note }) }];
	});
	return { blocks: [...blocks, ...footnote([...tags.values()], labelSet)] };
}

function titleOf(image: StoredImage, count: number): RichText {
	return [{ strong: `${image.number + 1} of ${count}` }, ` ${image.attachment.name}`];
}

type ScoresBlock = Extract<Block, { kind: "scores" }>;

function tagBlock(image: StoredImage, tag: Tag, vote: VoteState | undefined, labels: LabelSetContent): ScoresBlock {
	const rows = tag.scores.slice(0, SHOWN);
	const state = vote && votesInWords(vote, tag.shown ?? undefined);
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
		const emoji = emojiOf(text, labels, scores);
		return [...(index > 0 ? [", "] : []), ...(emoji ? [{ emoji }, " "] : []), { strong: text }];
	});
}

/** How the vote stands; undefined while nobody has voted. */
function votesInWords({ votes, agreed }: VoteState, shown: readonly string[] | undefined): RichText | undefined {
	if (votes.length === 0) return undefined;
	const sums = new Map<string, number>();
	for (const { verdict } of votes) sums.set(nameOf(verdict), (sums.get(nameOf(verdict)) ?? 0) + 1);
	const tally = [...sums].map(([name, count]) => `${name} ${count}`).join(" · ");
	return [tally, " – ", ...outcome(votes, agreed, shown)];
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

function outcome(
	votes: readonly PersonVote[],
	agreed: VoteState["agreed"],
	shown: readonly string[] | undefined,
): RichText {
	const heard = votes.filter((vote) => counts(vote, shown));
	if (heard.length === 0) return ["I was unsure myself: it takes a label to decide"];
	if (!agreed) return [votes.length === 1 ? "one more for the same decides, or a moderator" : "no majority yet"];
	if (agreed.by === "majority") return ["decided by majority"];
	const moderator = deciding(votes, shown);
	return moderator ? ["decided by ", { person: moderator.voter }] : ["decided by a moderator"];
}

function voteControls(image: StoredImage, tag: Tag, vote: VoteState | undefined, labels: LabelSetContent): Control[] {
	const target = [image.message, image.number] as const;
	const unknown = unknownLabels(vote, labels).slice(0, ADDABLE);
	const added = unknown.map((text): Control => {
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

/** Labels that people voted for and that the channel's set lacks, those with most votes first. */
export function unknownLabels(vote: VoteState | undefined, { labels }: Pick<LabelSetContent, "labels">): string[] {
	const voted = (vote?.votes ?? []).flatMap(({ verdict }) => (verdict.kind === "label" ? [verdict.label] : []));
	const unknown = voted.filter((text) => !labels.some((label) => sameLabel(label.text, text)));
	const votesFor = (text: string) => unknown.filter((other) => sameLabel(other, text)).length;
	return unknown
		.filter((text, index) => unknown.findIndex((other) => sameLabel(other, text)) === index)
		.sort((a, b) => votesFor(b) - votesFor(a));
}

function seenBefore({ platform, workspace, channel, firstSeen }: Tag): RichText | undefined {
	if (!firstSeen) return undefined;
	const { message } = firstSeen;
	const day = firstSeen.postedAt.slice(0, 10);
	return ["Seen here before: first ", { link: { platform, workspace, channel, message }, text: day }, "."];
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
