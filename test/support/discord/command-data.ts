/** What Discord sends of a command that a person runs: the options they filled in, and what those stand for. */
import {
	type APIApplicationCommand,
	type APIApplicationCommandBasicOption,
	type APIApplicationCommandOption,
	InteractionContextType,
	ApplicationCommandOptionType as Kinds,
	PermissionFlagsBits,
} from "discord.js";
import { contextOf } from "./interaction-json.ts";
import { channelPermissions, may } from "./permissions.ts";
import type { Channel, Message, Upload, User } from "./records.ts";
import { type Commands, isGroup } from "./rest-commands.ts";
import { fileJson, memberJson, messageJson, resolvedChannelJson, userJson } from "./wire.ts";
import type { World } from "./world.ts";

/** As a person fills in an option: text, a number, a file, someone. */
export type OptionValue = string | number | boolean | Upload | User | Channel;

/** Who uses it where. */
export interface Using {
	world: World;
	user: User;
	channel: Channel;
}

/** @throws Error if nothing of that name is registered there */
export function findCommand(commands: Commands, { guild }: Channel, name: string, type: number): APIApplicationCommand {
	const named = [...commands.values()].filter((command) => command.name === name && command.type === type);
	const found =
		named.find(({ guild_id }) => guild_id === guild?.id) ?? named.find(({ guild_id }) => guild_id === undefined);
	if (!found)
		throw new Error(`There is no command "${name}" here: ${[...commands.values()].map((one) => one.name).join(", ")}`);
	return found;
}

/**
 * Through which installations someone may use a command.
 * @throws Error if Discord wouldn't show it to them there
 */
export function ownersOf({ world, user, channel }: Using, command: APIApplicationCommand): Record<string, string> {
	const { guild } = channel;
	const context = contextOf(world, channel);
	const refuse = (why: string) => new Error(`${user.name} can't use "${command.name}" here: ${why}`);
	if (!may(channel, user, "ViewChannel")) throw refuse("the channel is hidden from them");
	if (command.contexts && !command.contexts.includes(context)) throw refuse(`it isn't for context ${context}`);
	if (command.nsfw && guild && !channel.nsfw) throw refuse("it is for age-restricted channels");
	const types: readonly number[] = command.integration_types ?? [0];
	const owners: Record<string, string> = {};
	if (types.includes(0) && guild && world.isBotIn(guild)) owners[0] = guild.id;
	if (types.includes(0) && context === InteractionContextType.BotDM) owners[0] = "0";
	if (types.includes(1) && user.hasApp) owners[1] = user.id;
	if (Object.keys(owners).length === 0) throw refuse("the app is installed neither here nor for them");
	if (!guild) return owners;
	if (!may(channel, user, "UseApplicationCommands")) throw refuse("they may use no commands");
	const needed = command.default_member_permissions;
	const has = channelPermissions(channel, user);
	if (needed !== null && needed !== undefined) {
		const wanted = BigInt(needed) || PermissionFlagsBits.Administrator;
		if ((has & wanted) !== wanted) throw refuse("they lack its default permissions");
	}
	return owners;
}

interface FilledOption {
	name: string;
	type: Kinds;
	value?: string | number | boolean;
	focused?: true;
	options?: FilledOption[];
}

/**
 * @param words after the command's own name, in `labels set` those of the subcommand
 * @param focused the option that is being typed: then nothing is required yet
 * @throws Error if Discord's own client wouldn't let it be sent
 */
