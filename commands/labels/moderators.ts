/** `/labels moderators add @Ada`: who may change this channel's labels beside those whom the platform lets moderate. */
import { z } from "zod";
import { type CommandEvent, jobId } from "../../src/chat/event.ts";
import type { RichText, View } from "../../src/chat/view.ts";
import { memberErrors } from "../../src/errors.ts";
import type { Services } from "../../src/services.ts";
import type { Settings } from "../../src/store/channel-settings.ts";
import { defineCommand } from "../command.ts";
import { mentions, parseMember } from "../member.ts";

export const labelsModerators = defineCommand({
	name: "labels moderators",
	description: "List who may change this channel's labels, or add and remove someone",
	options: z.object({ change: z.string().optional().describe("add @Ada or remove @Ada; nothing: the list") }),
	typed: "change",
	examples: ["/labels moderators", "/labels moderators add @Ada", "/labels moderators remove @Ada"],
	who: "moderators",
	firstAnswer: "deferred-ephemeral",
	complete: { change: async () => ["add @", "remove @"] },
	async run({ change = "" }, event, services) {
		if (change.trim() === "") return view((await services.store.settings.of(event)).moderators);
		const [, verb = "", rest = ""] = /^\s*(add|remove)\s+([\s\S]+)$/i.exec(change) ?? [];
		if (verb === "") throw mentions(change) ? memberErrors.addOrRemove() : memberErrors.badChange(change);
		return edit(parseMember(rest), verb.toLowerCase() === "add", event, services);
	},
});

async function edit(member: string, added: boolean, event: CommandEvent, { store }: Services): Promise<View> {
	const change = (now: Settings) => {
		const others = now.moderators.filter((id) => id !== member);
		return { moderators: added ? [...others, member] : others };
	};
	const { moderators } = await store.settings.change(event, change, jobId(event));
	const right = added ? " may now change this channel's labels." : " has that right no more, unless the chat gives it.";
	return view(moderators, [{ person: member }, right]);
}

function view(moderators: readonly string[], said?: RichText): View {
	const named = moderators.flatMap((person, index): RichText => [...(index > 0 ? [", "] : []), { person }]);
	const list: RichText =
		named.length > 0
			? ["Beside this chat's own moderators: ", ...named, "."]
			: ["Only this chat's own moderators. ", { code: "/labels moderators add @Ada" }, " names someone."];
	return {
		ephemeral: true,
		blocks: [...(said ? [{ kind: "text" as const, text: said }] : []), { kind: "text", text: list }],
	};
}
