/** `/labels mode many`: whether an image shows one of the labels, or several may fit. */
import { z } from "zod";
import { defineCommand } from "../command.ts";
import { changeLabels } from "./change-labels.ts";

export const labelsMode = defineCommand({
	name: "labels mode",
	description: "Say whether an image shows one of the labels, or several of them may fit",
	options: z.object({
		mode: z.enum(["one", "many"]).describe("one: the labels share one answer; many: each label alone"),
	}),
	typed: "mode",
	examples: ["/labels mode many", "/labels mode one"],
	who: "moderators",
	firstAnswer: "deferred-ephemeral",
	async run({ mode }, event, services) {
		return changeLabels(event, services, (now) => ({ ...now, mode }));
	},
});
