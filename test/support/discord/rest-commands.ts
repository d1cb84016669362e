/** Application commands: what is registered, and the routes that change it. */
import {
	type APIApplicationCommand,
	type APIApplicationCommandOption,
	ApplicationCommandOptionType,
	ApplicationCommandType,
	type RESTPostAPIApplicationCommandsJSONBody,
} from "discord.js";
import { refusals } from "./refusals.ts";
import { type Answer, bodyOf, type Call, guildOf, NOTHING, ok, type Routes } from "./rest-call.ts";

const MOST: Partial<Record<ApplicationCommandType, number>> = {
	[ApplicationCommandType.ChatInput]: 100,
	[ApplicationCommandType.User]: 15,
	[ApplicationCommandType.Message]: 15,
};

/** By id; those of one server have a `guild_id`. */
export type Commands = Map<string, APIApplicationCommand>;

export function commandRoutes(commands: Commands): Routes {
	return {
		...routesUnder("/applications/:app/commands", commands, false),
		...routesUnder("/applications/:app/guilds/:guild/commands", commands, true),
	};
}

function routesUnder(path: string, commands: Commands, ofGuild: boolean): Routes {
	/** Those that a call is about. */
	const scope = (call: Call) => {
		if (call.param("app") !== call.world.appId) throw refusals.unknownApplication();
		const guild = ofGuild ? guildOf(call).id : undefined;
		return { guild, registered: [...commands.values()].filter(({ guild_id }) => guild_id === guild) };
	};
	const one = (call: Call) => {
		const command = scope(call).registered.find(({ id }) => id === call.param("command"));
		if (!command) throw refusals.unknownCommand();
		return command;
	};
	/** Replaces the one of the same name and type, which keeps its id. */
	const put = (call: Call, body: Partial<RESTPostAPIApplicationCommandsJSONBody>): Answer => {
		const { guild, registered } = scope(call);
		const known = registered.find(({ name, type }) => name === body.name && type === (body.type ?? 1));
		const command = commandOf(call, body, known?.id ?? call.world.nextId(), guild);
		const ofType = registered.filter(({ type }) => type === command.type);
		if (!known && ofType.length >= (MOST[command.type] ?? 1)) {
			throw refusals.invalidForm(
				"name",
				"Maximum number of application commands reached",
				"APPLICATION_COMMAND_TOO_MANY",
			);
		}
		commands.set(command.id, command);
		return { status: known ? 200 : 201, body: command };
	};
	return {
		[`GET ${path}`]: (call) => ok(scope(call).registered),
		[`GET ${path}/:command`]: (call) => ok(one(call)),
		[`POST ${path}`]: (call) => put(call, bodyOf<RESTPostAPIApplicationCommandsJSONBody>(call)),
		[`PATCH ${path}/:command`]: (call) => {
			const known = one(call);
			const body = { ...known, ...bodyOf<RESTPostAPIApplicationCommandsJSONBody>(call) };
			// The fields that it had came from such a body too.
			const command = commandOf(call, body as RESTPostAPIApplicationCommandsJSONBody, known.id, known.guild_id);
			commands.set(known.id, command);
			return ok(command);
		},
		[`DELETE ${path}/:command`]: (call) => {
			commands.delete(one(call).id);
			return NOTHING;
		},
		[`PUT ${path}`]: (call) => {
			const bodies = call.parsed.json;
			if (!Array.isArray(bodies)) throw refusals.invalidForm("_", "Only iterables may be used in a ListType");
			const { registered } = scope(call);
			const isKept = ({ name, type }: APIApplicationCommand) =>
				bodies.some((body) => body.name === name && (body.type ?? 1) === type);
			for (const command of registered) if (!isKept(command)) commands.delete(command.id);
			return ok(bodies.map((body) => put(call, body).body));
		},
	};
}

/** A command as Discord gives it back: with the defaults of what was left out, and without options that are off. */
function commandOf(
	call: Call,
	body: Partial<RESTPostAPIApplicationCommandsJSONBody>,
	id: string,
	guild: string | undefined,
): APIApplicationCommand {
	const { name = "", type = ApplicationCommandType.ChatInput } = body;
	const description = "description" in body ? (body.description ?? "") : "";
	const options = "options" in body ? (body.options ?? []) : [];
	return {
		id,
		application_id: call.world.appId,
		version: call.world.nextId(),
		type,
		name,
		name_localizations: null,
		description,
		description_localizations: null,
		default_member_permissions: body.default_member_permissions ?? null,
		dm_permission: guild === undefined,
		nsfw: body.nsfw ?? false,
		integration_types: body.integration_types ?? [0],
		contexts: body.contexts ?? null,
		...(guild !== undefined && { guild_id: guild }),
		...(options.length > 0 && { options: options.map(withoutOff) }),
	};
}

type Group = Extract<APIApplicationCommandOption, { options?: unknown }>;

export function isGroup(option: APIApplicationCommandOption): option is Group {
	const { Subcommand, SubcommandGroup } = ApplicationCommandOptionType;
	return option.type === Subcommand || option.type === SubcommandGroup;
}

function withoutOff(option: APIApplicationCommandOption): APIApplicationCommandOption {
	const on = Object.entries(option).filter(
		([key, value]) => !(value === false && ["required", "autocomplete"].includes(key)),
	);
	const kept = on.map(([key, value]) => [
		key,
		key === "options" && Array.isArray(value) ? value.map(withoutOff) : value,
	]);
	// The same option, less what says nothing.
	return Object.fromEntries(kept) as APIApplicationCommandOption;
}
