/** What is asked for in a dialog before a choice is sent: known from the control alone, so that a front can show it at once. */
import type { Form } from "../chat/view.ts";
import { maxLabelLength } from "../classify/labels.ts";
import { readControl } from "./controls.ts";
import { OTHER } from "./label-choices.ts";

export const LABEL_FIELD = "label";

/** The form for a choice; undefined if it asks nothing. */
export function formOf(control: string, values: readonly string[]): Form | undefined {
	const { action } = readControl(control);
	if ((action !== "choose" && action !== "review") || values[0] !== OTHER) return undefined;
	return {
		title: "What does it show?",
		fields: [{ name: LABEL_FIELD, label: "Label", placeholder: "polar bear", maxLength: maxLabelLength }],
		submit: "Vote",
	};
}
