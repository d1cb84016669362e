/** `/labels remove bear`: labels taken out, by text or by emoji. */
import { z } from "zod";
import { parseLabels } from "../../src/classify/labels.ts";
import type { Label } from "../../src/classify/types.ts";
import { labelSetErrors } from "../../src/errors.ts";
import { type Complete, defineCommand } from "../command.ts";
import { changeLabels } from "./change-labels.ts";
import { labelMeant, nearestLabel } from "./same-label.ts";

/** The set's labels for the last of what is typed, after those before it. */
const completeLabels: Complete = async (typed, from, { store }) => {
	const before = /^[\s\S]*,\s*/.exec(typed)?.[0] ?? "";
	const labels = (await store.labelSets.current(from))?.labels ?? [];
	return labels.map(({ text }) => before + (text.includes(",") ? `"${text}"` : text));
};

export const labelsRemove = defineCommand({
	name: "labels remove",
	description: "Take labels out of this channel's",
	options: z.object({ labels: z.string().describe("The labels to take out, by text or by emoji") }),
	typed: "labels",
	examples: ["/labels remove bear", "/labels remove polar bear, 🐼"],
	who: "moderators",
	firstAnswer: "deferred-ephemeral",
	complete: { labels: completeLabels },
	async run({ labels: text }, event, services) {
		return changeLabels(event, services, (now) => {
			const gone = labelsMeant(now.labels, text);
			return { ...now, labels: now.labels.filter((label) => !gone.includes(label)) };
		});
	},
});

/** @throws UserError `label-set.none`, `label-set.not-there` that names all of those that aren't */
function labelsMeant(labels: readonly Label[], text: string): Label[] {
	if (labels.length === 0) throw labelSetErrors.none();
	// A label of several words, alone: it would be read as several labels.
	const whole = labelMeant(labels, { text: text.trim() });
	if (whole) return [whole];
	const given = parseLabels(text);
	const missing = given.filter((label) => !labelMeant(labels, label)).map((label) => label.text);
	if (missing.length > 0) throw labelSetErrors.notThere(missing, nearestLabel(labels, missing[0] ?? ""));
	return given.flatMap((label) => labelMeant(labels, label) ?? []);
}
