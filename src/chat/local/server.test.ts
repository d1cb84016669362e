import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { inEachTest, picture, type TestChat, words } from "../../../test/support/local-chat.ts";
import { firstIdAt } from "../../store/sortable-id.ts";

let chat: TestChat;
inEachTest((opened) => {
	chat = opened;
});

const kept = async (kind: "originals" | "previews" | "answers") => await readdir(join(chat.localFolder, kind));

describe("the chat's page", () => {
	it("is served with a policy that allows nothing inline and nothing from elsewhere", async () => {
		const page = await chat.request("/");
		expect(page.status).toBe(200);
		expect(await page.text()).toContain("<title>page</title>");
		const policy = page.headers.get("content-security-policy");
		expect(policy).toContain("default-src 'none'");
		expect(policy).toContain("frame-ancestors 'none'");
		expect(policy).not.toContain("unsafe");
		expect(page.headers.get("x-content-type-options")).toBe("nosniff");
		expect(page.headers.get("referrer-policy")).toBe("no-referrer");
		expect((await chat.request("/assets/main.js")).headers.get("content-type")).toContain("text/javascript");
	});

	it("serves its own files and no others", async () => {
		for (const path of ["/assets/secret.txt", "/assets/..%2Fdata", "/assets/index.html/x"])
			expect((await chat.request(path)).status).toBe(404);
	});
});

describe("who may use the chat", () => {
	it("refuses a foreign Host on every route, so that a rebound name reads nothing", async () => {
		for (const path of ["/", "/api/state", "/api/live", "/api/channels/general/messages", "/api/files/x"]) {
			const response = await chat.request(path, { headers: { host: "evil.example:3000" } });
			expect([path, response.status]).toEqual([path, 403]);
			expect(await words(response)).toContain("evil.example");
		}
	});

	it("refuses changes from another origin, or from none", async () => {
		const form = new FormData();
		form.set("text", "hello");
		for (const origin of ["http://evil.example", "http://127.0.0.1:4000", "null", ""]) {
			const response = await chat.request("/api/channels/general/messages", {
				method: "POST",
				body: form,
				headers: { origin },
			});
			expect([origin, response.status]).toEqual([origin, 403]);
		}
		const { id } = await chat.post("mine");
		const foreign = { headers: { origin: "http://evil.example" } };
		expect((await chat.request(`/api/messages/${id}`, { method: "DELETE", ...foreign })).status).toBe(403);
		expect((await chat.messages()).messages).toHaveLength(1);
	});

	it("knows a browser again by a cookie that scripts and other sites can't use", async () => {
		const first = await chat.request("/api/state", { headers: { cookie: "" } });
		expect(first.headers.get("set-cookie")).toMatch(/HttpOnly.*SameSite=Strict|SameSite=Strict.*HttpOnly/);
		const again = await chat.request("/api/state");
		expect(again.headers.get("set-cookie")).toBeNull();
	});
});

