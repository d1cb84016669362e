/** Views as Discord would show them, in short, for tests to read; each is checked on the way. */
import { type APIComponentInContainer, ComponentType } from "discord.js";
import { editOf, type RenderOptions, renderView } from "../../../src/chat/discord/render.ts";
import type { Block, Control, View } from "../../../src/chat/view.ts";
import { checkBody } from "./check-body.ts";

export const place = {
	platform: "discord" as const,
	workspace: "613425648685547541",
	channel: "175928847299117063",
	message: "175928847299117065",
};
export const link = "https://discord.com/channels/613425648685547541/175928847299117063/175928847299117065";
export const create = "POST /webhooks/175928847299117066/token";
const edit = "PATCH /channels/175928847299117063/messages/175928847299117064";

/** Rendered, and checked as Discord would. */
export async function rendered(view: View, options: Partial<RenderOptions> = {}) {
	const { body, files } = await renderView(view, { marker: "m", ...options });
	checkBody(
		create,
		body,
		files.map(({ name }) => name),
	);
	checkBody(
		edit,
		editOf(body),
		files.map(({ name }) => name),
	);
	return { body, files, parts: body.components[0].components };
}

/** A line a row: texts as they are, other components in short. */
export function inShort(parts: readonly APIComponentInContainer[]): string {
	return parts.map(shortOf).join("\n");
}

function shortOf(part: APIComponentInContainer): string {
	switch (part.type) {
		case ComponentType.TextDisplay:
			return part.content;
		case ComponentType.ActionRow:
			return part.components
				.map((control) => {
					if (control.type === ComponentType.StringSelect)
						return `[${control.placeholder} ▾ ${control.options.length}]`;
					return "label" in control ? `[${control.emoji ? `${control.emoji.name} ` : ""}${control.label}]` : "[?]";
				})
				.join(" ");
		case ComponentType.MediaGallery:
			return part.items.map(({ media, description }) => `(${media.url} – ${description})`).join("\n");
		case ComponentType.File:
			return `(${part.file.url})`;
		default:
			return `(${part.type})`;
	}
}

export async function drawn(...blocks: Block[]): Promise<string> {
	return inShort((await rendered({ blocks })).parts);
}

/** A button of the view. */
export const button = (id: string, label: string, more: object = {}): Control => ({
	kind: "button",
	id,
	label,
	...more,
});
export const select = (id: string, count: number): Control => ({
	kind: "select",
	id,
	placeholder: "Choose a label",
	options: Array.from({ length: count }, (_, at) => ({ id: `o${at}`, label: `label ${at}` })),
});
