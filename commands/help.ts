/** `/help`: what the bot can do, or all about one command or a group of them. */
import { z } from "zod";
import type { Block, RichText } from "../src/chat/view.ts";
import { commandErrors } from "../src/errors.ts";
import { type Command, type CommandDescription, defineCommand } from "./command.ts";
import { groupOf, nearest } from "./typed.ts";

const options = z.object({
	command: z.string().optional().describe("The command to explain, such as classify or labels set"),
});

/**
 * @param catalogue gives every command, this one included
 * @param groups what commands of two words are about, by their first
 */
export function createHelp(
	catalogue: () => readonly CommandDescription[],
	groups: Readonly<Record<string, string>>,
): Command {
	return defineCommand({
		name: "help",
		description: "What Tagalong can do, or how one command works",
		options,
		typed: "command",
		examples: ["/help", "/help classify", "/help labels"],
		who: "everyone",
		firstAnswer: "shown-now",
		complete: { command: async () => [...Object.keys(groups), ...catalogue().map(({ name }) => name)] },
		async run({ command: asked = "" }) {
			const name = asked.trim().replace(/^\//, "").toLowerCase().replace(/\s+/g, " ");
			if (!name) return { ephemeral: true, blocks: overview(catalogue(), groups) };
			const command = catalogue().find((candidate) => candidate.name === name);
			if (command) return { ephemeral: true, blocks: explain(command) };
			const members = catalogue().filter((candidate) => groupOf(candidate) === name);
			if (members.length === 0) throw commandErrors.unknown(name, nearest(name, catalogue()));
			return { ephemeral: true, blocks: explainGroup(name, groups[name] ?? "", members) };
		},
	});
}

function overview(catalogue: readonly CommandDescription[], groups: Readonly<Record<string, string>>): Block[] {
	const lines = catalogue.flatMap((command, index): RichText[] => {
		const group = groupOf(command);
		if (group === undefined) return [[{ code: `/${command.name}` }, ` ${command.description}.`]];
		const members = catalogue.filter((other) => groupOf(other) === group);
		if (catalogue.indexOf(members[0] ?? command) !== index) return [];
		return [[{ code: `/${group}` }, ` ${members.map(secondWord).join(", ")}: ${groups[group]}.`]];
	});
	return [
		{
			kind: "text",
			text: ["Post an image and name what it could show, in your own words. I say which fits, or that none does."],
		},
		...lines.map((text): Block => ({ kind: "text", text })),
		{ kind: "note", text: ["More about one: ", { code: "/help classify" }, ", ", { code: "/help labels" }] },
	];
}

function explainGroup(name: string, about: string, members: readonly CommandDescription[]): Block[] {
	return [
		{ kind: "text", text: [{ strong: `/${name}` }, ` ${about}.`] },
		...members.map(
			(member): Block => ({
				kind: "text",
				text: [{ code: member.examples[0] ?? `/${member.name}` }, ` ${member.description}.`],
			}),
		),
		{ kind: "note", text: ["More about one: ", { code: `/help ${members[0]?.name}` }] },
	];
}

function secondWord({ name }: CommandDescription): string {
	return name.slice(name.indexOf(" ") + 1);
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
