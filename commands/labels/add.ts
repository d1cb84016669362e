/** `/labels add 🐻 bear`: more labels, or another emoji for one that is there. */
import { z } from "zod";
import { parseLabels, sameLabel } from "../../src/classify/labels.ts";
import type { Label } from "../../src/classify/types.ts";
import { defineCommand } from "../command.ts";
import { changeLabels } from "./change-labels.ts";

export const labelsAdd = defineCommand({
	name: "labels add",
	description: "Add labels to this channel's, or give one that is there another emoji",
	options: z.object({ labels: z.string().describe("The labels to add, with an emoji each if you like") }),
	typed: "labels",
	examples: ["/labels add 🐻 bear", "/labels add polar bear, panda"],
	who: "moderators",
	firstAnswer: "deferred-ephemeral",
	async run({ labels: text }, event, services) {
		const given = parseLabels(text);
		return changeLabels(event, services, (now) => ({ ...now, labels: merged(now.labels, given) }));
	},
});

/** Those that are there stay where and as they are, but for an emoji given anew. */
function merged(present: readonly Label[], given: readonly Label[]): Label[] {
	const kept = present.map((label) => {
		const emoji = given.find((other) => sameLabel(label.text, other.text))?.emoji;
		return emoji === undefined ? label : { ...label, emoji };
	});
	return [...kept, ...given.filter((label) => !present.some((other) => sameLabel(label.text, other.text)))];
}