describe("posting", () => {
	it("turns a typed command into an event with the message's files", async () => {
		const message = await chat.post("/classify cat dog", [await picture(), await picture("rocket.jpg")], {
			name: "Ann",
		});
		expect(message).toMatchObject({ text: "/classify cat dog", working: true, author: { name: "Ann", isBot: false } });
		expect(chat.events).toHaveLength(1);
		expect(chat.events[0]).toMatchObject({
			kind: "command",
			platform: "local",
			channel: "general",
			name: "classify",
			options: { labels: "cat dog" },
			key: message.id,
			message: message.id,
			actor: { name: "Ann", isBot: false },
			attachments: [{ name: "chelsea.png" }, { name: "rocket.jpg" }],
		});
	});

	it("calls a command in a thread on the message that the thread hangs from", async () => {
		const root = await chat.post("", [await picture()]);
		const message = await chat.post("/classify cat dog", [], { thread: root.id });
		expect(chat.events.map((event) => event.kind)).toEqual(["images-posted", "command"]);
		expect(chat.events[1]).toMatchObject({
			thread: root.id,
			message: message.id,
			target: { message: root.id, attachments: [{ id: root.files[0]?.id }] },
		});
	});

	it("raises nothing for plain text", async () => {
		await chat.post("good morning");
		expect(chat.events).toEqual([]);
	});

	it("explains a command it doesn't know and posts nothing", async () => {
		const response = await chat.send("/clasify cat", [await picture()]);
		expect(response.status).toBe(422);
		expect(await words(response)).toContain("/classify");
		expect((await chat.messages()).messages).toEqual([]);
		expect(await kept("originals")).toEqual([]);
	});

	it("explains what a message may hold", async () => {
		const cases: [Promise<Response>, string][] = [
			[chat.send("   "), "There is nothing to post."],
			[chat.send("x".repeat(120_001)), "at most 120,000 characters"],
			[
				chat.send(
					"",
					Array.from({ length: 21 }, () => new File(["x"], "x.png")),
				),
				"at most 20 files",
			],
			[chat.send("", [new File([new Uint8Array(25_000_001)], "huge.png")]), "“huge.png” is larger than 25 MB"],
			[chat.send("hello", [], { thread: "gone" }), "That message was deleted."],
		];
		for (const [response, expected] of cases) expect(await words(await response)).toContain(expected);
		const tooMuch = { method: "POST", body: "x", headers: { "content-length": "200000000" } };
		const refused = await chat.request("/api/channels/general/messages", tooMuch);
		expect(refused.status).toBe(413);
		expect(await words(refused)).toContain("100 MB together");
	});

	it("takes a message back if the bot can't write its event down", async () => {
		chat.state.refusal = new Error("store down");
		const response = await chat.send("/classify cat", [await picture()]);
		expect(response.status).toBe(503);
		expect(await words(response)).toBe("The message couldn't be saved. Try again in a moment.");
		expect((await chat.messages()).messages).toEqual([]);
		expect([...(await kept("originals")), ...(await kept("previews"))]).toEqual([]);
	});
});

describe("typed commands", () => {
	it("name members as the chat knows them, and stay as typed in their message", async () => {
		const bo = await chat.visit();
		await bo.post("hello", [], { name: "Bo B" });
		const posted = await chat.post('/classify @"bo b" and @Cy');
		expect(posted.text).toBe('/classify @"bo b" and @Cy');
		const options = { labels: `<@${bo.id}> and @Cy` };
		expect(chat.events).toMatchObject([{ kind: "command", options }]);
		chat.events.length = 0;
		await chat.reopen().recover();
		expect(chat.events).toMatchObject([{ kind: "command", options }]);
		await (await chat.visit()).post("hello", [], { name: "bo b" });
		expect(await words(await chat.send("/classify @Bo B"))).toContain("Several people here go by");
	});

	it("are completed by who knows what could be meant, asked with who asks and where", async () => {
		const query = new URLSearchParams({ command: "labels set", option: "labels", typed: "c" });
		const response = await chat.request(`/api/channels/general/completions?${query}`);
		const { items } = (await response.json()) as { items: string[] };
		expect(JSON.parse(items[0] ?? "")).toMatchObject([
			"labels set",
			"labels",
			"c",
			{ platform: "local", workspace: "local", channel: "general", actor: { id: chat.id, canModerate: true } },
		]);
		expect(await words(await chat.request("/api/channels/general/completions"))).toContain("couldn't read");
	});
});

describe("files", () => {
	it("are shown as a small upright WebP that never changes", async () => {
		const { files } = await chat.post("", [await picture("china.jpg")]);
		expect(files).toMatchObject([{ name: "china.jpg", width: 640, height: 427 }]);
		const response = await chat.request(`/api/files/${files[0]?.id}`);
		expect(response.headers.get("content-type")).toBe("image/webp");
		expect(response.headers.get("cache-control")).toContain("immutable");
		expect(response.headers.get("x-content-type-options")).toBe("nosniff");
		expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
		const { width, height, format } = await sharp(Buffer.from(await response.arrayBuffer())).metadata();
		expect({ width, height, format }).toEqual({ width: 512, height: 342, format: "webp" });
	});

	it("that can't be read keep their name and have no preview", async () => {
		const { files } = await chat.post("", [new File(["<html>not a photo</html>"], "photo.png", { type: "image/png" })]);
		expect(files).toMatchObject([{ name: "photo.png", size: 24 }]);
		expect(files[0]).not.toHaveProperty("width");
		const response = await chat.request(`/api/files/${files[0]?.id}`);
		expect(response.status).toBe(404);
		expect(await words(response)).toContain("“photo.png” is no longer here.");
	});
});

