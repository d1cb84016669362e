/** `/labels copy from:#wildlife`: another channel's labels, for this one. */
import { z } from "zod";
import { labelSetErrors } from "../../src/errors.ts";
import { portOf } from "../../src/handle/reply-once.ts";
import { defineCommand } from "../command.ts";
import { changeLabels } from "./change-labels.ts";

export const labelsCopy = defineCommand({
	name: "labels copy",
	description: "Give this channel the labels of another, with their templates, mode and threshold",
	options: z.object({ from: z.string().describe("The channel to copy from; you must be able to read it") }),
	typed: "from",
	examples: ["/labels copy from:#wildlife", "/labels copy #wildlife"],
	who: "moderators",
	firstAnswer: "deferred-ephemeral",
	async run({ from }, event, services) {
		const { store } = services;
		const channel = readChannel(from);
		if (channel === event.channel) throw labelSetErrors.copiesItself();
		const readable = await portOf(event, services).readable(event.actor, event);
		if (!readable.includes(channel)) throw labelSetErrors.otherChannel();
		const other = await store.labelSets.current({ ...event, channel });
		if (!other || other.labels.length === 0) throw labelSetErrors.otherHasNone();
		const { labels, templates, mode, threshold } = other;
		return changeLabels(event, services, () => ({ labels, templates, mode, threshold }));
	},
});

/** The id in a mention of a channel, `<#id>` or `<#id|name>`; anything else is taken for an id itself. */
function readChannel(text: string): string {
	const [, mentioned] = /^<#([^\s<>|#]+)(?:\|[^<>]*)?>$/.exec(text.trim()) ?? [];
	return mentioned ?? text.trim().replace(/^#/, "");
}
