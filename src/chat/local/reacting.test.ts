import { describe, expect, it } from "vitest";
import { followLive } from "../../../test/support/live-stream.ts";
import { form, inEachTest, type TestChat, words } from "../../../test/support/local-chat.ts";
import type { Control, View } from "../view.ts";
import { channelRef } from "./events.ts";

let chat: TestChat;
inEachTest((opened) => {
	chat = opened;
});

type Visitor = Pick<TestChat, "put">;
const react = (who: Visitor, message: string, emoji: string, added = true, name?: string) =>
	who.put(`/api/messages/${message}/reactions`, { emoji, added, ...(name && { name }) });
const choose = (who: Visitor, message: string, control: string, values: string[] = [], fields = {}) =>
	who.put(`/api/messages/${message}/choices`, { control, values, fields });
const reactions = async () => (await chat.messages()).messages[0]?.reactions;
const raised = (kind: "reaction" | "choice") => chat.events.filter((event) => event.kind === kind);

describe("reactions", () => {
	it("by two people stand together and come as events in their order", async () => {
		const { id } = await chat.post("hello", [], { name: "Ann" });
		const bo = await chat.visit();
		expect((await react(chat, id, "👍")).status).toBe(204);
		await react(bo, id, "🐱", true, "Bo");
		await react(bo, id, "👍", true, "Bo");
		expect(await reactions()).toEqual([
			{
				emoji: "👍",
				people: [
					{ id: chat.id, name: "Ann" },
					{ id: bo.id, name: "Bo" },
				],
			},
			{ emoji: "🐱", people: [{ id: bo.id, name: "Bo" }] },
		]);
		await react(chat, id, "👍", false);
		expect(await reactions()).toMatchObject([{ emoji: "🐱" }, { emoji: "👍", people: [{ name: "Bo" }] }]);

		expect(raised("reaction")).toMatchObject([
			{ message: id, emoji: "👍", added: true, actor: { id: chat.id, name: "Ann" } },
			{ message: id, emoji: "🐱", added: true, actor: { id: bo.id, name: "Bo" } },
			{ message: id, emoji: "👍", added: true, actor: { id: bo.id } },
			{ message: id, emoji: "👍", added: false, actor: { id: chat.id } },
		]);
		const orders = raised("reaction").map((event) => ("order" in event ? event.order : 0));
		expect(orders).toEqual([...new Set(orders)].sort((a, b) => a - b));
		// Microseconds of the chat's clock, in March 2026.
		expect(new Date((orders[0] ?? 0) / 1000).toISOString()).toMatch(/^2026-03-01/);
		expect(new Set(raised("reaction").map((event) => event.key)).size).toBe(4);
	});

	it("given at the same moment are each an event of its own, and given twice are one", async () => {
		const { id } = await chat.post("hello");
		const bo = await chat.visit();
		await Promise.all([react(chat, id, "👍"), react(chat, id, "👍"), react(bo, id, "👍")]);
		expect(raised("reaction")).toHaveLength(2);
		expect((await reactions())?.[0]?.people).toHaveLength(2);
		await react(chat, id, "🐱", false);
		expect(raised("reaction")).toHaveLength(2);
	});

	it("are one emoji each, and at most 20 different ones on a message", async () => {
		const { id } = await chat.post("hello");
		for (const bad of ["", "a", "👍👍", ":dog:", "<:dog:1>", "👍 cat", "x".repeat(200)]) {
			expect([bad, await words(await react(chat, id, bad))]).toEqual([bad, "A reaction is one emoji."]);
		}
		for (const good of ["👩‍👩‍👧", "🇩🇪", "1️⃣", "✔️", "👍🏽"]) expect((await react(chat, id, good)).status).toBe(204);
		for (let n = 0; n < 15; n++) await react(chat, id, String.fromCodePoint(0x1f400 + n));
		expect(await words(await react(chat, id, "🥇"))).toContain("at most 20 different reactions");
		expect((await react(await chat.visit(), id, "🇩🇪")).status).toBe(204);
		expect(await reactions()).toHaveLength(20);
	});

	it("are for those who see the message", async () => {
		const { message } = await chat.answer({ blocks: [{ kind: "text", text: ["psst"] }], ephemeral: true });
		const stranger = await chat.visit();
		expect(await words(await react(stranger, message, "👍"))).toBe("That message was deleted.");
		expect(await words(await react(chat, "gone", "👍"))).toBe("That message was deleted.");
		expect((await react(chat, message, "👍")).status).toBe(204);
	});

	it("are shown to open pages, and taken back where the bot can't be told", async () => {
		const { id } = await chat.post("hello");
		const page = await followLive(chat);
		await react(chat, id, "👍");
		expect(await page.next()).toMatchObject({ type: "message", message: { id, reactions: [{ emoji: "👍" }] } });
		chat.state.refusal = new Error("store down");
		const refused = await react(chat, id, "🐱");
		expect(refused.status).toBe(503);
		expect(await words(refused)).toBe("The reaction couldn't be saved. Try again in a moment.");
		await react(chat, id, "👍", false);
		expect(await reactions()).toMatchObject([{ emoji: "👍" }]);
		await page.close();
	});

	it("are the bot's too, without an event", async () => {
		const { id } = await chat.post("hello");
		const message = { ...channelRef("general"), message: id };
		await chat.port.react(message, ":dog:", true);
		await chat.port.react(message, "🐱", true);
		await chat.port.react(message, "🐱", false);
		await chat.port.react({ ...message, message: "gone" }, "🐱", true);
		await chat.port.react({ ...message, channel: "elsewhere" }, "🐱", true);
		expect(await reactions()).toEqual([{ emoji: "🐶", people: [{ id: "tagalong", name: "Tagalong" }] }]);
		expect(chat.events).toEqual([]);
	});
});

