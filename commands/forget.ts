/** `/forget me`, `/forget @member`: everything that is kept of someone, gone. */
import { z } from "zod";
import { type CommandEvent, jobId } from "../src/chat/event.ts";
import type { View } from "../src/chat/view.ts";
import { memberErrors } from "../src/errors.ts";
import type { Forgotten } from "../src/store/forget.ts";
import { defineCommand } from "./command.ts";
import { parseMember } from "./member.ts";

export const forget = defineCommand({
	name: "forget",
	description: "Have me let go of everything I keep of you, or (moderators) of a member",
	options: z.object({ who: z.string().optional().describe("me, or a member: @Ada") }),
	typed: "who",
	examples: ["/forget me", "/forget @Ada"],
	who: "everyone",
	firstAnswer: "deferred-ephemeral",
	complete: { who: async () => ["me"] },
	async run({ who = "" }, event, services) {
		if (who.trim() === "") return explanation;
		const member = who.trim().toLowerCase() === "me" ? event.actor.id : parseMember(who);
		// It reaches over the whole workspace: a channel's own moderators may not.
		if (member !== event.actor.id && !event.actor.canModerate) throw memberErrors.forgetOthers();
		const { store, jobs, now } = services;
		const { owed, ...went } = await store.forget.member(event, member, now(), jobId(event));
		for (const refresh of owed) await jobs.enqueue(refresh);
		return answer(went, member, event);
	},
});

const explanation: View = {
	ephemeral: true,
	blocks: [
		{
			kind: "text",
			text: [
				{ code: "/forget me" },
				" deletes everything I keep of you in this workspace: what I know of your images (never the images: those I don't keep), your votes, and your name on label sets and among a channel's moderators. What others voted on your images goes too.",
			],
		},
		{ kind: "text", text: ["A moderator can do the same for a member: ", { code: "/forget @Ada" }, "."] },
		{ kind: "note", text: [{ code: "/privacy" }, " says what is kept, and for how long."] },
	],
};

function answer({ images, votes }: Forgotten, member: string, { actor }: CommandEvent): View {
	const counted = (count: number, one: string) => `${count.toLocaleString("en")} ${one}${count === 1 ? "" : "s"}`;
	return {
		ephemeral: true,
		blocks: [
			{
				kind: "text",
				text: [
					"Forgotten in this workspace: ",
					...(member === actor.id ? ["you. "] : [{ person: member }, ". "]),
					`What I knew of ${counted(images, "image")} and ${counted(votes, "vote")} are gone, and I learn and search without them.`,
				],
			},
			{
				kind: "note",
				text: [
					"The messages themselves are the chat's: they stay until they are deleted there. Images that still stand there can be tagged anew by a moderator's ",
					{ code: "/autotag last" },
					"; deleting them prevents it.",
				],
			},
		],
	};
}
