/** What follows when someone presses a button, picks from a select or sends a form. */
import { changeLabels } from "../../commands/labels/change-labels.ts";
import type { ChoiceEvent } from "../chat/event.ts";
import type { RichText, View } from "../chat/view.ts";
import { sameLabel } from "../classify/labels.ts";
import { commandErrors, voteErrors } from "../errors.ts";
import type { Services } from "../services.ts";
import type { LabelSetContent } from "../store/label-sets.ts";
import { adoptWording } from "./adopt-wording.ts";
import { chosenVerdict, imageOf } from "./chosen.ts";
import { labelId, readControl } from "./controls.ts";
import { mayModerate } from "./permissions.ts";
import { refreshReply } from "./refresh-reply.ts";
import { replyOnce } from "./reply-once.ts";
import { reviewChoice } from "./review.ts";
import { unknownLabels } from "./tag-view.ts";
import { voteByButton } from "./votes.ts";

/** What a choice does; a view is said to the person alone. */
type Choice = (rest: string[], event: ChoiceEvent, services: Services) => Promise<View | undefined>;

/** By the action in the control's id. */
const choices: Record<string, Choice> = {
	async vote([verdict, ...image], event, services) {
		if (verdict !== "yes" && verdict !== "no") throw voteErrors.controlGone();
		await voteByButton(imageOf(image, event), { kind: verdict }, event, services);
		return undefined;
	},
	async pick([message, number, label = ""], event, services) {
		const image = imageOf([message, number], event);
		await voteByButton(image, await chosenVerdict(label, image, event, services), event, services);
		return undefined;
	},
	async choose(rest, event, services) {
		const image = imageOf(rest, event);
		await voteByButton(image, await chosenVerdict(event.values[0] ?? "", image, event, services), event, services);
		return undefined;
	},
	add: addVotedLabel,
	adopt: adoptWording,
	review: reviewChoice,
};

/** @throws UserError whose words are for the person alone */
export async function choice(event: ChoiceEvent, services: Services): Promise<void> {
	const { action, rest } = readControl(event.control);
	if (!Object.hasOwn(choices, action)) throw voteErrors.controlGone();
	const view = await choices[action]?.(rest, event, services);
	if (view) await replyOnce(event, event.key, { ...view, ephemeral: true }, services);
}

/** @throws UserError `command.moderators-only`, `choice.gone`, `labels.too-many` */
async function addVotedLabel(rest: string[], event: ChoiceEvent, services: Services): Promise<View> {
	const { store } = services;
	if (!(await mayModerate(event, services))) throw commandErrors.moderatorsOnly("labels add");
	const image = imageOf(rest, event);
	const votes = await store.votes.ofMessage(image, image.message);
	const label = unknownLabels(votes.get(image.number), { labels: [] }).find((text) => labelId(text) === rest[2]);
	if (!label) throw voteErrors.controlGone();
	const add = (set: LabelSetContent) => {
		const known = set.labels.some(({ text }) => sameLabel(text, label));
		return known ? set : { ...set, labels: [...set.labels, { text: label }] };
	};
	const said: RichText = ["Added ", { strong: label }, "; it counts from the next image on."];
	const view = await changeLabels(event, services, add, said);
	await refreshReply(image, services);
	return view;
}
