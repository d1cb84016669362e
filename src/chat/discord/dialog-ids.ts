/** The ids of dialogs: they bring back which choice, or which shortcut, the dialog was opened for. */
import type { ChoiceEvent } from "../event.ts";
import type { Form } from "../view.ts";

/** In no id of a control, of an option or of Discord's. */
const SEPARATOR = " ";
const SHORTCUT = "shortcut";

/** @param values what was picked */
export function dialogId(control: string, values: readonly string[]): string {
	return [control, ...values].join(SEPARATOR);
}

/** @param pending what the shortcut's target is kept under */
export function shortcutDialogId(pending: string): string {
	return [SHORTCUT, pending].join(SEPARATOR);
}

export function readDialogId(id: string): Pick<ChoiceEvent, "control" | "values"> | { pending: string } {
	const [first = "", ...rest] = id.split(SEPARATOR);
	if (first === SHORTCUT && rest[0] !== undefined) return { pending: rest[0] };
	return { control: first, values: rest };
}

/** Asks for the labels of a message's images. */
export const labelsDialog: { field: string; form: Form } = {
	field: "labels",
	form: {
		title: "Classify this image",
		fields: [
			{ name: "labels", label: "What could it show?", placeholder: "cat dog, or polar bear, panda", maxLength: 4000 },
		],
		submit: "Classify",
	},
};
