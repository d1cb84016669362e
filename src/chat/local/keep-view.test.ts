import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { inEachTest, photo, type TestChat, words } from "../../../test/support/local-chat.ts";
import type { Block, Control, View } from "../view.ts";
import { channelRef } from "./events.ts";

let chat: TestChat;
inEachTest((opened) => {
	chat = opened;
});

const kept = async () => (await readdir(join(chat.localFolder, "answers"))).sort();
const drawn = async (name: string) => ({ kind: "picture", name, alt: "A chart", png: await photo(name) }) as const;
async function* written(...texts: string[]) {
	for (const text of texts) {
		await setImmediate();
		yield new TextEncoder().encode(text);
	}
}
const file = (name: string, type: string, ...texts: string[]): Block => ({
	kind: "file",
	name,
	type,
	content: written(...texts),
});

/** Ids of the pictures and files of the bot's only message. */
async function idsShown(): Promise<string[]> {
	const [message] = await chat.replies();
	return (message?.view?.blocks ?? []).flatMap((block) => ("file" in block ? [block.file] : []));
}

describe("what the bot shows", () => {
	it("has emoji as characters and people by name, wherever they stand", async () => {
		const bo = await chat.visit();
		await bo.post("hello", [], { name: "Bo" });
		await bo.post("renamed", [], { name: "Bo B" });
		const link = { link: { ...channelRef("general"), message: "m1" }, text: "there" };
		const select: Control = {
			kind: "select",
			id: "s",
			placeholder: "Which?",
			options: [{ id: "cat", label: "cat", emoji: ":cat:" }],
		};
		const view: View = {
			blocks: [
				{ kind: "note", text: ["by ", { person: bo.id }, " or ", { person: "unknown" }, link] },
				{
					kind: "scores",
					headline: [{ emoji: ":dog:" }],
					votes: [{ person: bo.id }],
					note: [{ person: bo.id }],
					rows: [{ label: "cat", emoji: ":cat:", probability: 0.9 }],
					none: 0.1,
					more: 0,
					controls: [{ kind: "button", id: "b", label: "Right", emoji: ":+1:" }, select],
				},
				{ kind: "details", summary: "Why", blocks: [{ kind: "controls", controls: [select] }] },
				{
					kind: "gallery",
					items: [
						{
							attachment: { id: "f1", url: "local:f1", name: "x.png" },
							message: link.link,
							caption: [{ emoji: ":bear:" }, { emoji: ":no-such-emoji:" }],
						},
					],
				},
			],
		};
		await chat.answer(view);
		const [message] = await chat.replies();
		const options = [{ id: "cat", label: "cat", emoji: "🐱" }];
		expect(message?.view?.blocks).toMatchObject([
			{ text: ["by ", "@Bo B", " or ", "@someone", link] },
			{
				headline: [{ emoji: "🐶" }],
				votes: ["@Bo B"],
				note: ["@Bo B"],
				rows: [{ label: "cat", emoji: "🐱" }],
				controls: [
					{ id: "b", emoji: "👍" },
					{ id: "s", options },
				],
			},
			{ blocks: [{ controls: [{ options }] }] },
			{ items: [{ caption: [{ emoji: "🐻" }, { emoji: ":no-such-emoji:" }] }] },
		]);
	});

	it("is a picture in the page, which keeps no bytes in the message", async () => {
		await chat.answer({ blocks: [{ kind: "details", summary: "More", blocks: [await drawn("coffee.png")] }] });
		const [message] = await chat.replies();
		const [id = ""] = await kept();
		expect(message).toMatchObject({ files: [] });
		expect(message?.view?.blocks).toEqual([
			{
				kind: "details",
				summary: "More",
				blocks: [{ kind: "picture", name: "coffee.png", alt: "A chart", file: id }],
			},
		]);
		const response = await chat.request(`/api/files/${id}`);
		expect(response.headers.get("content-type")).toBe("image/png");
		expect(response.headers.get("x-content-type-options")).toBe("nosniff");
		expect(Buffer.compare(Buffer.from(await response.arrayBuffer()), await photo("coffee.png"))).toBe(0);
	});

	it("is a file to download, under its own name, written as it comes", async () => {
		await chat.answer({ blocks: [file('Vögel "1".csv', "text/csv; charset=utf-8", "a,b\n", "1,2\n")] });
		const [message] = await chat.replies();
		const [id = ""] = await idsShown();
		expect(message?.view?.blocks).toEqual([{ kind: "file", name: 'Vögel "1".csv', size: 8, file: id }]);
		const response = await chat.request(`/api/downloads/${id}`);
		expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
		expect(response.headers.get("content-length")).toBe("8");
		expect(response.headers.get("content-disposition")).toBe(
			`attachment; filename="V_gel _1_.csv"; filename*=UTF-8''V%C3%B6gel%20%221%22.csv`,
		);
		expect(await response.text()).toBe("a,b\n1,2\n");
		const head = await chat.request(`/api/downloads/${id}`, { method: "HEAD" });
		expect([head.status, head.headers.get("content-length")]).toEqual([200, "8"]);
	});

	it("never runs in the page's origin, whatever a file is", async () => {
		const script = "<script src='/assets/main.js'></script>";
		for (const [name, type] of [
			["x.html", "text/html"],
			["x.svg", "image/svg+xml"],
			["x.csv", "text/csv"],
			["../x\r\nSet-Cookie: a=b", "text/html\r\nX-Evil: 1"],
		] as const) {
			const { message } = await chat.answer({ blocks: [file(name, type, script)] });
			const { view } = (await chat.replies()).find(({ id }) => id === message) ?? {};
			const id = view?.blocks[0]?.kind === "file" ? view.blocks[0].file : "";
			const download = await chat.request(`/api/downloads/${id}`);
			expect(await download.text()).toBe(script);
			expect(download.headers.get("content-disposition")).toMatch(
				/^attachment; filename="[^"/\r\n]+"; filename\*=UTF-8''\S+$/,
			);
			expect(download.headers.get("content-security-policy")).toMatch(/^default-src 'none'; sandbox;/);
			expect(download.headers.get("content-security-policy")).not.toContain("script-src");
			expect(download.headers.get("x-content-type-options")).toBe("nosniff");
			expect(download.headers.get("x-evil")).toBeNull();
			// As a picture it is not shown at all.
			expect((await chat.request(`/api/files/${id}`)).status).toBe(404);
		}
	});

	it("to one person is read by no one else: neither pictures nor files", async () => {
		const blocks = [await drawn("coffee.png"), file("mine.csv", "text/csv", "secret")];
		await chat.answer({ blocks, ephemeral: true });
		const stranger = await chat.visit();
		const paths = (await idsShown()).flatMap((id) => [`/api/files/${id}`, `/api/downloads/${id}`]);
		const statuses = async (who: Pick<TestChat, "request">) =>
			await Promise.all(paths.map(async (path) => (await who.request(path)).status));
		expect(await statuses(chat)).toEqual([200, 200, 404, 200]);
		expect(await statuses(stranger)).toEqual([404, 404, 404, 404]);
		expect(await words(await stranger.request(paths[0] ?? ""))).toContain("no longer here");
	});

	it("leaves no bytes where it can't be posted, or was posted before", async () => {
		async function* broken() {
			yield new TextEncoder().encode("half");
			throw new Error("the export failed");
		}
		const event = await chat.command();
		const failing: View = {
			blocks: [await drawn("coffee.png"), { kind: "file", name: "x", type: "text/csv", content: broken() }],
		};
		await expect(chat.port.reply(event, failing, "m")).rejects.toThrow("the export failed");
		expect(await kept()).toEqual([]);
		expect(await chat.replies()).toEqual([]);
		const id = await chat.port.reply(event, { blocks: [await drawn("coffee.png")] }, "m");
		expect(await chat.port.reply(event, { blocks: [await drawn("coffee.png")] }, "m")).toBe(id);
		expect(await kept()).toEqual(await idsShown());
	});

	it("goes with its message, and with the message that it answers", async () => {
		const post = await chat.answer({ blocks: [await drawn("coffee.png")] });
		await chat.request(`/api/messages/${post.message}`, { method: "DELETE" });
		expect(await kept()).toEqual([]);
		await chat.answer({ blocks: [file("x.csv", "text/csv", "x")] });
		const [answer] = await chat.replies();
		expect(await kept()).toHaveLength(1);
		await chat.request(`/api/messages/${answer?.thread}`, { method: "DELETE" });
		expect(await kept()).toEqual([]);
	});
});

