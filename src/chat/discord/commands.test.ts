import { ApplicationCommandType, ApplicationCommandOptionType as Options } from "discord.js";
import { describe, expect, test } from "vitest";
import { catalogue } from "../../../commands/catalogue.ts";
import { commandList, globalCommand } from "../../../test/support/discord/check-commands.ts";
import { applicationCommands, isShownToModeratorsAlone } from "./commands.ts";

const commands = applicationCommands();

function command(name: string) {
	const found = commands.find((one) => one.name === name);
	if (!found) throw new Error(`there is no ${name}`);
	return found;
}

function optionsOf(name: string) {
	const found = command(name);
	return "options" in found ? (found.options ?? []) : [];
}

function partsOf(name: string) {
	return optionsOf(name).flatMap((option) => (option.type === Options.Subcommand ? [option] : []));
}

describe("what is registered", () => {
	test.each(commands.map((one) => [one.name, one] as const))("%s is within Discord's limits", (_, one) => {
		expect(globalCommand.safeParse(one).error).toBeUndefined();
	});

	test("is no more than Discord has room for", () => {
		expect(commandList(globalCommand).safeParse(commands).error).toBeUndefined();
	});

	test("is every command of the catalogue with all of its options, and the shortcut", () => {
		const names = commands.flatMap((one) => {
			const parts = one.type === ApplicationCommandType.ChatInput ? partsOf(one.name) : [];
			return parts.length > 0 ? parts.map((part) => `${one.name} ${part.name}`) : [one.name];
		});
		expect(names.sort()).toEqual([...catalogue.map(({ name }) => name), "Classify this image"].sort());
		for (const { name, options } of catalogue) {
			const [first = "", second] = name.split(" ");
			const given = second ? partsOf(first).find((part) => part.name === second)?.options : optionsOf(first);
			for (const option of options) {
				const registered = given?.find((one) => one.name === option.name);
				expect(registered).toMatchObject({
					type: Options.String,
					description: option.description,
					required: option.required,
				});
				if (option.completes) expect(registered).toMatchObject({ autocomplete: true });
				else if (option.choices) {
					expect(registered).toMatchObject({ choices: option.choices.map((value) => ({ name: value, value })) });
				}
			}
		}
	});
});

test("/classify takes ten images along, where one is meant there is one", () => {
	const files = (name: string) => optionsOf(name).flatMap((one) => (one.type === Options.Attachment ? [one.name] : []));
	expect(files("classify")).toEqual(["image", ...[2, 3, 4, 5, 6, 7, 8, 9, 10].map((number) => `image${number}`)]);
	expect(files("similar")).toEqual(["image"]);
	expect(files("wording")).toEqual(["image"]);
	expect(files("stats")).toEqual([]);
});

test("a person's own install brings along what is about no channel", () => {
	const portable = commands.filter((one) => one.integration_types?.includes(1)).map(({ name }) => name);
	expect(portable).toEqual(["classify", "forget", "privacy", "help", "Classify this image"]);
	for (const one of commands) {
		expect(one.contexts).toEqual(portable.includes(one.name) ? [0, 1, 2] : [0]);
		expect(one.integration_types).toEqual(portable.includes(one.name) ? [0, 1] : [0]);
	}
});

test("what moderators alone use is shown to them alone, unless a part of it is for everyone", () => {
	const limited = commands.filter((one) => one.default_member_permissions !== null);
	expect(limited.map((one) => [one.name, one.default_member_permissions])).toEqual([["export", "8192"]]);
	expect(["export", "autotag on", "labels set", "find"].filter(isShownToModeratorsAlone)).toEqual(["export"]);
});
