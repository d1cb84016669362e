import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { serve } from "@hono/node-server";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTestChat, photo, type TestChat } from "../../../test/support/local-chat.ts";
import { openStore, type Store } from "../../store/store.ts";
import type { ChatEvent } from "../event.ts";
import type { View } from "../view.ts";
import type { LiveEvent } from "./wire.ts";

let store: Store;
let chat: TestChat;
beforeAll(async () => {
	store = await openStore(undefined);
});
beforeEach(async () => {
	chat = await openTestChat(store);
	await chat.request("/api/state");
});
afterEach(() => chat.close());
afterAll(() => store.close());

const answer: View = { blocks: [{ kind: "text", text: ["It is a ", { strong: "cat" }, { emoji: ":cat:" }] }] };
async function command(fields: Record<string, string> = {}): Promise<ChatEvent> {
	const file = new File([new Uint8Array(await photo("chelsea.png"))], "chelsea.png");
	await chat.post("/classify cat", [file], fields);
	const event = chat.events.at(-1);
	if (!event) throw new Error("no event was raised");
	return event;
}
const replies = async () => (await chat.messages()).messages.filter((message) => message.author.isBot);

describe("answers in the embedded chat", () => {
	it("hang under the message that asked, with emoji names turned into emoji", async () => {
		const event = await command();
		const id = await chat.port.reply(event, answer, "marker");
		expect(await replies()).toMatchObject([
			{
				id,
				thread: event.message,
				view: { blocks: [{ text: ["It is a ", { strong: "cat" }, { emoji: "🐱" }] }] },
				onlyYou: false,
			},
		]);
	});

	it("stay in the thread that the command was typed in", async () => {
		const root = await command();
		const inThread = await command({ thread: root.message ?? "" });
		await chat.port.reply(inThread, answer, "marker");
		expect(await replies()).toMatchObject([{ thread: root.message }]);
	});

	it("are posted once for each marker and can be found by it", async () => {
		const event = await command();
		expect(await chat.port.findReply(event, "marker")).toBeUndefined();
		const id = await chat.port.reply(event, answer, "marker");
		expect(await chat.port.reply(event, answer, "marker")).toBe(id);
		expect(await chat.port.findReply(event, "marker")).toBe(id);
		expect(await replies()).toHaveLength(1);
	});

	it("for one person are shown to no one else", async () => {
		const event = await command();
		await chat.port.reply(event, { ...answer, ephemeral: true }, "marker");
		expect(await replies()).toMatchObject([{ onlyYou: true }]);
		const stranger = await chat.request("/api/channels/general/messages", { headers: { cookie: "" } });
		expect(JSON.stringify(await stranger.json())).not.toContain("It is a ");
	});

	it("are refused once the message that asked is gone", async () => {
		const event = await command();
		await chat.request(`/api/messages/${event.message}`, { method: "DELETE" });
		await expect(chat.port.reply(event, answer, "marker")).rejects.toThrow("That message was deleted.");
		await expect(chat.port.settled(event)).resolves.toBeUndefined();
	});
});

describe("files read by the bot", () => {
	const attachmentOf = (event: ChatEvent) => {
		const attachment = "attachments" in event ? event.attachments[0] : undefined;
		if (!attachment) throw new Error("the event has no attachment");
		return attachment;
	};

	it("are the original until the job is over, then the preview", async () => {
		const event = await command();
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
		const event = await command();
		await chat.request(`/api/messages/${event.message}`, { method: "DELETE" });
		await expect(chat.port.readAttachment(attachmentOf(event), event)).rejects.toThrow(
			"“chelsea.png” is no longer here.",
		);
		const forged = { id: "../../etc/passwd", url: "local:x", name: "x.png" };
		await expect(chat.port.readAttachment(forged, event)).rejects.toThrow("“x.png” is no longer here.");
	});
});

describe("the live stream, over a real connection", () => {
	it("tells of messages, work, answers and deletions, ephemeral answers only to whom they are for", async () => {
		const server = serve({ fetch: chat.routes.fetch, port: 0, hostname: "127.0.0.1" });
		await new Promise((listening) => server.once("listening", listening));
		const address = server.address();
		if (address === null || typeof address === "string") throw new Error("the server has no port");
		const stranger = await follow(`http://127.0.0.1:${address.port}/api/live`);
		expect(await stranger.next()).toEqual({ type: "open" });

		const event = await command({ nonce: "n1" });
		expect(await stranger.next()).toMatchObject({
			type: "message",
			nonce: "n1",
			message: { id: event.message, working: true },
		});
		await chat.port.progress(event, "Reading 3 new labels…");
		expect(await stranger.next()).toMatchObject({ type: "working", working: true, progress: "Reading 3 new labels…" });
		expect((await chat.messages()).messages).toMatchObject([{ progress: "Reading 3 new labels…" }]);
		await chat.port.reply(event, { ...answer, ephemeral: true }, "for one");
		await chat.port.reply(event, answer, "for all");
		// The ephemeral answer would have come first.
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
		await new Promise((closed) => server.close(closed));
	});
});

/** Reads a stream of events one by one; undefined once it has ended. */
async function follow(url: string): Promise<{ next(): Promise<LiveEvent | undefined> }> {
	const response = await fetch(url);
	expect(response.headers.get("content-type")).toBe("text/event-stream");
	if (!response.body) throw new Error("the stream has no body");
	const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
	let text = "";
	return {
		async next() {
			while (!text.includes("\n\n")) {
				const { done, value } = await reader.read();
				if (done) return undefined;
				text += value;
			}
			const [first = "", ...rest] = text.split("\n\n");
			text = rest.join("\n\n");
			// The server's own shape, see wire.ts.
			return JSON.parse(first.replace(/^data: /, "")) as LiveEvent;
		},
	};
}
