/**
 * The ids of buttons and selects. They say what is to be done and to which image, never what is written on them, and
 * what they mean is looked up when they are used (design section 5).
 */
import { createHash } from "node:crypto";

/** Stands between the parts of an id; in no platform's ids of messages. */
const SEPARATOR = "|";

/** @param action which choice it is; the rest is its own */
export function controlId(action: string, ...rest: (string | number)[]): string {
	return [action, ...rest].join(SEPARATOR);
}

export function readControl(id: string): { action: string; rest: string[] } {
	const [action = "", ...rest] = id.split(SEPARATOR);
	return { action, rest };
}

/** A label in a select, by 12 characters of its text's hash, so that a changed label set moves no choice. */
export function labelId(text: string): string {
	return createHash("sha256").update(text.toLowerCase()).digest("base64url").slice(0, 12);
}
