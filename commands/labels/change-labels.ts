/** Changes a channel's label set as a moderator asked, and shows what became of it. */
import { type ChoiceEvent, type CommandEvent, jobId } from "../../src/chat/event.ts";
import type { RichText, View } from "../../src/chat/view.ts";
import { bareEmoji } from "../../src/classify/emoji.ts";
import { maxLabels } from "../../src/classify/labels.ts";
import type { Label } from "../../src/classify/types.ts";
import { labelErrors, labelSetErrors } from "../../src/errors.ts";
import type { Services } from "../../src/services.ts";
import type { ChannelLabelSet, LabelSetContent } from "../../src/store/label-sets.ts";
import { labelSetView } from "./label-set-view.ts";

const SAVED: RichText = ["Saved; it counts from the next image on."];

/**
 * A change makes a new version and leaves what was tagged before as it is. Tried again after its answer was lost, a
 * command changes nothing more: someone else may have changed the labels since.
 * @param change pure; what it throws is the answer, and nothing is written
 * @throws UserError `labels.too-many`, `label-set.shared-emoji`
 */
export async function changeLabels(
	event: CommandEvent | ChoiceEvent,
	services: Services,
	change: (now: LabelSetContent) => LabelSetContent,
	said: RichText = SAVED,
): Promise<View> {
	const checked = (now: LabelSetContent) => {
		const next = change(now);
		if (next.labels.length > maxLabels) throw labelErrors.tooMany(next.labels.length, maxLabels);
		refuseSharedEmoji(next.labels);
		return next;
	};
	const { store } = services;
	const saved = await store.labelSets.change(event, checked, event.actor.id, new Date(event.time), jobId(event));
	warm(saved, services);
	return labelSetView(event, saved, said, services);
}

/** A reaction with an emoji is a vote for its label: it can't stand for two. */
function refuseSharedEmoji(labels: readonly Label[]): void {
	for (const [index, { text, emoji }] of labels.entries()) {
		if (emoji === undefined) continue;
		const earlier = labels.slice(0, index).find((other) => other.emoji && bareEmoji(other.emoji) === bareEmoji(emoji));
		if (earlier) throw labelSetErrors.sharedEmoji(emoji, earlier.text, text);
	}
}

/** Encodes the labels' prompts now, so that the next image needn't wait for them. */
function warm({ labels, templates, mode }: ChannelLabelSet, { classifier, log }: Services): void {
	if (labels.length === 0) return;
	classifier.labelSet(labels, { templates: templates ?? undefined, mode }).catch((error) => {
		log.warn({ err: error }, "labels could not be encoded ahead");
	});
}
