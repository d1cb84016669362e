/** What is registered with Discord against what should be: pure. */
import { isDeepStrictEqual } from "node:util";
import { type APIApplicationCommand, ApplicationCommandType } from "discord.js";
import type { ApplicationCommand } from "./commands.ts";

export interface Differences {
	added: ApplicationCommand[];
	/** `fields` says what changes. */
	changed: { id: string; command: ApplicationCommand; fields: string[] }[];
	removed: Pick<APIApplicationCommand, "id" | "name" | "type">[];
	/** Names of those that are as they should be. */
	same: string[];
}

/** What of a command is the bot's to say; the rest is Discord's, or a translation. */
const fields = [
	"description",
	"options",
	"default_member_permissions",
	"integration_types",
	"contexts",
	"nsfw",
] as const;

/** Commands are the same by type and name: Discord allows one of each. */
export function differences(
	registered: readonly APIApplicationCommand[],
	wanted: readonly ApplicationCommand[],
): Differences {
	const found: Differences = { added: [], changed: [], removed: [], same: [] };
	const isSame = (one: Pick<APIApplicationCommand, "name" | "type">, other: ApplicationCommand) =>
		one.type === other.type && one.name === other.name;
	for (const command of wanted) {
		const known = registered.find((one) => isSame(one, command));
		const changing =
			known && fields.filter((field) => !isDeepStrictEqual(canonical(known, field), canonical(command, field)));
		if (!changing) found.added.push(command);
		else if (changing.length > 0) found.changed.push({ id: known.id, command, fields: changing });
		else found.same.push(command.name);
	}
	for (const { id, name, type } of registered) {
		// The way into an activity is made by Discord, and no command of the bot's.
		if (type === ApplicationCommandType.PrimaryEntryPoint) continue;
		if (!wanted.some((command) => isSame({ name, type }, command))) found.removed.push({ id, name, type });
	}
	return found;
}

/** A field without what says nothing, so that what Discord fills in or leaves out is no difference. */
function canonical(command: object, field: (typeof fields)[number]): unknown {
	const value = withoutDefaults(Reflect.get(command, field));
	return Array.isArray(value) && field !== "options" ? [...value].sort() : value;
}

function withoutDefaults(value: unknown): unknown {
	if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(withoutDefaults);
	if (value === false || value === null || value === "") return undefined;
	if (typeof value !== "object") return value;
	const said = Object.entries(value)
		.filter(([key]) => !/_locali[sz]/.test(key))
		.map(([key, inner]) => [key, withoutDefaults(inner)] as const)
		.filter(([, inner]) => inner !== undefined);
	return Object.fromEntries(said);
}
