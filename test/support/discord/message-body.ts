/** What the bot wants a message to be (the body of a create, an edit or an answer), put into it as Discord does. */
import {
	type APIMessageTopLevelComponent,
	ComponentType,
	MessageFlags,
	type RESTPatchAPIChannelMessageJSONBody,
	type RESTPostAPIChannelMessageJSONBody,
} from "discord.js";
import type { ParsedBody } from "./http-body.ts";
import type { Message, StoredFile, Upload, User } from "./records.ts";
import { refusals } from "./refusals.ts";
import type { World } from "./world.ts";

/** The fields of a create and of an edit that are the message itself. */
export type MessageBody = Pick<
	RESTPostAPIChannelMessageJSONBody,
	"content" | "embeds" | "allowed_mentions" | "components" | "flags"
> &
	Pick<RESTPatchAPIChannelMessageJSONBody, "attachments">;

const LASTING = MessageFlags.IsComponentsV2 | MessageFlags.SuppressEmbeds | MessageFlags.SuppressNotifications;

/**
 * Fills a draft, or changes a message. What a body doesn't name stays as it is.
 * @throws Refusal, and then the message is as it was
 */
export async function applyBody(world: World, message: Message, { json, files }: ParsedBody): Promise<void> {
	// What it has to be, is checked against Discord's types and limits where requests come in.
	const body = (json ?? {}) as { [field in keyof MessageBody]: MessageBody[field] | null };
	const wasV2 = (message.flags & MessageFlags.IsComponentsV2) !== 0;
	const flags = (message.flags & ~MessageFlags.Loading) | ((body.flags ?? 0) & LASTING);
	const isV2 = (flags & MessageFlags.IsComponentsV2) !== 0;
	const content = body.content === undefined ? message.content : (body.content ?? "");
	const embeds = body.embeds === undefined ? message.embeds : (body.embeds ?? []);
	const given = body.components === undefined ? message.components : (body.components ?? []);
	if (isV2 && (content !== "" || embeds.length > 0)) {
		throw refusals.invalidForm(
			content === "" ? "embeds" : "content",
			"This field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
			"MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
		);
	}
	if (wasV2 && body.flags !== undefined && !((body.flags ?? 0) & MessageFlags.IsComponentsV2)) {
		throw refusals.invalidForm("flags", "IS_COMPONENTS_V2 cannot be removed from a message");
	}
	const kept = body.attachments
		? message.files.filter(({ id }) => body.attachments?.some((entry) => `${entry.id}` === id))
		: message.files;
	const added = await storedUploads(world, message, body.attachments ?? [], files);
	const now = [...kept, ...added];
	// Numbered and resolved in a copy: only what is shown is of these types.
	const components = structuredClone(given) as APIMessageTopLevelComponent[];
	number(components, isV2);
	resolveMedia(components, now, world);
	if (content === "" && embeds.length === 0 && now.length === 0 && components.length === 0)
		throw refusals.emptyMessage();

	for (const { id, path } of message.files) if (!kept.some((file) => file.id === id)) world.cdn.files.delete(path);
	Object.assign(message, { flags, content, embeds, components, files: now });
	setMentions(world, message, body.allowed_mentions ?? undefined);
}

async function storedUploads(
	world: World,
	{ channel, files: had }: Message,
	described: NonNullable<MessageBody["attachments"]>,
	uploads: ReadonlyMap<string, Upload>,
): Promise<StoredFile[]> {
	for (const [index, { id }] of described.entries()) {
		if (uploads.has(`${id}`) || had.some((file) => file.id === `${id}`)) continue;
		throw refusals.invalidForm(`attachments[${index}].id`, `There is no file ${id}`, "ATTACHMENT_NOT_FOUND");
	}
	const stored: StoredFile[] = [];
	for (const [number, upload] of uploads) {
		const about = described.find(({ id }) => `${id}` === number);
		const { filename, description } = about ?? {};
		const named = { ...upload, ...(filename && { name: filename }), ...(description && { description }) };
		stored.push(await world.storeFile(channel, named));
	}
	return stored;
}

