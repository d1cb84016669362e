/** Fits the blocks of a view into one message: each gets at least what it can't do without, the first ones more. */
import { type APIComponentInContainer, ComponentType } from "discord.js";
import type { Upload } from "./uploads.ts";

/** A line of text, or a component with those inside it. */
export type Part = { text: string } | { component: APIComponentInContainer; cost: number; upload?: Upload };

export interface Room {
	/** UTF-16 units, the line breaks between lines included. */
	text: number;
	components: number;
}

/** A block that can be drawn in more or less room. */
export interface Draft {
	/** What it needs in any case; lines of text at its beginning cost no component, others one. */
	least: Room;
	startsWithText: boolean;
	endsWithText: boolean;
	/** @param room at least `least`; parts that need more may not be drawn */
	draw(room: Room): Part[];
}

/** Of lines that follow each other, only the first costs a component: they share a text display. */
const TEXT_DISPLAY = 1;
const LONGEST_TAIL = 60;

/** As many as there is room for, and words for the rest. */
export function layOut(drafts: readonly Draft[], room: Room): Part[] {
	const none = { text: 0, components: 0 };
	const tail = { text: LONGEST_TAIL, components: TEXT_DISPLAY };
	const fitsWith = (count: number) => {
		const needed = leastOf(drafts.slice(0, count), false);
		const { text, components } = plus(needed, count < drafts.length ? tail : none);
		return text <= room.text && components <= room.components;
	};
	let count = drafts.length;
	while (count > 0 && !fitsWith(count)) count--;

	const parts: Part[] = [];
	for (const [index, draft] of drafts.slice(0, count).entries()) {
		const later = leastOf(drafts.slice(index + 1, count), draft.endsWithText);
		const reserved = plus(later, count < drafts.length ? tail : none);
		const used = plus(costOf(parts), reserved);
		const lead = draft.startsWithText && !endsInText(parts) ? TEXT_DISPLAY : 0;
		parts.push(...draft.draw({ text: room.text - used.text, components: room.components - used.components - lead }));
	}
	const left = drafts.length - count;
	if (left > 0)
		parts.push({
			text: `-# and ${left.toLocaleString("en")} more part${left === 1 ? "" : "s"}, too much for one message`,
		});
	return parts;
}

/** Lines that follow each other become one text display. */
export function joined(parts: readonly Part[]): APIComponentInContainer[] {
	const components: APIComponentInContainer[] = [];
	for (const part of parts) {
		const last = components.at(-1);
		if ("component" in part) components.push(part.component);
		else if (last?.type === ComponentType.TextDisplay) last.content += `\n${part.text}`;
		else components.push({ type: ComponentType.TextDisplay, content: part.text });
	}
	return components;
}

function leastOf(drafts: readonly Draft[], afterText: boolean): Room {
	let room: Room = { text: 0, components: 0 };
	let inText = afterText;
	for (const { least, startsWithText, endsWithText } of drafts) {
		room = plus(room, least);
		if (startsWithText && !inText) room.components += TEXT_DISPLAY;
		inText = endsWithText;
	}
	return room;
}

function costOf(parts: readonly Part[]): Room {
	let room: Room = { text: 0, components: 0 };
	let inText = false;
	for (const part of parts) {
		if ("component" in part) room = plus(room, { text: 0, components: part.cost });
		else room = plus(room, { text: part.text.length + 1, components: inText ? 0 : TEXT_DISPLAY });
		inText = "text" in part;
	}
	return room;
}

function endsInText(parts: readonly Part[]): boolean {
	const last = parts.at(-1);
	return last !== undefined && "text" in last;
}

function plus(a: Room, b: Room): Room {
	return { text: a.text + b.text, components: a.components + b.components };
}
