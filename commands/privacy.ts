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
		const span = `${days.toLocaleString("en")} day${days === 1 ? "" : "s"}`;
		const texts: RichText[] = [
			[
				{ strong: "Kept of an image: " },
				"where it was posted (channel, message, a link and the file's name), by whom and when; an embedding, which is a list of numbers that says what it is like; two fingerprints, of the file and of what it looks like, by which I know it again when it is posted once more in its channel; the labels I gave it.",
			],
			[
				{ strong: "Kept of people: " },
				"your votes with your id, your id on label sets that you made and as a moderator whom a channel has named, and a command until it is answered.",
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
				`${span}, then it is deleted. Sooner if the message is deleted, or I am taken out of the channel or the workspace: then all that came from there goes at once.`,
			],
			[
				{ strong: "What stays longer: " },
				`what a channel has told me, until I am taken out of it: its labels in every version (who made one, no longer than ${span}), its settings, and the moderators whom it has named, until it takes them out.`,
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
