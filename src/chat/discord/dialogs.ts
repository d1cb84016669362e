/** What is shown while someone is still writing: a dialog before a choice, and completions. */
import {
	type APICommandAutocompleteInteractionResponseCallbackData,
	type APIModalInteractionResponseCallbackData,
	ComponentType,
	TextInputStyle,
} from "discord.js";
import type { Form } from "../view.ts";
import { shorten } from "./cut.ts";
import { plain } from "./escape.ts";
import { limits } from "./limits.ts";

/** From here on an answer is more than a line. */
const LONG_ANSWER = 200;

/**
 * A modal; Discord words its button itself, so `submit` isn't shown. Fields come back by their names.
 * @param customId comes back with what was written: 1 to 100 characters
 */
export function renderForm({ title, fields }: Form, customId: string): APIModalInteractionResponseCallbackData {
	if (fields.length > limits.modalComponents) throw new RangeError(`Discord shows ${limits.modalComponents} fields`);
	return {
		custom_id: customId,
		title: shorten(plain(title), limits.modalTitle),
		components: fields.map(({ name, label, placeholder, maxLength }) => ({
			type: ComponentType.Label,
			label: shorten(plain(label), limits.fieldLabel),
			component: {
				type: ComponentType.TextInput,
				custom_id: name,
				style: maxLength > LONG_ANSWER ? TextInputStyle.Paragraph : TextInputStyle.Short,
				max_length: Math.min(maxLength, limits.fieldLength),
				required: true,
				...(placeholder && { placeholder: shorten(plain(placeholder), limits.fieldPlaceholder) }),
			},
		})),
	};
}

/** Completions, each its own value; Discord takes none that are empty or longer than a value may be. */
export function renderChoices(
	completions: readonly string[],
): Required<APICommandAutocompleteInteractionResponseCallbackData> {
	const fitting = completions.filter((text) => text.trim() !== "" && text.length <= limits.completion);
	return { choices: fitting.slice(0, limits.completions).map((text) => ({ name: text, value: text })) };
}
