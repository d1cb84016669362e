import { type APIApplicationCommand, ApplicationCommandOptionType, ApplicationCommandType } from "discord.js";
import { describe, expect, test } from "vitest";
import { type ApplicationCommand, applicationCommands } from "./commands.ts";
import { differences } from "./differences.ts";

const wanted = applicationCommands();

/** As Discord gives it back: with its own fields and defaults, and without what is off. */
function registered(command: ApplicationCommand, index: number): APIApplicationCommand {
	const { type, name, default_member_permissions = null, integration_types = [0], contexts } = command;
	const options = structuredClone("options" in command ? (command.options ?? []) : []);
	for (const option of options) {
		if ("required" in option && option.required === false) delete option.required;
		Object.assign(option, { name_localizations: null });
	}
	return {
		id: `90000000000000000${index}`,
		application_id: "1",
		version: "2",
		type,
		name,
		name_localizations: null,
		description: "description" in command ? command.description : "",
		description_localizations: null,
		default_member_permissions,
		nsfw: false,
		dm_permission: true,
		integration_types: integration_types.toReversed(),
		contexts: contexts?.toReversed() ?? null,
		options,
	};
}
const all = wanted.map(registered);
const nothing = { added: [], changed: [], removed: [] };

/** With one command otherwise. */
function otherwise(name: string, change: Partial<APIApplicationCommand>): APIApplicationCommand[] {
	return all.map((one) => (one.name === name ? { ...one, ...change } : one));
}

describe("what is registered", () => {
	test("is no different for what Discord adds, leaves out and reorders", () => {
		expect(differences(all, wanted)).toEqual({ ...nothing, same: wanted.map(({ name }) => name) });
	});

	test("misses what isn't there", () => {
		expect(differences([], wanted)).toEqual({ ...nothing, added: wanted, same: [] });
	});

	test("has too much where a command is gone from the bot, but not the way into an activity", () => {
		const old = { ...registered({ type: ApplicationCommandType.Message, name: "Old" }, 98) };
		const activity = { ...old, id: "5", type: ApplicationCommandType.PrimaryEntryPoint, name: "launch" };
		// A shortcut of a command's name is another.
		const alike = { ...old, id: "6", type: ApplicationCommandType.Message, name: "classify" };
		const found = differences([...all, old, activity, alike], wanted);
		expect(found).toMatchObject({ added: [], changed: [] });
		expect(found.removed).toEqual([
			{ id: old.id, name: "Old", type: ApplicationCommandType.Message },
			{ id: "6", name: "classify", type: ApplicationCommandType.Message },
		]);
	});

	const classify = wanted.find(({ name }) => name === "classify");
	const options = classify && "options" in classify ? (classify.options ?? []) : [];

	test.each([
		["description", { description: "Something else" }],
		["options", { options: options.slice(1) }],
		["options", { options: options.toReversed() }],
		["options", { options: [...options.slice(0, -1), { ...options[0], type: ApplicationCommandOptionType.String }] }],
		["options", { options: options.map((one) => ({ ...one, required: true })) }],
		["default_member_permissions", { default_member_permissions: "0" }],
		["integration_types", { integration_types: [0] }],
		["contexts", { contexts: null }],
		["contexts", { contexts: [0] }],
		["nsfw", { nsfw: true }],
	])("differs in its %s where that was changed: %j", (field, change) => {
		// Shapes that Discord may have kept from another version.
		const found = differences(otherwise("classify", change as Partial<APIApplicationCommand>), wanted);
		expect(found).toMatchObject({ added: [], removed: [], changed: [{ fields: [field], command: classify }] });
		expect(found.changed).toHaveLength(1);
	});
});
