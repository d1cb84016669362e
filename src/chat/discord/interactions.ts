/** What an interaction asks of the bot, and how it is answered at first: pure. */
import { ApplicationCommandOptionType, ApplicationCommandType, InteractionType } from "discord.js";
import { findCommand } from "../../../commands/catalogue.ts";
import type { AskedFrom, FirstAnswer } from "../../../commands/command.ts";
import { type ChatEvent, type ChoiceEvent, type CommandEvent, chatEventSchema } from "../event.ts";
import type { Form } from "../view.ts";
import { attachmentOf } from "./attachments.ts";
import { dialogId, labelsDialog, readDialogId } from "./dialog-ids.ts";
import {
	type CommandInteraction,
	firstIssue,
	type GivenOption,
	type Interaction,
	readInteraction,
	type SlashData,
	type TargetData,
} from "./interaction.ts";
import { actorOf, choiceOf, commandOf, fieldsOf, isVisit, placeOfInteraction, targetOf } from "./interaction-events.ts";
import { storableIn } from "./storable-event.ts";

/** The form that a choice asks for before it counts, if it asks for one. */
export type FormOf = (control: string, values: readonly string[]) => Form | undefined;

export type Asked =
	| { kind: "ping" }
	/** What someone types is to be completed. */
	| { kind: "completion"; command: string; option: string; typed: string; from: AskedFrom }
	/** `first` as the command declares it, and for the person alone where the bot is no member. */
	| { kind: "command"; event: CommandEvent; first: FirstAnswer }
	/** The shortcut on a message: `classify`, by the channel's labels or by some that are asked for. */
	| { kind: "shortcut"; event: CommandEvent & { target: NonNullable<CommandEvent["target"]> } }
	/** The labels that the shortcut asked for; its target was kept under `pending`. */
	| { kind: "labels"; event: CommandEvent; pending: string }
	/** A choice that needs a form filled in first. */
	| { kind: "form"; form: Form; id: string }
	| { kind: "choice"; event: ChoiceEvent }
	/** It isn't what Discord sends. */
	| { kind: "refused"; why: string };

/** Any payload at all has an answer here: nothing is thrown. */
export function translate(payload: unknown, formOf: FormOf): Asked {
	const interaction = readInteraction(payload);
	if ("malformed" in interaction) return { kind: "refused", why: interaction.malformed };
	return checked(storableIn(asked(interaction, formOf)));
}

function asked(interaction: Interaction, formOf: FormOf): Asked {
	switch (interaction.type) {
		case InteractionType.Ping:
			return { kind: "ping" };
		case InteractionType.ApplicationCommandAutocomplete: {
			const { name, given } = partsOf(interaction.data);
			const focused = given.find((option) => option.focused);
			if (!focused) return { kind: "refused", why: "nothing is being typed" };
			const from = { ...placeOfInteraction(interaction), actor: actorOf(interaction) };
			return { kind: "completion", command: name, option: focused.name, typed: textOf(focused), from };
		}
		case InteractionType.ApplicationCommand:
			return interaction.data.type === ApplicationCommandType.Message
				? askedOf(interaction, interaction.data)
				: run(interaction, interaction.data);
		case InteractionType.MessageComponent: {
			const { custom_id: control, values } = interaction.data;
			const picked = values ?? [];
			const form = formOf(control, picked);
			if (form) return { kind: "form", form, id: dialogId(control, picked) };
			return { kind: "choice", event: choiceOf(interaction, { control, values: picked, fields: {} }) };
		}
		case InteractionType.ModalSubmit: {
			const fields = fieldsOf(interaction);
			const { message } = interaction;
			const id = readDialogId(interaction.data.custom_id);
			if ("pending" in id) {
				const event = commandOf(interaction, "classify", isVisit(interaction));
				const labels = fields[labelsDialog.field] ?? "";
				return { kind: "labels", event: { ...event, options: { labels } }, pending: id.pending };
			}
			if (!message) return { kind: "refused", why: "message: a form of no message" };
			return { kind: "choice", event: choiceOf({ ...interaction, message }, { ...id, fields }) };
		}
	}
}

/** A slash command. */
function run(interaction: CommandInteraction, data: SlashData): Asked {
	const { name, given } = partsOf(data);
	const first = firstAnswerTo(name, isVisit(interaction));
	const event = commandOf(interaction, name, first !== "deferred");
	const files = data.resolved?.attachments ?? {};
	const isFile = ({ type }: GivenOption) => type === ApplicationCommandOptionType.Attachment;
	const attachments = given.filter(isFile).flatMap((option) => {
		const id = textOf(option);
		const file = Object.hasOwn(files, id) ? files[id] : undefined;
		// Whatever it is: someone chose it, and its bytes will tell.
		return file ? [attachmentOf(file)] : [];
	});
	const options = Object.fromEntries(
		given.filter((option) => !isFile(option)).map((option) => [option.name, textOf(option)]),
	);
	return { kind: "command", event: { ...event, options, attachments }, first };
}

/** The shortcut on a message. */
function askedOf(interaction: CommandInteraction, data: TargetData): Asked {
	const target = targetOf(interaction, data);
	if (!target) return { kind: "refused", why: "data.resolved.messages: the target isn't among them" };
	return { kind: "shortcut", event: { ...commandOf(interaction, "classify", isVisit(interaction)), target } };
}

/** A command's name, of two words where it has parts, and what was given to it. */
function partsOf({ name, options }: SlashData): { name: string; given: readonly GivenOption[] } {
	const part = options?.find(({ type }) => type === ApplicationCommandOptionType.Subcommand);
	return part ? { name: `${name} ${part.name}`, given: part.options ?? [] } : { name, given: options ?? [] };
}

/** One that isn't in the catalogue any more was registered by an earlier version: that is said to the person. */
function firstAnswerTo(name: string, visit: boolean): FirstAnswer {
	const first = findCommand(name)?.firstAnswer ?? "deferred-ephemeral";
	return visit && first === "deferred" ? "deferred-ephemeral" : first;
}

function textOf({ value }: GivenOption): string {
	return String(value ?? "");
}

/** Within what events hold: Discord's own limits are tighter. */
function checked(asked: Asked): Asked {
	if (!("event" in asked)) return asked;
	const parsed = chatEventSchema.safeParse(asked.event satisfies ChatEvent);
	return parsed.success ? asked : { kind: "refused", why: firstIssue(parsed.error) };
}
