/** Ids that sort by time: of what the embedded chat keeps. */
import { randomBytes } from "node:crypto";

let lastTime = 0;
let sequence = 0;

/** Sorts after every id that was made before this moment, and before every later one. */
export function firstIdAt(moment: Date): string {
	return timePart(moment.getTime());
}

/** An id that sorts by time, and by order of creation within a millisecond and process: 20 characters of [0-9a-z]. */
export function sortableId(now: Date): string {
	sequence = now.getTime() > lastTime ? 0 : sequence + 1;
	lastTime = Math.max(now.getTime(), lastTime);
	const random = Array.from(randomBytes(7), (byte) => (byte % 36).toString(36)).join("");
	return timePart(lastTime) + sequence.toString(36).padStart(4, "0") + random;
}

function timePart(milliseconds: number): string {
	return milliseconds.toString(36).padStart(9, "0");
}
