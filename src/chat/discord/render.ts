/** A view as a Discord message of Components V2: everything in one container, by whose id the message is found again. */
import {
	type APIContainerComponent,
	type APIInteractionResponseCallbackData,
	ComponentType,
	MessageFlags,
	type RawFile,
} from "discord.js";
import type { Block, View } from "../view.ts";
import { draftsOf } from "./drafts.ts";
import { markerNumber } from "./ids.ts";
import { joined, layOut } from "./layout.ts";
import { limits } from "./limits.ts";
import { readUploads } from "./uploads.ts";

export interface RenderOptions {
	/** What the message is found by. */
	marker: string;
	/** It is about images that someone hid: all of it stays hidden until it is tapped. */
	spoiler?: boolean;
	/** Bytes of a file; an interaction says how many (`attachment_size_limit`). */
	maxFileBytes?: number;
	/** Discord's links to attachments expire: gives each, in the same order, as it is valid now. */
	freshLinks?: (links: readonly string[]) => Promise<readonly string[]>;
}

/** A body for every route that takes a message; to an edit, `editOf` is given. */
export interface MessageBody
	extends Required<Pick<APIInteractionResponseCallbackData, "flags" | "allowed_mentions" | "attachments">> {
	components: [APIContainerComponent];
}

export interface Rendered {
	body: MessageBody;
	/** In the order of `body.attachments`. */
	files: RawFile[];
}

/** @throws what reading a file of the view throws */
export async function renderView(view: View, options: RenderOptions): Promise<Rendered> {
	const { marker, spoiler = false, maxFileBytes = limits.fileBytes } = options;
	const blocks = await readUploads(await refreshed(view.blocks, options.freshLinks), maxFileBytes);
	const drawn = layOut(draftsOf(blocks), { text: limits.text, components: limits.components - 1 });
	const parts = drawn.length > 0 ? drawn : [{ text: "-# There is nothing to show." }];
	const uploads = parts.flatMap((part) => ("upload" in part && part.upload ? [part.upload] : []));
	const container: APIContainerComponent = {
		type: ComponentType.Container,
		id: markerNumber(marker),
		components: joined(parts),
		...(spoiler && { spoiler }),
	};
	return {
		body: {
			components: [container],
			flags: MessageFlags.IsComponentsV2 | (view.ephemeral ? MessageFlags.Ephemeral : 0),
			allowed_mentions: { parse: [] },
			attachments: uploads.map(({ name }, id) => ({ id, filename: name })),
		},
		files: uploads.map(({ name, bytes, type }) => ({ name, data: bytes, contentType: type })),
	};
}

/** One request for all pictures of a view, and none where it has none. */
async function refreshed(blocks: readonly Block[], freshLinks: RenderOptions["freshLinks"]): Promise<readonly Block[]> {
	const links = blocks.flatMap((block) =>
		block.kind === "gallery" ? block.items.map(({ attachment }) => attachment.url) : [],
	);
	if (!freshLinks || links.length === 0) return blocks;
	const fresh = await freshLinks(links);
	const linkOf = new Map(links.map((link, index) => [link, fresh[index] ?? link]));
	return blocks.map((block) => {
		if (block.kind !== "gallery") return block;
		const items = block.items.map(({ attachment, ...item }) => {
			const url = linkOf.get(attachment.url) ?? attachment.url;
			return { ...item, attachment: { ...attachment, url } };
		});
		return { ...block, items };
	});
}

/**
 * The same with no server's own emoji on buttons and in selects. Discord refuses the whole message for one of a server
 * that the bot isn't in; in texts such an emoji shows as its name.
 */
export function withoutServerEmoji(body: MessageBody): MessageBody {
	const plain = structuredClone(body);
	for (const row of plain.components[0].components) {
		if (row.type !== ComponentType.ActionRow) continue;
		for (const control of row.components) {
			const named = control.type === ComponentType.StringSelect ? control.options : [control];
			for (const each of named) if ("emoji" in each && each.emoji?.id !== undefined) delete each.emoji;
		}
	}
	return plain;
}

/** Who sees a message is settled when it is posted, and Discord refuses to be told again. */
export function editOf(body: MessageBody): MessageBody {
	return { ...body, flags: MessageFlags.IsComponentsV2 };
}
