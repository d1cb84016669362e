/** The bot's commands as Discord registers them: slash commands from the catalogue, and the shortcut on messages. */
import {
	type APIApplicationCommandAttachmentOption,
	type APIApplicationCommandBasicOption,
	type APIApplicationCommandStringOption,
	type APIApplicationCommandSubcommandOption,
	ApplicationCommandOptionType,
	ApplicationCommandType,
	ApplicationIntegrationType,
	InteractionContextType,
	PermissionFlagsBits,
	type RESTPostAPIChatInputApplicationCommandsJSONBody,
	type RESTPostAPIContextMenuApplicationCommandsJSONBody,
} from "discord.js";
import { catalogue, groups } from "../../../commands/catalogue.ts";
import type { CommandDescription, OptionDescription } from "../../../commands/command.ts";
import { groupOf } from "../../../commands/typed.ts";

export type ApplicationCommand =
	| (RESTPostAPIChatInputApplicationCommandsJSONBody & { type: ApplicationCommandType.ChatInput })
	| RESTPostAPIContextMenuApplicationCommandsJSONBody;

/** What stands under a message's “Apps”. */
export const SHORTCUT = "Classify this image";

/** How many images a command takes along: those of the message are ten at most. */
const images: Readonly<Record<string, number>> = { classify: 10, similar: 1, wording: 1 };

/** What a person who has installed the bot for themselves takes along to any place: nothing that is about a channel. */
const portable: ReadonlySet<string> = new Set(["classify", "help", "privacy", "forget"]);

const { GuildInstall, UserInstall } = ApplicationIntegrationType;
const { Guild, BotDM, PrivateChannel } = InteractionContextType;
const everywhere = { integration_types: [GuildInstall, UserInstall], contexts: [Guild, BotDM, PrivateChannel] };
const inServers = { integration_types: [GuildInstall], contexts: [Guild] };

/**
 * Whom Discord shows what is for moderators alone; a server may change that in its settings. Who may is checked again
 * where a command is run.
 */
const MODERATORS = String(PermissionFlagsBits.ManageMessages);

/** In the catalogue's order. */
export function applicationCommands(): ApplicationCommand[] {
	const names = [...new Set(catalogue.map((command) => groupOf(command) ?? command.name))];
	return [
		...names.map(slashCommand),
		{ type: ApplicationCommandType.Message, name: SHORTCUT, ...shown([]), ...everywhere },
	];
}

function slashCommand(name: string): ApplicationCommand {
	const members = catalogue.filter((command) => (groupOf(command) ?? command.name) === name);
	const [alone] = members;
	const place = portable.has(name) ? everywhere : inServers;
	const common = { type: ApplicationCommandType.ChatInput, name, ...shown(members), ...place } as const;
	if (alone?.name === name) return { ...common, description: alone.description, options: optionsOf(alone) };
	return { ...common, description: groups[name] ?? name, options: members.map(part) };
}

/** A command of two words: Discord gives the permission to its first alone, so any part that is for everyone opens all. */
function shown(members: readonly CommandDescription[]) {
	return { default_member_permissions: areForModerators(members) ? MODERATORS : null };
}

function areForModerators(members: readonly CommandDescription[]): boolean {
	return members.length > 0 && members.every(({ who }) => who === "moderators");
}

/** Whether Discord shows a command to moderators alone: whom they have named for a channel, it knows nothing of. */
export function isShownToModeratorsAlone(name: string): boolean {
	const [first] = name.split(" ", 1);
	return areForModerators(catalogue.filter((command) => (groupOf(command) ?? command.name) === first));
}

function part(command: CommandDescription): APIApplicationCommandSubcommandOption {
	const name = command.name.slice(command.name.indexOf(" ") + 1);
	const { description } = command;
	return { type: ApplicationCommandOptionType.Subcommand, name, description, options: optionsOf(command) };
}

/** Required options first, as Discord wants them, and images last. */
function optionsOf({ name, options }: CommandDescription): APIApplicationCommandBasicOption[] {
	const [needed, others] = [options.filter(({ required }) => required), options.filter(({ required }) => !required)];
	return [...[...needed, ...others].map(textOption), ...imageOptions(images[name] ?? 0)];
}

/** Everything is text: each command reads its own, the same wherever it is typed. */
function textOption({
	name,
	description,
	required,
	choices,
	completes,
}: OptionDescription): APIApplicationCommandStringOption {
	const common = { type: ApplicationCommandOptionType.String, name, description, required } as const;
	if (completes) return { ...common, autocomplete: true };
	return choices ? { ...common, choices: choices.map((value) => ({ name: value, value })) } : common;
}

/** `image`, `image2`, … */
function imageOptions(count: number): APIApplicationCommandAttachmentOption[] {
	return Array.from({ length: count }, (_, index) => ({
		type: ApplicationCommandOptionType.Attachment,
		name: index === 0 ? "image" : `image${index + 1}`,
		description: index === 0 ? "The image to look at; none: the latest one here" : "Another image",
		required: false,
	}));
}
