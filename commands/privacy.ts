/** `/privacy`: what is kept, for how long, and how to be forgotten. */
import { z } from "zod";
import type { Block, RichText } from "../src/chat/view.ts";
import { defineCommand } from "./command.ts";

export const privacy = defineCommand({
	name: "privacy",
	description: "What I keep, for how long, and how to be forgotten",
	options: z.object({}),
	examples: ["/privacy"],
	who: "everyone",
	firstAnswer: "shown-now",
	async run(_options, event, { config }) {
		const days = config.retentionDays;
		const texts: RichText[] = [
			[
				{ strong: "Kept of an image: " },
				"where it was posted (channel, message, a link and the file's name), by whom and when; an embedding, which is a list of numbers that says what it is like; two fingerprints, to know it again; the labels I gave it.",
			],
			[
				{ strong: "Kept of people: " },
				"your votes with your id, your id on label sets that you made, and a command until it is answered.",
			],
			[{ strong: "Never kept: " }, "the images themselves, and what people write to each other."],
			...(event.platform === "local"
				? [
						[
							"This page is a chat of its own besides: it keeps its messages, and previews of their images, until they are deleted.",
						],
					]
				: []),
			[
				{ strong: "For how long: " },
				`${days.toLocaleString("en")} day${days === 1 ? "" : "s"}, then it is deleted. Sooner if the message is deleted, or I am taken out of the channel or the workspace: then all that came from there goes at once.`,
			],
			[{ strong: "To be forgotten: " }, { code: "/forget me" }, " deletes everything of yours in this workspace."],
			[
				{ strong: "Who sees it: " },
				"nobody outside this workspace; a search shows only images of channels that whoever asks can read.",
			],
		];
		return { ephemeral: true, blocks: texts.map((text): Block => ({ kind: "text", text })) };
	},
});
