/** `/labels set 🐱 cat, 🐶 dog`: the channel's labels, in place of those it had. */
import { z } from "zod";
import { parseLabels } from "../../src/classify/labels.ts";
import { defineCommand } from "../command.ts";
import { changeLabels } from "./change-labels.ts";

export const labelsSet = defineCommand({
	name: "labels set",
	description: "Give this channel its labels, in place of those it has",
	options: z.object({
		labels: z.string().describe("What its images can show; an emoji before a label is a reaction that votes for it"),
	}),
	typed: "labels",
	examples: ["/labels set 🐱 cat, 🐶 dog, 🐻 bear", "/labels set polar bear, panda, koala"],
	who: "moderators",
	firstAnswer: "deferred-ephemeral",
	async run({ labels: text }, event, services) {
		const labels = parseLabels(text);
		return changeLabels(event, services, (now) => ({ ...now, labels }));
	},
});
