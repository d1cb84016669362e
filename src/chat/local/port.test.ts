import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { followLive } from "../../../test/support/live-stream.ts";
import { inEachTest, photo, picture, type TestChat } from "../../../test/support/local-chat.ts";
import type { ChatEvent } from "../event.ts";
import type { View } from "../view.ts";
import { channelRef } from "./events.ts";

let chat: TestChat;
inEachTest((opened) => {
	chat = opened;
});

const answer: View = { blocks: [{ kind: "text", text: ["It is a ", { strong: "cat" }, { emoji: ":cat:" }] }] };
const general = channelRef("general");

describe("answers in the embedded chat", () => {
	it("hang under the message that asked, with emoji names turned into emoji", async () => {
		const event = await chat.command();
		const id = await chat.port.reply(event, answer, "marker");
		expect(await chat.replies()).toMatchObject([
			{
				id,
				thread: event.message,
				view: { blocks: [{ text: ["It is a ", { strong: "cat" }, { emoji: "🐱" }] }] },
				onlyYou: false,
			},
		]);
	});

	it("stay in the thread that the command was typed in", async () => {
		const root = await chat.command();
		const inThread = await chat.command({ thread: root.message });
		await chat.port.reply(inThread, answer, "marker");
		expect(await chat.replies()).toMatchObject([{ thread: root.message }]);
	});

	it("to what is done to an answer hang in the answer's thread, and so does the progress of a backfill", async () => {
		const event = await chat.command();
		const message = await chat.port.reply(event, answer, "first");
		const { actor, time } = event;
		const done = { ...general, actor, time, message, order: 1 };
		const fields = { values: [], fields: {} };
		await chat.port.reply({ ...done, kind: "choice", key: "k1", control: "right", ...fields }, answer, "second");
		await chat.port.reply({ ...done, kind: "reaction", key: "k2", emoji: "👍", added: true }, answer, "third");
		const request = { key: event.key, message: event.message };
		const step = { ...general, actor, time, request, seen: 0, tagged: 0, total: 5 };
		await chat.port.reply({ ...step, kind: "backfill", key: "k3" }, answer, "fourth");
		expect((await chat.replies()).map(({ thread }) => thread)).toEqual(Array(4).fill(event.message));
	});

	it("are posted once for each marker and can be found by it", async () => {
		const event = await chat.command();
		expect(await chat.port.findReply(event, "marker")).toBeUndefined();
		const id = await chat.port.reply(event, answer, "marker");
		expect(await chat.port.reply(event, answer, "marker")).toBe(id);
		expect(await chat.port.findReply(event, "marker")).toBe(id);
		expect(await chat.replies()).toHaveLength(1);
	});

	it("for one person are shown to no one else", async () => {
		const event = await chat.command();
		await chat.port.reply(event, { ...answer, ephemeral: true }, "marker");
		expect(await chat.replies()).toMatchObject([{ onlyYou: true }]);
		const stranger = await chat.visit();
		expect(JSON.stringify(await stranger.messages())).not.toContain("It is a ");
	});

	it("are refused once the message that asked is gone", async () => {
		const event = await chat.command();
		await chat.request(`/api/messages/${event.message}`, { method: "DELETE" });
		await expect(chat.port.reply(event, answer, "marker")).rejects.toThrow("That message was deleted.");
		await expect(chat.port.settled(event)).resolves.toBeUndefined();
	});
});

describe("the end of a job", () => {
	it("of a choice or a reaction leaves the message that it is about as it is", async () => {
		const event = await chat.command();
		const { actor, time, message } = event;
		const reaction = { ...general, actor, time, message, key: "k", order: 1, emoji: "👍", added: true } as const;
		await chat.port.progress({ ...reaction, kind: "reaction" }, "Counting…");
		await chat.port.settled({ ...reaction, kind: "reaction" });
		const [asked] = (await chat.messages()).messages;
		expect(asked).toMatchObject({ id: message, working: true });
		expect(asked).not.toHaveProperty("progress");
		expect(await readdir(join(chat.localFolder, "originals"))).toHaveLength(1);
	});
});