describe("an answer that is changed", () => {
	it("shows what it now says, and its old picture goes", async () => {
		const post = await chat.answer({ blocks: [await drawn("coffee.png"), file("a.csv", "text/csv", "a")] });
		const before = await kept();
		await chat.port.edit(post, { blocks: [{ kind: "text", text: [{ emoji: ":dog:" }] }, await drawn("chelsea.png")] });
		const after = await kept();
		expect([before.length, after.length]).toEqual([2, 1]);
		expect(before).not.toContain(after[0]);
		expect(await chat.replies()).toMatchObject([
			{ id: post.message, view: { blocks: [{ text: [{ emoji: "🐶" }] }, { name: "chelsea.png", file: after[0] }] } },
		]);
		expect((await chat.request(`/api/files/${before[0]}`)).status).toBe(404);
	});

	it("stays for the one person it is for", async () => {
		const post = await chat.answer({ blocks: [{ kind: "text", text: ["one"] }], ephemeral: true });
		await chat.port.edit(post, { blocks: [{ kind: "text", text: ["two"] }] });
		expect(await chat.replies()).toMatchObject([{ onlyYou: true, view: { blocks: [{ text: ["two"] }] } }]);
		expect(JSON.stringify(await (await chat.visit()).messages())).not.toContain("two");
	});

	it("is let be once it is deleted, and so are people's messages and other channels'", async () => {
		const post = await chat.answer({ blocks: [{ kind: "text", text: ["one"] }] });
		const { id } = await chat.post("mine");
		const view = async (): Promise<View> => ({ blocks: [await drawn("coffee.png")] });
		await chat.port.edit({ ...post, message: id }, await view());
		await chat.port.edit({ ...post, channel: "elsewhere" }, await view());
		expect(await chat.replies()).toMatchObject([{ view: { blocks: [{ text: ["one"] }] } }]);
		await chat.request(`/api/messages/${post.message}`, { method: "DELETE" });
		await chat.port.edit(post, await view());
		expect((await chat.messages()).messages.find((message) => message.view)).toBeUndefined();
		expect(await kept()).toEqual([]);
	});
});
