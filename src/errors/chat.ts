/** What goes wrong in a chat: commands, and the embedded chat itself. */
import { beginning, UserError } from "./user-error.ts";

/** Commands as people type or pick them. */
export const commandErrors = {
	/** @param group whose member was meant, if one was */
	unknown: (name: string, nearest: string | undefined, group?: string) =>
		new UserError(
			"command.unknown",
			`There is no command /${beginning(name)}.`,
			nearest ? `Did you mean /${nearest}?` : `/help ${group ? `${group} ` : ""}lists the commands.`,
		),
	takesNothing: (name: string, rest: string) =>
		new UserError(
			"command.takes-nothing",
			`/${name} takes no text: “${rest.slice(0, 40)}”.`,
			`/help ${name} explains it.`,
		),
	missing: (name: string, option: string, example: string) =>
		new UserError("command.missing-option", `/${name} needs ${option}.`, `For example: ${example}`),
	badOption: (name: string, option: string, why: string) =>
		new UserError(
			"command.bad-option",
			`/${name} can't use ${beginning(option)}: ${why}.`,
			`/help ${name} explains it.`,
		),
	moderatorsOnly: (name: string) =>
		new UserError("command.moderators-only", `/${name} is for moderators of this channel.`, "Ask one of them."),
	/** @param hindrance what keeps the bot from seeing those that are posted there, in sentences */
	noImage: (hindrance?: string) =>
		new UserError(
			"command.no-image",
			"There is no image to look at here.",
			hindrance === undefined
				? "Attach one to the command, use it in the thread of an image, or post one first."
				: `Attach one to the command. ${hindrance}`,
		),
};

/** What can go wrong in the embedded chat. */
export const localChatErrors = {
	channelName: () =>
		new UserError(
			"local.channel-name",
			"A channel's name has 1 to 40 letters, digits, hyphens or underscores.",
			"For example: wildlife.",
		),
	channelTaken: (name: string) =>
		new UserError("local.channel-taken", `There is already a channel #${name}.`, "Pick another name."),
	channelGone: () => new UserError("local.channel-gone", "That channel doesn't exist.", "Reload the page."),
	defaultChannel: (name: string) =>
		new UserError("local.default-channel", `#${name} can't be removed.`, "It is where everyone arrives."),
	moderatorsOnly: () => new UserError("local.moderators-only", "Only a moderator can remove a channel."),
	messageGone: () => new UserError("local.message-gone", "That message was deleted."),
	whichMember: (name: string) =>
		new UserError(
			"local.which-member",
			`Several people here go by “${name.slice(0, 80)}”.`,
			"Ask the one you mean to post under another name.",
		),
	notAnEmoji: () => new UserError("local.not-an-emoji", "A reaction is one emoji."),
	tooManyReactions: (max: number) =>
		new UserError(
			"local.too-many-reactions",
			`A message has at most ${max} different reactions.`,
			"Use one that is there already.",
		),
	controlGone: () =>
		new UserError("local.control-gone", "That button is no longer there.", "The message has changed meanwhile."),
	fieldTooLong: (label: string, max: number) =>
		new UserError(
			"local.field-too-long",
			`“${label.slice(0, 80)}” takes at most ${max.toLocaleString("en")} characters.`,
			"Shorten it.",
		),
	notYours: () => new UserError("local.not-yours", "Only its author or a moderator can delete a message."),
	empty: () => new UserError("local.empty", "There is nothing to post.", "Write something or add a photo."),
	tooLong: (max: number) =>
		new UserError("local.too-long", `A message has at most ${max.toLocaleString("en")} characters.`, "Shorten it."),
	tooManyFiles: (max: number) =>
		new UserError("local.too-many-files", `A message has at most ${max} files.`, "Send the rest in another message."),
	fileTooLarge: (name: string, megabytes: number) =>
		new UserError(
			"local.file-too-large",
			`“${name.slice(0, 80)}” is larger than ${megabytes} MB.`,
			"Post a smaller version of it.",
		),
	uploadTooLarge: (megabytes: number) =>
		new UserError(
			"local.upload-too-large",
			`The files of a message have at most ${megabytes} MB together.`,
			"Send fewer.",
		),
	fileGone: (name: string) =>
		new UserError("image.gone", `“${name.slice(0, 80)}” is no longer here.`, "Post it again."),
	malformed: () => new UserError("local.malformed", "The chat server couldn't read that request.", "Reload the page."),
	/** @param what "The message" */
	notAccepted: (what: string, cause: unknown) =>
		new UserError("local.not-accepted", `${what} couldn't be saved.`, "Try again in a moment.", { cause }),
	wrongHost: (host: string) =>
		new UserError(
			"local.wrong-host",
			`This chat doesn't answer to “${host.slice(0, 80)}”.`,
			"Open it by the address printed at start, or set HOST.",
		),
	wrongOrigin: () =>
		new UserError(
			"local.wrong-origin",
			"Another site sent this request, so it was refused.",
			"Use the chat's own page.",
		),
};
