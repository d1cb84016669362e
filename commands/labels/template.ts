/** `/labels template a drawing of a {}`: the sentences that the channel's labels are put into. */
import { z } from "zod";
import { readTemplates } from "../../src/classify/prompts.ts";
import { labelSetErrors } from "../../src/errors.ts";
import { defineCommand } from "../command.ts";
import { changeLabels } from "./change-labels.ts";

export const labelsTemplate = defineCommand({
	name: "labels template",
	description: "Set the sentences that labels are put into before they are compared with images",
	options: z.object({
		templates: z.string().describe("One or several, separated by |, with {} for the label; default: the model's own"),
	}),
	typed: "templates",
	examples: [
		"/labels template a drawing of a {}.",
		"/labels template a photo of a {}. | a blurry photo of a {}.",
		"/labels template default",
	],
	who: "moderators",
	firstAnswer: "deferred-ephemeral",
	complete: { templates: async () => ["default", "a photo of a {}.", "a drawing of a {}.", "a screenshot of a {}."] },
	async run({ templates: text }, event, services) {
		const templates = templatesOf(text);
		return changeLabels(event, services, (now) => ({ ...now, templates }));
	},
});

/** @returns null for the model's own */
function templatesOf(text: string): string[] | null {
	if (text.trim().toLowerCase() === "default") return null;
	const templates = readTemplates(text);
	if (templates.length === 0) throw labelSetErrors.noTemplates();
	return templates;
}
