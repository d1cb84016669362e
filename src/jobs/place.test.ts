import fc from "fast-check";
import { expect, test } from "vitest";
import { laneOf, placeInLine } from "./place.ts";

const kinds = ["command", "choice", "reaction", "message-deleted", "channel-left", "workspace-left"];
const posted = ["images-posted", "backfill", "refresh"];

test("what someone waits for, and what is to be forgotten, doesn't stand in line with posted images", () => {
	expect(kinds.map(laneOf)).toEqual(kinds.map(() => "asked"));
	expect(posted.map(laneOf)).toEqual(posted.map(() => "posted"));
	expect(laneOf("a kind of another version")).toBe("asked");
});

test("posted images come before a channel's history, and that before what is merely shown anew, however many there are", () => {
	fc.assert(
		fc.property(fc.nat(), fc.nat(), (one, other) => {
			const [images, backfill, refresh] = posted;
			expect(placeInLine(images ?? "", one)).toBeLessThan(placeInLine(backfill ?? "", other));
			expect(placeInLine(backfill ?? "", one)).toBeLessThan(placeInLine(refresh ?? "", other));
		}),
	);
});

test("the more a workspace has outstanding the later its next comes, within the priorities that BullMQ has", () => {
	expect(placeInLine("command", 1)).toBeGreaterThan(placeInLine("command", 0));
	expect(placeInLine("command", -3)).toBe(placeInLine("command", 0));
	for (const kind of [...kinds, ...posted]) {
		expect(placeInLine(kind, 0)).toBeGreaterThanOrEqual(1);
		expect(placeInLine(kind, 10_000_000)).toBeLessThan(2 ** 21);
	}
});