describe("files read by the bot", () => {
	const attachmentOf = (event: ChatEvent) => {
		const attachment = "attachments" in event ? event.attachments[0] : undefined;
		if (!attachment) throw new Error("the event has no attachment");
		return attachment;
	};

	it("are the original until the job is over, then the preview", async () => {
		const event = await chat.command();
		const original = await photo("chelsea.png");
		expect(Buffer.compare(await chat.port.readAttachment(attachmentOf(event), event), original)).toBe(0);
		expect((await chat.messages()).messages).toMatchObject([{ working: true }]);
		await chat.port.settled(event);
		expect(await readdir(join(chat.localFolder, "originals"))).toEqual([]);
		const preview = await chat.port.readAttachment(attachmentOf(event), event);
		expect(Buffer.from(preview.subarray(8, 12)).toString()).toBe("WEBP");
		expect((await chat.messages()).messages).toMatchObject([{ working: false }]);
	});

	it("that are gone, or never were, are said to be gone", async () => {
		const event = await chat.command();
		await chat.request(`/api/messages/${event.message}`, { method: "DELETE" });
		await expect(chat.port.readAttachment(attachmentOf(event), event)).rejects.toThrow(
			"“chelsea.png” is no longer here.",
		);
		const forged = { id: "../../etc/passwd", url: "local:x", name: "x.png" };
		await expect(chat.port.readAttachment(forged, event)).rejects.toThrow("“x.png” is no longer here.");
	});
});

describe("what the bot may look at", () => {
	it("is every channel that is there", async () => {
		const made = await chat.put("/api/channels", { name: "birds" });
		const { id } = (await made.json()) as { id: string };
		const { actor } = await chat.command();
		expect(await chat.port.readable(actor, general)).toEqual(["general", id]);
	});

	it("is people's messages with files, newest first, threads included", async () => {
		const first = await chat.post("", [await picture(), await picture("rocket.jpg")], { name: "Ann" });
		await chat.post("no picture");
		const inThread = await chat.post("look", [await picture("coffee.png")], { thread: first.id });
		const event = await chat.command();
		const drawn = { kind: "picture", name: "chart.png", alt: "A chart", png: await photo("coffee.png") } as const;
		await chat.port.reply(event, { blocks: [drawn] }, "marker");

		const all = await chat.port.history(general, undefined, 10);
		expect(all.map(({ message }) => message)).toEqual([event.message, inThread.id, first.id]);
		expect(all[1]).toMatchObject({ ...general, thread: first.id, attachments: [{ name: "coffee.png" }] });
		expect(all[2]).toMatchObject({
			actor: { id: chat.id, name: "Ann", canModerate: true, isBot: false },
			attachments: [{ id: first.files[0]?.id, name: "chelsea.png" }, { name: "rocket.jpg" }],
		});
		expect(all[2]).not.toHaveProperty("thread");
		const older = await chat.port.history(general, event.message, 1);
		expect(older.map(({ message }) => message)).toEqual([inThread.id]);
		expect(await chat.port.history(general, first.id, 10)).toEqual([]);
	});
});

describe("links to messages", () => {
	it("name the channel and the message, and the server where it is known", async () => {
		const made = await chat.put("/api/channels", { name: "Vögel" });
		const { id } = (await made.json()) as { id: string };
		const message = { ...general, channel: id, message: "m1" };
		expect(await chat.port.linkTo(message)).toBe("/#v%C3%B6gel/m1");
		chat.state.address = "http://127.0.0.1:3000";
		expect(await chat.port.linkTo(message)).toBe("http://127.0.0.1:3000/#v%C3%B6gel/m1");
	});
});

describe("the live stream, over a real connection", () => {
	it("tells of messages, work, answers and deletions, ephemeral answers only to whom they are for", async () => {
		const stranger = await followLive(chat);
		expect(stranger.response.headers.get("content-type")).toBe("text/event-stream");

		const event = await chat.command({ nonce: "n1" });
		expect(await stranger.next()).toMatchObject({
			type: "message",
			nonce: "n1",
			message: { id: event.message, working: true },
		});
		await chat.port.progress(event, "Reading 3 new labels…");
		expect(await stranger.next()).toMatchObject({ type: "working", working: true, progress: "Reading 3 new labels…" });
		expect((await chat.messages()).messages).toMatchObject([{ progress: "Reading 3 new labels…" }]);
		const secret = await chat.port.reply(event, { ...answer, ephemeral: true }, "for one");
		await chat.port.edit({ ...general, message: secret }, { ...answer, ephemeral: true });
		await chat.port.reply(event, answer, "for all");
		// The ephemeral answer and its change would have come first.
		expect(await stranger.next()).toMatchObject({
			type: "message",
			message: { thread: event.message, onlyYou: false },
		});
		await chat.port.settled(event);
		expect(await stranger.next()).toMatchObject({ type: "working", working: false });
		await chat.request(`/api/messages/${event.message}`, { method: "DELETE" });
		expect(await stranger.next()).toEqual({ type: "deleted", channel: "general", message: event.message });

		chat.close();
		expect(await stranger.next()).toBeUndefined();
		await stranger.close();
	});
});
