/** How each kind of block is drawn on Discord, in much room or little. What is left out is always said. */
import { ComponentType } from "discord.js";
import type { Block, GalleryItem, RichText } from "../view.ts";
import { type ActionRow, actionRows, leastRoom, leftOutInWords, rowsWithin } from "./action-rows.ts";
import { isSpoiler } from "./attachments.ts";
import { barLine, noneLine } from "./bars.ts";
import { fitted, shorten } from "./cut.ts";
import { markdown, plain } from "./escape.ts";
import { messageLink } from "./ids.ts";
import type { Draft, Part, Room } from "./layout.ts";
import { limits } from "./limits.ts";
import { tableLines } from "./table.ts";
import type { ReadBlock, Upload } from "./uploads.ts";

/** UTF-16 units of a text that are there before later blocks get more than they need. */
const FIRST_OF_TEXT = 300;
/** Of a title, a headline, a caption, and of what else stands in a line of its own. */
const LINE = 300;
/** Of each block that is folded away elsewhere: here it is small print, and must not bury the answer. */
const FOLDED = 800;
/** For `-# and 1,234 more labels`. */
const MORE = 32;
/** For what is said of controls left out. */
const NO_ROOM = 60;
const SMALL = "-# ";

/** @param folded whether they stand among details, which Discord can't fold */
export function draftsOf(blocks: readonly ReadBlock[], folded = false): Draft[] {
	return blocks.flatMap((block) => draftOf(block, folded) ?? []);
}

/** Undefined for what shows nothing. */
function draftOf(block: ReadBlock, folded: boolean): Draft | readonly Draft[] | undefined {
	const small = folded ? SMALL : "";
	switch (block.kind) {
		case "text":
			return textDraft(small, block.text, folded);
		case "note":
			return textDraft(SMALL, block.text, folded);
		case "error":
			return errorDraft(block);
		case "details":
			return [...draftsOf([{ kind: "note", text: [{ strong: block.summary }] }]), ...draftsOf(block.blocks, true)];
		case "table":
			return tableDraft(block, folded);
		case "scores":
			return scoresDraft(block);
		case "controls":
			return controlsDraft(actionRows(block.controls));
		case "gallery":
			return block.items.length > 0 ? galleryDraft(block.items) : undefined;
		case "upload":
			return uploadDraft(block);
	}
}

function textDraft(before: string, text: RichText, folded: boolean): Draft | undefined {
	const whole = markdown(text);
	if (whole.trim() === "") return undefined;
	const most = folded ? FOLDED : Number.POSITIVE_INFINITY;
	return {
		...textual(before.length + Math.min(whole.length, FIRST_OF_TEXT) + 1),
		draw: (room) => [{ text: before + fitted(text, Math.min(room.text - before.length - 1, most)) }],
	};
}

function errorDraft({ title, text }: Extract<Block, { kind: "error" }>): Draft {
	const heading = title ? `${fitted(title, LINE)}\n` : "";
	const draft = textDraft(`${heading}⚠️ `, text, false);
	return draft ?? { ...textual(LINE + 40), draw: () => [{ text: `${heading}⚠️ Something went wrong.` }] };
}

function tableDraft({ head, rows }: Extract<Block, { kind: "table" }>, folded: boolean): Draft {
	const lines = tableLines(head, rows);
	const around = lines.before.length + lines.after.length;
	const longest = Math.max(0, ...lines.rows.map((row) => row.length));
	return {
		...textual(around + longest + MORE + 1),
		draw(room) {
			const text = Math.min(room.text, folded ? FOLDED + around + longest : room.text);
			const shown = firstWithin(lines.rows, text - around - MORE - 1);
			const body = `${lines.before}${shown.map((row) => `${row}\n`).join("")}${lines.after}`.trimEnd();
			return [{ text: body || "–" }, ...moreLine(rows.length - shown.length, "row")];
		},
	};
}

