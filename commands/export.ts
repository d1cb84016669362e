/** `/export csv`: all that is known of a channel's images, as a file. */
import { z } from "zod";
import type { ChannelRef } from "../src/chat/event.ts";
import { portOf } from "../src/handle/reply-once.ts";
import { defineCommand } from "./command.ts";
import { csv, jsonLines } from "./export-rows.ts";

const options = z.object({
	format: z.enum(["csv", "jsonl"]).default("csv").describe("csv for a spreadsheet, jsonl for a program"),
	embeddings: z.enum(["yes", "no"]).default("no").describe("yes: with the images' embeddings, several KB each"),
});

const types = { csv: "text/csv; charset=utf-8", jsonl: "application/jsonl" } as const;

// Not `export`: that is a word of the language.
export const exportImages = defineCommand({
	name: "export",
	description: "Get this channel's images, labels and votes as a file",
	options,
	typed: "format",
	examples: ["/export csv", "/export jsonl", "/export jsonl embeddings:yes"],
	who: "moderators",
	firstAnswer: "deferred-ephemeral",
	async run({ format, embeddings: asked }, event, services) {
		const { store, classifier, now } = services;
		const { images } = await store.export.figures(event, classifier.model.id);
		if (images === 0) {
			return { ephemeral: true, blocks: [{ kind: "text", text: ["I have seen no images in this channel yet."] }] };
		}
		const port = portOf(event, services);
		const embeddings = asked === "yes";
		const records = store.export.records(event, { embeddings });
		const rows = (format === "csv" ? csv : jsonLines)(records, {
			linkTo: (message) => port.linkTo(message),
			embeddings,
		});
		const many = images === 1 ? "1 image" : `${images.toLocaleString("en")} images`;
		return {
			ephemeral: true,
			blocks: [
				{ kind: "text", text: [`${many} of this channel, oldest first: labels, probabilities and votes.`] },
				{ kind: "file", name: fileName(event, now(), format), type: types[format], content: rows },
				{
					kind: "note",
					text: [
						"The file names people by their ids and what they voted. Images themselves are not in it, only links.",
					],
				},
			],
		};
	},
});

/** `tagalong-general-2026-01-31.csv` */
function fileName({ channel }: ChannelRef, at: Date, format: string): string {
	const name = channel.replace(/[^\p{L}\p{N}_-]+/gu, "-").slice(0, 60);
	return `tagalong-${name}-${at.toISOString().slice(0, 10)}.${format}`;
}