export async function slashData(
	using: Using,
	command: APIApplicationCommand,
	words: readonly string[],
	given: Readonly<Record<string, OptionValue>>,
	focused?: string,
): Promise<object> {
	const resolved: Record<string, Record<string, object>> = {};
	const fill = async (
		options: readonly APIApplicationCommandOption[],
		left: readonly string[],
	): Promise<FilledOption[]> => {
		const [word, ...rest] = left;
		const groups = options.filter(isGroup);
		if (groups.length > 0 || word !== undefined) {
			const group = groups.find(({ name }) => name === word);
			if (!group) throw new Error(`/${command.name} has no "${word}": ${groups.map(({ name }) => name).join(", ")}`);
			return [{ name: group.name, type: group.type, options: await fill(group.options ?? [], rest) }];
		}
		const basic = options.filter((option): option is APIApplicationCommandBasicOption => !isGroup(option));
		const unknown = Object.keys(given).find((name) => !basic.some((option) => option.name === name));
		if (unknown)
			throw new Error(`/${command.name} has no option "${unknown}": ${basic.map(({ name }) => name).join(", ")}`);
		const filled: FilledOption[] = [];
		for (const option of basic) {
			const value = given[option.name];
			if (value === undefined && option.required && !focused) throw new Error(`/${command.name} needs ${option.name}`);
			if (value === undefined) continue;
			const { name, type } = option;
			const sent = await sentValue(using, option, value, resolved, name === focused);
			filled.push({ name, type, value: sent, ...(name === focused && { focused: true }) });
		}
		return filled;
	};
	const options = await fill(command.options ?? [], words);
	const { id, name, type } = command;
	return {
		id,
		name,
		type,
		...(command.guild_id && { guild_id: command.guild_id }),
		...(options.length > 0 && { options }),
		...(Object.keys(resolved).length > 0 && { resolved }),
	};
}

async function sentValue(
	{ world, user, channel }: Using,
	option: APIApplicationCommandBasicOption,
	value: OptionValue,
	resolved: Record<string, Record<string, object>>,
	isFocused: boolean,
): Promise<string | number | boolean> {
	const note = (kind: string, id: string, json: object) => {
		resolved[kind] = { ...resolved[kind], [id]: json };
		return id;
	};
	const wrong = (why: string) => new Error(`${option.name}: ${why}`);
	switch (option.type) {
		case Kinds.Attachment: {
			if (typeof value !== "object" || !("bytes" in value)) throw wrong("a file goes here");
			const file = await world.storeFile(channel, value, true);
			return note("attachments", file.id, fileJson(world, file));
		}
		case Kinds.User: {
			const other = typeof value === "object" && "id" in value ? world.users.get(value.id) : undefined;
			if (!other) throw wrong("a person goes here");
			const member = channel.guild?.members.get(other.id);
			if (member) {
				const { user: _, ...json } = memberJson(member, channelPermissions(channel, other));
				note("members", other.id, json);
			}
			return note("users", other.id, userJson(other));
		}
		case Kinds.Channel: {
			const other = typeof value === "object" && "id" in value ? world.channels.get(value.id) : undefined;
			if (!other) throw wrong("a channel goes here");
			return note("channels", other.id, resolvedChannelJson(world, other, user));
		}
		case Kinds.String: {
			if (typeof value !== "string") throw wrong("text goes here");
			const { choices, min_length = 0, max_length = 6000 } = option;
			if (isFocused) return value;
			if (choices && !choices.some((choice) => choice.value === value)) throw wrong(`"${value}" is no choice`);
			if (value.length < min_length || value.length > max_length) throw wrong(`${value.length} characters don't fit`);
			return value;
		}
		case Kinds.Integer:
		case Kinds.Number: {
			// While it is typed it is only text.
			if (isFocused) return `${value}`;
			if (typeof value !== "number") throw wrong("a number goes here");
			const { choices, min_value = -(2 ** 53), max_value = 2 ** 53 } = option;
			if (choices && !choices.some((choice) => choice.value === value)) throw wrong(`${value} is no choice`);
			if (value < min_value || value > max_value) throw wrong(`${value} is out of range`);
			return value;
		}
		case Kinds.Boolean:
			if (typeof value !== "boolean") throw wrong("true or false goes here");
			return value;
		default:
			throw wrong("this kind of option isn't known to the local Discord");
	}
}

/** What is sent of a shortcut used on a message: the message as that person sees it. */
export function shortcutData(world: World, { id, name, type }: APIApplicationCommand, message: Message): object {
	const { channel, author } = message;
	const member = channel.guild?.members.get(author.id);
	const { user: _, ...json } = member ? memberJson(member, channelPermissions(channel, author)) : {};
	return {
		id,
		name,
		type,
		target_id: message.id,
		resolved: {
			messages: { [message.id]: messageJson(world, message, true) },
			users: { [author.id]: userJson(author) },
			...(member && { members: { [author.id]: json } }),
		},
	};
}
