/** What Discord accepts as application commands: https://docs.discord.com/developers/interactions/application-commands */
import { z } from "zod";
import { snowflake, unique, words } from "./check-components.ts";

const slashName = z
	.string()
	.regex(/^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u)
	.refine((name) => name === name.toLowerCase(), "must be lower case");
const locales = z.record(z.string(), z.string()).nullable().optional();
const described = {
	name: slashName,
	name_localizations: locales,
	description: words(100),
	description_localizations: locales,
};
const required = z.boolean().optional();
const choice = (value: z.ZodType) => z.strictObject({ name: words(100), name_localizations: locales, value });
const choices = (value: z.ZodType) => z.array(choice(value)).max(25).optional();
const autocomplete = z.boolean().optional();

const basicOption = z
	.discriminatedUnion("type", [
		z.strictObject({
			...described,
			type: z.literal(3),
			required,
			autocomplete,
			choices: choices(z.string().min(1).max(100)),
			min_length: z.int().min(0).max(6000).optional(),
			max_length: z.int().min(1).max(6000).optional(),
		}),
		z.strictObject({
			...described,
			type: z.literal(4),
			required,
			autocomplete,
			choices: choices(z.int()),
			min_value: z.int().optional(),
			max_value: z.int().optional(),
		}),
		z.strictObject({
			...described,
			type: z.literal(10),
			required,
			autocomplete,
			choices: choices(z.number()),
			min_value: z.number().optional(),
			max_value: z.number().optional(),
		}),
		z.strictObject({
			...described,
			type: z.literal(7),
			required,
			channel_types: z.array(z.int().min(0).max(16)).optional(),
		}),
		z.strictObject({ ...described, type: z.literal([5, 6, 8, 9, 11]), required }),
	])
	.refine(
		(option) => !("autocomplete" in option && option.autocomplete && option.choices && option.choices.length > 0),
		"autocomplete and choices exclude each other",
	);
const basicOptions = z
	.array(basicOption)
	.max(25)
	.refine((options) => unique(options.map(({ name }) => name)), "Option names must be unique")
	.refine(
		(options) =>
			!options.some((option, index) => option.required && options[index - 1] && !options[index - 1]?.required),
		"Required options must be placed before non-required options",
	);
const subcommand = z.strictObject({ ...described, type: z.literal(1), options: basicOptions.optional() });
const subcommands = (members: z.ZodType<{ name: string }>) =>
	z
		.array(members)
		.min(1)
		.max(25)
		.refine((options) => unique(options.map(({ name }) => name)), "Option names must be unique");
const group = z.strictObject({ ...described, type: z.literal(2), options: subcommands(subcommand) });
/** A command has options or parts, never both. */
const options = z.union([basicOptions, subcommands(z.union([subcommand, group]))]);

const everywhere = {
	id: snowflake.optional(),
	default_member_permissions: z.string().regex(/^\d+$/).nullable().optional(),
	nsfw: z.boolean().optional(),
};
const places = {
	integration_types: z
		.array(z.literal([0, 1]))
		.min(1)
		.refine(unique)
		.optional(),
	contexts: z
		.array(z.literal([0, 1, 2]))
		.refine(unique)
		.nullable()
		.optional(),
};
const slashFields = { ...everywhere, ...described, type: z.literal(1).optional(), options: options.optional() };
const menuFields = {
	...everywhere,
	type: z.literal([2, 3]),
	name: words(32),
	name_localizations: locales,
	description: z.literal("").optional(),
};

/** Of names, descriptions and values of a command together. */
const MOST_TEXT = 8000;
const sized = (command: unknown, context: z.RefinementCtx) => {
	const size = textOf(command);
	if (size > MOST_TEXT) {
		context.addIssue({ code: "custom", message: `${size} characters in a command, at most ${MOST_TEXT}` });
	}
};

export const globalCommand = z
	.union([z.strictObject({ ...slashFields, ...places }), z.strictObject({ ...menuFields, ...places })])
	.superRefine(sized);
export const guildCommand = z.union([z.strictObject(slashFields), z.strictObject(menuFields)]).superRefine(sized);
export const commandEdit = z
	.union([
		z.strictObject({ ...slashFields, ...places }).partial(),
		z.strictObject({ ...menuFields, ...places }).partial(),
	])
	.superRefine(sized);

export const commandList = (command: typeof globalCommand | typeof guildCommand) =>
	z.array(command).superRefine((commands, context) => {
		const names = commands.map(({ type = 1, name }) => `${type} ${name}`);
		if (!unique(names)) context.addIssue({ code: "custom", message: "Application command names must be unique" });
		for (const [type, most] of [
			[1, 100],
			[2, 15],
			[3, 15],
		] as const) {
			const count = commands.filter((command) => (command.type ?? 1) === type).length;
			if (count > most)
				context.addIssue({ code: "custom", message: `${count} commands of type ${type}, at most ${most}` });
		}
	});

function textOf(value: unknown): number {
	if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + textOf(each), 0);
	if (typeof value !== "object" || value === null) return 0;
	return Object.entries(value).reduce((sum, [field, inner]) => {
		const counts = typeof inner === "string" && ["name", "description", "value"].includes(field);
		return sum + (counts ? inner.length : textOf(inner));
	}, 0);
}