describe("deleting", () => {
	it("takes the thread and every byte along, and tells the bot of each of them", async () => {
		const root = await chat.post("/classify cat", [await picture()]);
		const inThread = await chat.post("", [await picture("rocket.jpg")], { thread: root.id });
		const other = await chat.post("", [await picture("coffee.png")]);
		expect(await kept("previews")).toHaveLength(3);
		chat.events.length = 0;
		expect((await chat.request(`/api/messages/${root.id}`, { method: "DELETE" })).status).toBe(204);
		expect(chat.events).toMatchObject([
			{ kind: "message-deleted", message: root.id, key: root.id },
			{ kind: "message-deleted", message: inThread.id, key: inThread.id },
		]);
		expect((await chat.messages()).messages.map((message) => message.id)).toEqual([other.id]);
		expect(await kept("previews")).toEqual([`${other.files[0]?.id}.webp`]);
		expect(await kept("originals")).toEqual([other.files[0]?.id]);
		const again = await chat.request(`/api/messages/${root.id}`, { method: "DELETE" });
		expect(await words(again)).toBe("That message was deleted.");
	});
});

describe("channels and history", () => {
	it("makes channels and refuses bad names in words", async () => {
		const create = (name: string) => chat.put("/api/channels", { name });
		expect((await create("Wild Life")).status).toBe(201);
		expect(await words(await create("wild-life"))).toContain("already a channel #wild-life");
		expect(await words(await create("a/b"))).toContain("1 to 40 letters");
		expect(await (await chat.request("/api/state")).json()).toMatchObject({
			channels: [{ name: "general" }, { name: "wild-life" }],
		});
	});

	it("gives messages page by page, the newest first, and says when there are no more", async () => {
		for (let number = 1; number <= 41; number++) await chat.post(`number ${number}`);
		const newest = await chat.messages();
		expect(newest.messages).toHaveLength(40);
		expect(newest.more).toBe(true);
		const older = await chat.messages(`?before=${newest.messages[0]?.id}`);
		expect(older.messages.map((message) => message.text)).toEqual(["number 1"]);
		expect(older.more).toBe(false);
	});
});

describe("after a crash", () => {
	it("raises again what was never settled and drops bytes that no message has", async () => {
		const command = await chat.post("/classify cat", [await picture()]);
		const posted = await chat.post("", [await picture("rocket.jpg")]);
		const settled = await chat.post("", [await picture("coffee.png")]);
		const event = chat.events.at(-1);
		if (event) await chat.port.settled(event);
		const orphan = "0".repeat(20);
		await writeFile(join(chat.localFolder, "originals", orphan), "x");
		await writeFile(join(chat.localFolder, "previews", `${orphan}.webp`), "x");
		await writeFile(join(chat.localFolder, "answers", orphan), "x");
		chat.events.length = 0;
		await chat.reopen().recover();
		expect(chat.events.map((each) => [each.kind, each.key])).toEqual([
			["command", command.id],
			["images-posted", posted.id],
		]);
		expect(await kept("originals")).toHaveLength(2);
		expect(await kept("answers")).toEqual([]);
		expect((await kept("previews")).sort()).toEqual(
			[command, posted, settled].flatMap((message) => message.files.map((file) => `${file.id}.webp`)).sort(),
		);
	});

	it("keeps bytes that a worker may be about to give a message", async () => {
		const hour = 60 * 60 * 1000;
		const file = (age: number) => `${firstIdAt(new Date(Date.UTC(2026, 2, 1) - age))}00000000000`;
		await writeFile(join(chat.localFolder, "answers", file(hour / 2)), "being written");
		await writeFile(join(chat.localFolder, "answers", file(2 * hour)), "given up");
		await chat.reopen({ workersMs: hour }).recover();
		expect(await kept("answers")).toEqual([file(hour / 2)]);
		await chat.reopen().recover();
		expect(await kept("answers")).toEqual([]);
	});
});
