/** `/labels clear`: no labels any more. */
import { z } from "zod";
import { defaultLabelSet } from "../../src/store/label-sets.ts";
import { defineCommand } from "../command.ts";
import { changeLabels } from "./change-labels.ts";

export const labelsClear = defineCommand({
	name: "labels clear",
	description: "Take all labels from this channel, with their templates, mode and threshold",
	options: z.object({}),
	examples: ["/labels clear"],
	who: "moderators",
	firstAnswer: "deferred-ephemeral",
	async run(_options, event, services) {
		return changeLabels(event, services, () => defaultLabelSet, [
			"All labels are gone; images posted from now on get no tags. What was tagged and voted stays.",
		]);
	},
});