/** Everything in components that is an object with a type, in the order it is shown. */
export function everyComponent(components: unknown): Record<string, unknown>[] {
	if (Array.isArray(components)) return components.flatMap(everyComponent);
	if (typeof components !== "object" || components === null) return [];
	// Any object has string keys.
	const component = components as Record<string, unknown>;
	const within = [component.components, component.accessory, component.component];
	return typeof component.type === "number" ? [component, ...within.flatMap(everyComponent)] : [];
}

/** Gives ids to those components that have none. */
function number(components: APIMessageTopLevelComponent[], isV2: boolean): void {
	const all = everyComponent(components);
	if (!isV2 && components.some(({ type }) => type !== ComponentType.ActionRow)) {
		throw refusals.invalidForm("components", "Only action rows may stand here without IS_COMPONENTS_V2");
	}
	for (const [index, { id, custom_id }] of all.entries()) {
		const before = all.slice(0, index);
		if (id && before.some((other) => other.id === id)) {
			throw refusals.invalidForm(`components[${index}].id`, "Component ids must be unique", "COMPONENT_ID_DUPLICATED");
		}
		if (custom_id !== undefined && before.some((other) => other.custom_id === custom_id)) {
			const code = "COMPONENT_CUSTOM_ID_DUPLICATED";
			throw refusals.invalidForm(`components[${index}].custom_id`, "Component custom id cannot be duplicated", code);
		}
	}
	const taken = new Set(all.map(({ id }) => id));
	let next = 1;
	for (const component of all) {
		if (component.id) continue;
		while (taken.has(next)) next++;
		component.id = next++;
	}
}

/** Points `attachment://name` at the message's own files. */
function resolveMedia(components: APIMessageTopLevelComponent[], files: readonly StoredFile[], world: World): void {
	for (const component of everyComponent(components)) {
		// By the types of Discord's components that show media.
		const items = component.type === ComponentType.MediaGallery ? (component.items as Record<string, unknown>[]) : [];
		const holders = items.map((item): [Record<string, unknown>, string] => [item, "media"]);
		if (component.type === ComponentType.Thumbnail) holders.push([component, "media"]);
		if (component.type === ComponentType.File) holders.push([component, "file"]);
		for (const [holder, key] of holders) {
			// By the same types.
			const { url } = holder[key] as { url: string };
			const name = /^attachment:\/\/(.+)$/.exec(url)?.[1];
			const file = files.find((one) => (name === undefined ? url.includes(one.path) : one.name === name));
			if (name !== undefined && !file) {
				throw refusals.invalidForm(
					key,
					`There is no file "${name}"`,
					"UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
				);
			}
			if (component.type === ComponentType.File && name === undefined && !file) {
				throw refusals.invalidForm(key, "Only attachment:// may stand here");
			}
			if (!file) {
				holder[key] = { url, proxy_url: url, loading_state: 2 };
				continue;
			}
			const { id: attachment_id, type: content_type, width, height } = file;
			holder[key] = { url: world.cdn.link(file), content_type, width, height, attachment_id, loading_state: 2 };
			if (component.type === ComponentType.File) Object.assign(component, { name: file.name, size: file.bytes.length });
		}
	}
}

/** Whom a message notifies. */
export function setMentions(world: World, message: Message, allowed?: MessageBody["allowed_mentions"]): void {
	const shown = everyComponent(message.components).filter(({ type }) => type === ComponentType.TextDisplay);
	const text = [message.content, ...shown.map(({ content }) => content)].join("\n");
	const named = (pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(([, id]) => id ?? ""))];
	const lets = (kind: "users" | "roles", id: string) =>
		allowed === undefined || allowed[kind]?.includes(id) || allowed.parse?.some((parsed) => parsed === kind);
	const users = named(/<@!?(\d+)>/g).filter((id) => lets("users", id));
	message.mentions = users.map((id) => world.users.get(id)).filter((user): user is User => user !== undefined);
	message.mentionedRoles = named(/<@&(\d+)>/g).filter((id) => lets("roles", id));
	message.mentionsEveryone =
		/@(everyone|here)\b/.test(text) &&
		(allowed === undefined || allowed.parse?.some((kind) => kind === "everyone") === true);
	const { replyTo } = message;
	const isTold = allowed === undefined || allowed.replied_user === true;
	const answered = replyTo?.message?.author;
	if (isTold && answered && !message.mentions.includes(answered)) message.mentions.push(answered);
}
