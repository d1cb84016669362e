/** What a choice about an image means: which image, and which label. */
import type { ChoiceEvent } from "../chat/event.ts";
import { parseLabels } from "../classify/labels.ts";
import type { Verdict } from "../classify/votes.ts";
import { voteErrors } from "../errors.ts";
import type { Services } from "../services.ts";
import type { ImageKey } from "../store/images.ts";
import { labelId } from "./controls.ts";
import { LABEL_FIELD } from "./forms.ts";
import { NONE, OTHER, WITHDRAW } from "./label-choices.ts";

/** @throws UserError `choice.gone` */
export function imageOf([message, number]: readonly (string | undefined)[], event: ChoiceEvent): ImageKey {
	if (!message || !number || !/^\d{1,3}$/.test(number)) throw voteErrors.controlGone();
	const { platform, workspace, channel } = event;
	return { platform, workspace, channel, message, number: Number(number) };
}

/**
 * What someone picked for an image: none, a label of the channel's set or of the image's own tags, or one they wrote.
 * @returns undefined: the vote is taken back
 * @throws UserError `choice.gone`, `labels.*`
 */
export async function chosenVerdict(
	option: string,
	image: ImageKey,
	event: ChoiceEvent,
	services: Services,
): Promise<Verdict | undefined> {
	const { store } = services;
	if (option === NONE) return { kind: "none" };
	if (option === WITHDRAW) return undefined;
	if (option === OTHER) return { kind: "label", label: writtenLabel(event.fields[LABEL_FIELD] ?? "") };
	const [labelSet, tag] = await Promise.all([store.labelSets.current(image), store.tags.of(image)]);
	const texts = [...(labelSet?.labels ?? []).map(({ text }) => text), ...(tag?.scores ?? []).map(({ label }) => label)];
	const label = texts.find((text) => labelId(text) === option);
	if (label === undefined) throw voteErrors.labelGone();
	return { kind: "label", label };
}

/** One label, of several words or not. @throws UserError `labels.*` */
function writtenLabel(text: string): string {
	// With a comma, spaces don't separate.
	const [label, another] = parseLabels(`${text},`);
	if (!label || another) throw voteErrors.oneLabel();
	return label.text;
}
