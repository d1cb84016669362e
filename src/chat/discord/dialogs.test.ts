import { ComponentType, TextInputStyle } from "discord.js";
import { expect, test } from "vitest";
import { checkBody } from "../../../test/support/discord/check-body.ts";
import { renderChoices, renderForm } from "./dialogs.ts";

const callback = "POST /interactions/175928847299117066/token/callback";
const field = { name: "label", label: "Label", placeholder: "polar bear", maxLength: 100 };

test("a form is a modal, whose fields come back by their names", () => {
	const modal = renderForm({ title: "What does it show?", fields: [field], submit: "Vote" }, "choose|1|0");
	checkBody(callback, { type: 9, data: modal });
	expect(modal).toEqual({
		custom_id: "choose|1|0",
		title: "What does it show?",
		components: [
			{
				type: ComponentType.Label,
				label: "Label",
				component: {
					type: ComponentType.TextInput,
					custom_id: "label",
					style: TextInputStyle.Short,
					placeholder: "polar bear",
					max_length: 100,
					required: true,
				},
			},
		],
	});
});

test("a field for much has several lines, and never more letters than Discord takes", () => {
	const modal = renderForm({ title: "Labels", fields: [{ ...field, maxLength: 10_000 }], submit: "Go" }, "m");
	checkBody(callback, { type: 9, data: modal });
	expect(modal.components).toMatchObject([{ component: { style: TextInputStyle.Paragraph, max_length: 4000 } }]);
});

test("a form of more fields than a modal has is a mistake of ours", () => {
	const fields = Array.from({ length: 6 }, (_, at) => ({ ...field, name: `${at}` }));
	expect(() => renderForm({ title: "x", fields, submit: "x" }, "m")).toThrow("Discord shows 5 fields");
});

test("completions are 25 at most, and none that Discord wouldn't take", () => {
	const many = Array.from({ length: 30 }, (_, at) => `label ${at}`);
	const choices = renderChoices(["", " ", "x".repeat(101), ...many]);
	checkBody(callback, { type: 8, data: choices });
	expect(choices.choices).toHaveLength(25);
	expect(choices.choices[0]).toEqual({ name: "label 0", value: "label 0" });
});
