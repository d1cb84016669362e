/**
 * The images of Discord's messages. What counts: attachments, those of a forwarded message too, videos by their poster,
 * and pictures that Discord shows of a link. Stickers and what other apps put into components are left alone.
 */
import { AttachmentFlags, EmbedType } from "discord.js";
import { z } from "zod";
import type { Attachment } from "../event.ts";

/** Ids as Discord writes them: 63 bits. */
export const snowflake = z.string().regex(/^\d{15,19}$/);

export const rawAttachment = z.object({
	id: snowflake,
	filename: z.string(),
	url: z.string(),
	proxy_url: z.string().nullish(),
	content_type: z.string().nullish(),
	size: z.number().int().nonnegative().nullish(),
	flags: z.number().int().nullish(),
});
export type RawAttachment = z.infer<typeof rawAttachment>;

const picture = z.object({ proxy_url: z.string().nullish() });
const rawEmbed = z.object({
	type: z.string().nullish(),
	url: z.string().nullish(),
	image: picture.nullish(),
	thumbnail: picture.nullish(),
});

const shown = {
	content: z.string().nullish(),
	attachments: z.array(rawAttachment).nullish(),
	embeds: z.array(rawEmbed).nullish(),
};
/** A message as Discord sends it, or what counts of it here. */
export const rawMessage = z.object({
	id: snowflake,
	...shown,
	/** What was forwarded, if anything was. */
	message_snapshots: z.array(z.object({ message: z.object(shown) })).nullish(),
});
export type RawMessage = z.infer<typeof rawMessage>;

/** As many as an event carries. */
const MOST = 20;
const LONGEST_NAME = 400;
const SPOILER = "SPOILER_";

/** @returns in the order in which they are shown */
export function imagesOf({ message_snapshots, ...message }: RawMessage): Attachment[] {
	const parts = [message, ...(message_snapshots ?? []).map((snapshot) => snapshot.message)];
	const images = parts.flatMap(({ content, attachments, embeds }) => [
		...(attachments ?? []).flatMap((attachment) => (looksReadable(attachment) ? attachmentOf(attachment) : [])),
		...(embeds ?? []).flatMap((embed, index) => linkedPicture(embed, index, isHiddenIn(content ?? "", embed.url))),
	]);
	return images.slice(0, MOST);
}

/**
 * A file as the bot knows it; what it is, its bytes will tell. Of a video, the picture that Discord shows before it plays.
 * A spoiler's name begins with `SPOILER_`, as Discord itself marks them.
 */
export function attachmentOf(raw: RawAttachment): Attachment {
	const { id, filename, url, size, flags } = raw;
	const isMarked = ((flags ?? 0) & AttachmentFlags.IsSpoiler) !== 0 && !filename.startsWith(SPOILER);
	const name = `${isMarked ? SPOILER : ""}${filename}`.slice(0, LONGEST_NAME);
	const poster = isVideo(raw) ? posterOf(raw) : undefined;
	if (poster !== undefined) return { id, name, url: poster };
	return { id, name, url, ...(size != null && { size }) };
}

export function isSpoiler({ name }: Pick<Attachment, "name">): boolean {
	return name.startsWith(SPOILER);
}

/** Whether it says that it is an image or a video: by its type, or by its name where it has none. */
function looksReadable(raw: RawAttachment): boolean {
	const { content_type, filename } = raw;
	if (isVideo(raw)) return posterOf(raw) !== undefined;
	if (content_type) return content_type.startsWith("image/");
	return /\.(?:jpe?g|png|apng|webp|gif|avif|tiff?|heic|heif|bmp|jxl)$/i.test(filename);
}

function isVideo({ content_type, filename }: RawAttachment): boolean {
	return content_type ? content_type.startsWith("video/") : /\.(?:mp4|m4v|mov|webm)$/i.test(filename);
}

/** Discord's media proxy draws a video's first picture when it is asked for an image format. */
function posterOf({ proxy_url }: RawAttachment): string | undefined {
	if (!proxy_url || !URL.canParse(proxy_url)) return undefined;
	const url = new URL(proxy_url);
	url.searchParams.set("format", "webp");
	return url.href;
}

/**
 * By Discord's proxy alone: the bot goes to no address that a message names. The thumbnail is the picture only of a link to
 * an image: to tag that of every page that people link to would be noise.
 */
function linkedPicture(
	{ type, image, thumbnail }: z.infer<typeof rawEmbed>,
	index: number,
	isHidden: boolean,
): Attachment[] {
	const url = image?.proxy_url ?? (type === EmbedType.Image ? thumbnail?.proxy_url : undefined);
	if (!url || !URL.canParse(url)) return [];
	const name = new URL(url).pathname.split("/").at(-1) || "image";
	return [{ id: `embed-${index}`, name: `${isHidden ? SPOILER : ""}${name}`.slice(0, LONGEST_NAME), url }];
}

/** Whether a link stands between the bars that hide it. One that isn't found as it is counts as hidden where any is. */
function isHiddenIn(content: string, link: string | null | undefined): boolean {
	const between = /\|\|([\s\S]+?)\|\|/g;
	const hidden = linksIn([...content.matchAll(between)].map(([, text]) => text).join(" "));
	if (hidden.size === 0 || !link) return hidden.size > 0;
	const address = canonical(link);
	return hidden.has(address) || !linksIn(content.replace(between, " ")).has(address);
}

function linksIn(text: string): Set<string> {
	return new Set([...text.matchAll(/https?:\/\/[^\s<>|]+/gi)].map(([link]) => canonical(link)));
}

function canonical(link: string): string {
	return URL.canParse(link) ? new URL(link).href : link;
}
