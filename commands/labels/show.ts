/** `/labels` or `/labels show`: the channel's labels and how they are used. */
import { z } from "zod";
import { defineCommand } from "../command.ts";
import { labelSetView } from "./label-set-view.ts";

export const labelsShow = defineCommand({
	name: "labels show",
	description: "This channel's labels, and how they are used",
	options: z.object({}),
	examples: ["/labels", "/labels show"],
	who: "everyone",
	firstAnswer: "deferred-ephemeral",
	async run(_options, event, services) {
		const set = await services.store.labelSets.current(event);
		if (set) return labelSetView(event, set, ["What I look for in this channel's images."], services);
		return labelSetView(
			event,
			undefined,
			["This channel has no labels yet. A moderator gives it some: ", { code: "/labels set 🐱 cat, 🐶 dog, 🐻 bear" }],
			services,
		);
	},
});
