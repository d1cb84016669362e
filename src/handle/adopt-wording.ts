/** A moderator adopts a wording that `/wording` compared: the channel's labels are put into it from then on. */
import { type ChoiceEvent, jobId } from "../chat/event.ts";
import type { Control, View } from "../chat/view.ts";
import { sameTemplates, type Wording, wellKnownTemplates, wordingsOf } from "../classify/wording.ts";
import { commandErrors, labelSetErrors, wordingErrors } from "../errors.ts";
import type { Services } from "../services.ts";
import type { ChannelLabelSet } from "../store/label-sets.ts";
import { controlId, labelId } from "./controls.ts";
import { mayModerate } from "./permissions.ts";

/** The wordings that are compared where nobody names their own: the channel's or else the model's, and well-known ones. */
export function knownWordings(stored: ChannelLabelSet | undefined, { classifier }: Services): Wording[] {
	const own = classifier.model.manifest.templates;
	return wordingsOf(stored?.templates ?? own, [...own, ...wellKnownTemplates]);
}

export function adoptButton({ name, templates }: Wording): Control {
	const label = templates.length === 1 ? `Adopt “${name}”` : "Adopt all of these together";
	return { kind: "button", id: controlId("adopt", wordingId(templates)), label };
}

/** Of what the button says, not of its place: the list may have changed since. */
function wordingId(templates: readonly string[]): string {
	return labelId(templates.join("\n"));
}

/**
 * Sets the channel's templates to a wording that was compared.
 * @param rest of the control's id: which wording
 * @returns what was done, for the person alone
 * @throws UserError `command.moderators-only`, `label-set.none`, `wording.gone`
 */
export async function adoptWording([id]: string[], event: ChoiceEvent, services: Services): Promise<View> {
	const { store, log } = services;
	if (!(await mayModerate(event, services))) throw commandErrors.moderatorsOnly("wording's buttons");
	const stored = await store.labelSets.current(event);
	if (!stored || stored.labels.length === 0) throw labelSetErrors.none();
	const wording = knownWordings(stored, services).find(({ templates }) => wordingId(templates) === id);
	if (!wording) throw wordingErrors.gone();
	const adopted = [...wording.templates];
	const saved = await store.labelSets.change(
		event,
		(now) => (sameTemplates(now.templates ?? [], adopted) ? now : { ...now, templates: adopted }),
		event.actor.id,
		new Date(event.time),
		jobId(event),
	);
	// So that the next image needn't wait for them.
	const { labels, templates, mode } = saved;
	services.classifier.labelSet(labels, { templates: templates ?? undefined, mode }).catch((error) => {
		log.warn({ err: error }, "labels could not be encoded ahead");
	});
	const text = adopted.map((template) => `“${template}”`).join(", ");
	return {
		ephemeral: true,
		blocks: [
			{ kind: "text", text: [`This channel's labels are now read as ${text}, from the next image on.`] },
			{ kind: "note", text: [`Version ${saved.version}. `, { code: "/labels template default" }, " undoes it."] },
		],
	};
}