describe("choices", () => {
	const select: Control = {
		kind: "select",
		id: "ask-label",
		placeholder: "Which?",
		options: [{ id: "cat", label: "cat" }],
	};
	const buttons: View = {
		blocks: [
			{
				kind: "scores",
				rows: [],
				none: 1,
				more: 0,
				controls: [{ kind: "button", id: "right", label: "Right" }],
			},
			{ kind: "details", summary: "More", blocks: [{ kind: "controls", controls: [select] }] },
		],
	};

	it("are events with the control's id, in the answer's thread", async () => {
		const { message } = await chat.answer(buttons);
		const { thread } = (await chat.replies())[0] ?? {};
		const bo = await chat.visit();
		const response = await choose(bo, message, "right");
		expect([response.status, await response.json()]).toEqual([200, {}]);
		expect(raised("choice")).toMatchObject([
			{ message, thread, control: "right", values: [], fields: {}, actor: { id: bo.id, isBot: false } },
		]);
	});

	it("that ask for a form are sent with it", async () => {
		const { message } = await chat.answer(buttons);
		const asked = await choose(chat, message, "ask-label", ["cat"]);
		expect(await asked.json()).toEqual({ form });
		expect(raised("choice")).toEqual([]);
		expect(await words(await choose(chat, message, "ask-label", ["cat"], { label: "polar bears" }))).toContain(
			"“Label” takes at most 10 characters",
		);
		expect(await words(await choose(chat, message, "ask-label", ["cat"], { other: "x" }))).toContain("couldn't read");
		expect(await words(await choose(chat, message, "right", [], { label: "x" }))).toContain("couldn't read");
		const sent = await choose(chat, message, "ask-label", ["cat"], { label: "polar bear" });
		expect(await sent.json()).toEqual({});
		expect(raised("choice")).toMatchObject([
			{ control: "ask-label", values: ["cat"], fields: { label: "polar bear" } },
		]);
	});

	it("are refused once the control is gone, or never was", async () => {
		const post = await chat.answer(buttons);
		const { id } = await chat.post("right");
		const gone = "That button is no longer there. The message has changed meanwhile.";
		const tries: [string, string, string[]][] = [
			[post.message, "wrong", []],
			[post.message, "right", ["cat"]],
			[post.message, "ask-label", []],
			[post.message, "ask-label", ["dog"]],
			[id, "right", []],
		];
		for (const [message, control, values] of tries)
			expect([control, await words(await choose(chat, message, control, values))]).toEqual([control, gone]);
		await chat.port.edit(post, { blocks: [{ kind: "text", text: ["decided"] }] });
		expect(await words(await choose(chat, post.message, "right"))).toBe(gone);
		expect(raised("choice")).toEqual([]);
	});

	it("are for those who see the message, and say so when they couldn't be saved", async () => {
		const { message } = await chat.answer({ ...buttons, ephemeral: true });
		expect(await words(await choose(await chat.visit(), message, "right"))).toBe("That message was deleted.");
		chat.state.refusal = new Error("store down");
		expect(await words(await choose(chat, message, "right"))).toContain("The choice couldn't be saved.");
	});

	it("that can't be read are refused", async () => {
		const { message } = await chat.answer(buttons);
		const bad = await chat.put(`/api/messages/${message}/choices`, { control: "right" });
		expect(await words(bad)).toContain("couldn't read that request");
	});
});
