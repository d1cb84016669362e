/** Every chat command, and what a platform, `/help` or a completion list needs to know of them. */
import { z } from "zod";
import { classify } from "./classify.ts";
import type { Command, CommandDescription, OptionDescription } from "./command.ts";
import { createHelp } from "./help.ts";

/** In the order `/help` lists them. */
export const commands: readonly Command[] = [classify, createHelp(() => catalogue)];

export function findCommand(name: string): Command | undefined {
	return commands.find((command) => command.name === name);
}

/** A command as plain JSON: its options read off the zod schema, so that they are written down once. */
export function describeCommand(command: Command): CommandDescription {
	const { name, description, examples, who, typed } = command;
	const options = Object.entries(command.options.shape).map(([option, schema]) => describeOption(option, schema));
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
