/** `/help`: what the bot can do, or all about one command. */
import { z } from "zod";
import type { Block, RichText } from "../src/chat/view.ts";
import { commandErrors } from "../src/errors.ts";
import { type Command, type CommandDescription, defineCommand } from "./command.ts";

const options = z.object({
	command: z.string().optional().describe("The command to explain, such as classify"),
});

/**
 * @param catalogue gives every command, this one included
 */
export function createHelp(catalogue: () => readonly CommandDescription[]): Command {
	return defineCommand({
		name: "help",
		description: "What Tagalong can do, or how one command works",
		options,
		typed: "command",
		examples: ["/help", "/help classify"],
		who: "everyone",
		firstAnswer: "shown-now",
		async run({ command: asked }) {
			if (!asked) return { ephemeral: true, blocks: overview(catalogue()) };
			const name = asked.replace(/^\//, "").toLowerCase();
			const command = catalogue().find((candidate) => candidate.name === name);
			if (!command) throw commandErrors.unknown(name, undefined);
			return { ephemeral: true, blocks: explain(command) };
		},
	});
}

function overview(catalogue: readonly CommandDescription[]): Block[] {
	const lines = catalogue.map((command): RichText => [{ code: `/${command.name}` }, ` ${command.description}.`]);
	return [
		{
			kind: "text",
			text: ["Post an image and name what it could show, in your own words. I say which fits, or that none does."],
		},
		...lines.map((text): Block => ({ kind: "text", text })),
		{ kind: "note", text: ["More about one: ", { code: "/help classify" }] },
	];
}

function explain(command: CommandDescription): Block[] {
	const blocks: Block[] = [{ kind: "text", text: [{ strong: `/${command.name}` }, ` ${command.description}.`] }];
	if (command.options.length > 0) {
		const rows = command.options.map((option) => [
			option.name,
			`${option.description}${option.choices ? ` (${option.choices.join(" or ")})` : ""}`,
			option.required ? "needed" : "optional",
		]);
		blocks.push({ kind: "table", head: ["Option", "What it is", ""], rows });
	}
	blocks.push({ kind: "text", text: ["For example:"] });
	for (const example of command.examples) blocks.push({ kind: "text", text: [{ code: example }] });
	if (command.who === "moderators") blocks.push({ kind: "note", text: ["For moderators of the channel."] });
	return blocks;
}
