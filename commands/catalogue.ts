/** Every chat command, and what a platform, `/help` or a completion list needs to know of them. */
import { z } from "zod";
import { autotag } from "./autotag.ts";
import { classify } from "./classify.ts";
import type { Command, CommandDescription, OptionDescription } from "./command.ts";
import { exportImages } from "./export.ts";
import { find } from "./find.ts";
import { forget } from "./forget.ts";
import { createHelp } from "./help.ts";
import { labels } from "./labels/labels.ts";
import { privacy } from "./privacy.ts";
import { review } from "./review.ts";
import { similar } from "./similar.ts";
import { stats } from "./stats.ts";
import { wording } from "./wording.ts";

/** What commands of two words are about, by their first: one line, at most 100 characters. */
export const groups: Readonly<Record<string, string>> = {
	labels: "The labels of this channel, and how they are used",
	autotag: "Whether images of this channel are tagged by themselves",
};

/** In the order `/help` lists them. */
export const commands: readonly Command[] = [
	classify,
	...labels,
	...autotag,
	review,
	similar,
	find,
	wording,
	stats,
	exportImages,
	forget,
	privacy,
	createHelp(() => catalogue, groups),
];

export function findCommand(name: string): Command | undefined {
	return commands.find((command) => command.name === name);
}

/** A command as plain JSON: its options read off the zod schema, so that they are written down once. */
export function describeCommand(command: Command): CommandDescription {
	const { name, description, examples, who, typed } = command;
	const options = Object.entries(command.options.shape).map(([option, schema]) => ({
		...describeOption(option, schema),
		...(command.complete?.[option] && { completes: true }),
	}));
	return { name, description, options, ...(typed && { typed }), examples, who };
}

function describeOption(name: string, schema: z.core.$ZodType): OptionDescription {
	const json = z.toJSONSchema(schema, { io: "input" });
	const choices = json.enum?.map(String);
	return {
		name,
		description: json.description ?? "",
		required: !schema._zod.optin,
		...(choices && { choices }),
	};
}

export const catalogue: readonly CommandDescription[] = commands.map(describeCommand);
