/** Commands as people type them in a channel: `/labels set cat, dog`. */
import { catalogue } from "../../commands/catalogue.ts";
import { parseTyped } from "../../commands/typed.ts";
import type { CommandEvent } from "../../src/chat/event.ts";
import type { View } from "../../src/chat/view.ts";
import type { TestChannel } from "./channel.ts";
import { command, person } from "./events.ts";

let typedSoFar = 0;

/** Each a second after the one before, all in the past. @returns the only answer */
export async function type(channel: TestChannel, text: string, more: Partial<CommandEvent> = {}): Promise<View> {
	const key = `typed-${++typedSoFar}`;
	const time = new Date(Date.UTC(2026, 0, 3) + 1000 * typedSoFar).toISOString();
	const parsed = parseTyped(text, catalogue);
	await channel.happens(command(key, { ...channel.ref, ...parsed, actor: person("ada"), time, ...more }));
	return channel.reply(key).view;
}
