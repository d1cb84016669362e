import { describe, expect, it } from "vitest";
import type { WireMessage } from "../wire.ts";
import { addOlder, change, peopleIn, refresh, remove, rows, type Timeline, upsert } from "./timeline.ts";

function message(id: string, more: Partial<WireMessage> = {}): WireMessage {
	return {
		id,
		channel: "general",
		author: { id: "ann", name: "Ann", isBot: false },
		text: id,
		files: [],
		reactions: [],
		time: "2026-03-01T12:00:00.000Z",
		working: false,
		onlyYou: false,
		...more,
	};
}
const timeline = (...messages: WireMessage[]): Timeline => ({ messages, more: true });
const ids = (of: Timeline) => of.messages.map((each) => each.id);

describe("a channel's timeline", () => {
	it("keeps messages in order and each once, however they arrive", () => {
		const late = upsert(upsert(timeline(message("b")), message("c")), message("a"));
		expect(ids(late)).toEqual(["a", "b", "c"]);
		expect(upsert(late, message("b", { text: "edited" })).messages[1]?.text).toBe("edited");
	});

	it("loses a message together with its thread", () => {
		expect(ids(remove(timeline(message("a"), message("b", { thread: "a" }), message("c")), "a"))).toEqual(["c"]);
	});

	it("changes one message and no other", () => {
		const changed = change(timeline(message("a"), message("b")), "b", { working: true });
		expect(changed.messages.map((each) => each.working)).toEqual([false, true]);
	});

	it("puts older pages in front and learns whether there are more", () => {
		const older = addOlder(timeline(message("c")), { messages: [message("a"), message("c")], more: false });
		expect(ids(older)).toEqual(["a", "c"]);
		expect(older.more).toBe(false);
	});

	it("drops on a refresh what was deleted meanwhile, and keeps older messages that join on", () => {
		const before = timeline(message("a"), message("b"), message("c"), message("d"));
		const after = refresh(before, { messages: [message("b"), message("d")], more: true });
		expect(ids(after)).toEqual(["a", "b", "d"]);
	});

	it("starts anew on a refresh that would leave a gap", () => {
		const after = refresh(timeline(message("a"), message("b")), { messages: [message("x")], more: true });
		expect(ids(after)).toEqual(["x"]);
		expect(ids(refresh(timeline(message("a")), { messages: [], more: false }))).toEqual([]);
	});
});

describe("the rows of a channel", () => {
	it("put replies under their message, also when they came before it", () => {
		const shown = rows([message("a", { thread: "b" }), message("b")]);
		expect(shown).toMatchObject([{ kind: "day" }, { kind: "message", message: { id: "b" }, replies: [{ id: "a" }] }]);
	});

	it("separate days", () => {
		const kinds = rows([message("a"), message("b", { time: "2026-03-03T12:00:00.000Z" })]).map((row) => row.kind);
		expect(kinds).toEqual(["day", "message", "day", "message"]);
	});

	it("join messages of one author, but not across others, long pauses or threads", () => {
		const follows = (...messages: WireMessage[]) =>
			rows(messages).flatMap((row) => (row.kind === "message" ? row.follows : []));
		expect(follows(message("a"), message("b"))).toEqual([false, true]);
		expect(follows(message("a"), message("b", { author: { id: "bo", name: "Bo", isBot: false } }))).toEqual([
			false,
			false,
		]);
		expect(follows(message("a"), message("b", { time: "2026-03-01T12:06:00.000Z" }))).toEqual([false, false]);
		expect(follows(message("a"), message("b"), message("c", { thread: "a" }))).toEqual([false, false]);
	});
});

it("people of a channel are those who wrote or reacted, each once, the latest first, and never the bot", () => {
	const bot = { id: "tagalong", name: "Tagalong", isBot: true };
	const reactions = [{ emoji: "👍", people: [{ id: "cy", name: "Cy" }] }];
	const messages = [
		message("a"),
		message("b", { author: bot, reactions }),
		message("c", { author: { id: "bo", name: "Bo", isBot: false } }),
		message("d"),
	];
	expect(peopleIn(messages)).toEqual(["Ann", "Bo", "Cy"]);
});