function scoresDraft(block: Extract<Block, { kind: "scores" }>): Draft {
	const best = block.rows[0]?.probability ?? 0;
	const noneWins = block.none > best;
	const bars = block.rows.map((row, index) => barLine(row, !noneWins && index === 0));
	const none = noneLine(block.none, noneWins);
	const line = (before: string, text: RichText | undefined) => {
		const words = text ? fitted(text, LINE) : "";
		return words.trim() === "" ? [] : [before + words];
	};
	const heading = [...line("", block.title), ...line("", block.headline)];
	const below = [...line(SMALL, block.votes), ...line(SMALL, block.note)];
	const rows = actionRows(block.controls ?? []);
	const fixed = lengthOf([...heading, none, ...below]) + MORE + (rows.length > 0 ? NO_ROOM : 0);
	return {
		least: { text: fixed + lengthOf(bars.slice(0, 1)), components: leastRoom(rows) },
		startsWithText: true,
		endsWithText: rows.length === 0,
		draw(room) {
			const shown = firstWithin(bars, room.text - fixed);
			const more = moreLine(block.more + bars.length - shown.length, "label").map(({ text }) => text);
			const pressed = rowsWithin(rows, room.components);
			const left = leftOutInWords(rows, pressed);
			const answers = noneWins ? [none, ...shown, ...more] : [...shown, ...more, none];
			const texts = [...heading, ...answers, ...below, ...(left ? [left] : [])];
			return [...texts.map((text) => ({ text })), ...pressed.map(rowPart)];
		},
	};
}

function controlsDraft(rows: readonly ActionRow[]): Draft | undefined {
	if (rows.length === 0) return undefined;
	// Several may need a line that says which have no room.
	const words = rows.length > 1 ? { text: NO_ROOM, components: 1 } : { text: 0, components: 0 };
	return {
		least: { ...words, components: leastRoom(rows) + words.components },
		startsWithText: false,
		endsWithText: false,
		draw(room) {
			const shown = rowsWithin(rows, room.components - words.components);
			const left = leftOutInWords(rows, shown);
			return [...shown.map(rowPart), ...(left ? [{ text: left }] : [])];
		},
	};
}

/** The pictures, and a line for each: who posted it and where it is. */
function galleryDraft(items: readonly GalleryItem[]): Draft {
	const captions = items.map(captionOf);
	return {
		least: { text: lengthOf(captions.slice(0, 1)) + MORE, components: 2 },
		startsWithText: false,
		endsWithText: true,
		draw(room) {
			const shown = firstWithin(captions.slice(0, limits.galleryItems), room.text - MORE);
			const pictures = items.slice(0, shown.length).filter(({ attachment }) => isMediaUrl(attachment.url));
			const gallery: Part[] =
				pictures.length === 0
					? []
					: [{ cost: 1, component: { type: ComponentType.MediaGallery, items: pictures.map(media) } }];
			return [...gallery, ...shown.map((text) => ({ text })), ...moreLine(items.length - shown.length, "image")];
		},
	};
}

function captionOf({ caption, message, attachment }: GalleryItem): string {
	const words = fitted(caption, LINE).trim() || fitted([attachment.name], LINE).trim() || "Image";
	const address = messageLink(message);
	return address ? `${words} · [Open](${address})` : words;
}

function media({ attachment }: GalleryItem) {
	const alt = shorten(plain(attachment.name).trim(), limits.description);
	return {
		media: { url: attachment.url },
		...(alt && { description: alt }),
		...(isSpoiler(attachment) && { spoiler: true }),
	};
}

function isMediaUrl(url: string): boolean {
	return url.length <= limits.mediaUrl && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

function uploadDraft(upload: Upload): Draft {
	const url = `attachment://${upload.name}`;
	const alt = upload.alt === undefined ? undefined : shorten(plain(upload.alt), limits.description);
	const component =
		alt === undefined
			? { type: ComponentType.File as const, file: { url } }
			: { type: ComponentType.MediaGallery as const, items: [{ media: { url }, description: alt }] };
	return {
		least: { text: 0, components: 1 },
		startsWithText: false,
		endsWithText: false,
		draw: () => [{ cost: 1, component, upload }],
	};
}

function textual(text: number): Pick<Draft, "least" | "startsWithText" | "endsWithText"> {
	return { least: { text, components: 0 }, startsWithText: true, endsWithText: true };
}

function rowPart({ component, cost }: ActionRow): Part {
	return { component, cost };
}

/** @param room that the lines may take, their line breaks included; the first is taken in any case */
function firstWithin(lines: readonly string[], room: Room["text"]): string[] {
	let left = room;
	const after = lines.findIndex((line, index) => {
		left -= line.length + 1;
		return left < 0 && index > 0;
	});
	return after < 0 ? [...lines] : lines.slice(0, after);
}

function lengthOf(lines: readonly string[]): number {
	return lines.reduce((sum, line) => sum + line.length + 1, 0);
}

function moreLine(count: number, what: string): { text: string }[] {
	if (count <= 0) return [];
	return [{ text: `${SMALL}and ${count.toLocaleString("en")} more ${what}${count === 1 ? "" : "s"}` }];
}
