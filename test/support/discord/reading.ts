/** What a person sees of a message: its text, its buttons, its menus. */
import { type APIModalInteractionResponseCallbackData, ButtonStyle, ComponentType, MessageFlags } from "discord.js";
import { everyComponent } from "./message-body.ts";
import type { Message } from "./records.ts";

export interface SeenButton {
	label: string;
	customId: string;
	emoji: string | undefined;
	disabled: boolean;
	style: ButtonStyle;
}

export interface SeenSelect {
	customId: string;
	placeholder: string;
	options: { value: string; label: string }[];
	minValues: number;
	maxValues: number;
	disabled: boolean;
}

export interface SeenField {
	customId: string;
	label: string;
	required: boolean;
	minLength: number;
	maxLength: number;
}

/** All that it says, a line for each piece: content, text components, embeds, captions. */
export function textOf(message: Message): string {
	const texts = everyComponent(message.components).flatMap((component) => {
		if (component.type === ComponentType.TextDisplay) return [`${component.content}`];
		if (component.type !== ComponentType.MediaGallery) return [];
		// A gallery's items, by Discord's types.
		const items = component.items as { description?: string }[];
		return items.flatMap(({ description }) => description ?? []);
	});
	const embeds = message.embeds.flatMap(({ title, description }) => [title ?? [], description ?? []].flat());
	return [message.content, ...embeds, ...texts].filter((text) => text !== "").join("\n");
}

/** Whether it only says that the app is thinking. */
export function isLoading({ flags }: Message): boolean {
	return (flags & MessageFlags.Loading) !== 0;
}

export function buttonsOf(message: Message): SeenButton[] {
	const buttons = everyComponent(message.components).filter(
		({ type, style }) => type === ComponentType.Button && style !== ButtonStyle.Link,
	);
	return buttons.map(({ label, custom_id, emoji, disabled, style }) => ({
		label: `${label ?? ""}`,
		customId: `${custom_id}`,
		// Discord's types of a button.
		emoji: (emoji as { name?: string } | undefined)?.name,
		disabled: disabled === true,
		style: style as ButtonStyle,
	}));
}

export function selectsOf(message: Message): SeenSelect[] {
	const selects = everyComponent(message.components).filter(({ type }) => type === ComponentType.StringSelect);
	return selects.map(({ custom_id, placeholder, options, min_values, max_values, disabled }) => ({
		customId: `${custom_id}`,
		placeholder: `${placeholder ?? ""}`,
		// Discord's types of a select.
		options: options as { value: string; label: string }[],
		minValues: Number(min_values ?? 1),
		maxValues: Number(max_values ?? 1),
		disabled: disabled === true,
	}));
}

/** What a dialog asks for. */
export function fieldsOf({ components }: APIModalInteractionResponseCallbackData): SeenField[] {
	return components.flatMap((row) => {
		const around = "label" in row ? row.label : "";
		return everyComponent(row)
			.filter(({ type }) => type === ComponentType.TextInput)
			.map(({ custom_id, label, required, min_length, max_length }) => ({
				customId: `${custom_id}`,
				label: `${label ?? around}`,
				required: required !== false,
				minLength: Number(min_length ?? 0),
				maxLength: Number(max_length ?? 4000),
			}));
	});
}
