/** The local chat as a newcomer meets it: `npm start`, a real browser, the starter model, a data folder. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContextOptions } from "playwright-core";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { findOrInstallChromium, launchChromium } from "../support/browser.ts";
import { answered } from "../support/raw-request.ts";
import { npmStart, type Served } from "../support/served.ts";
import { answerTo, ChatPage, hasArrived, labelsOf, photo, type Upload } from "./chat-page.ts";
import { backgroundOf, contrasts, widerThanScreen } from "./in-page.ts";

// A loaded machine takes its time; nothing here is judged by the clock.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const chromium = await findOrInstallChromium();
const webPage: Upload = {
	name: "photo.png",
	mimeType: "image/png",
	buffer: Buffer.from("<!doctype html><title>Log in</title>"),
};
const encodes = () => server.counter("tagalong_text_encodes_total");
const numbered = (word: string, count: number) => Array.from({ length: count }, (_, index) => `${word} ${index + 1}`);

let dataDir: string;
let server: Served;
let browser: Browser;
const open: ChatPage[] = [];

/** A new visitor in a channel of their own. */
async function visit(options?: BrowserContextOptions): Promise<ChatPage> {
	const chat = await ChatPage.open(browser, server.url, options);
	open.push(chat);
	return chat;
}

async function visitChannel(name: string): Promise<ChatPage> {
	const chat = await visit();
	await chat.enterNewChannel(name);
	return chat;
}

const kept = (folder: "originals" | "previews") => readdir(join(dataDir, "local", folder));

describe.skipIf(!chromium)("the local chat", () => {
	beforeAll(async () => {
		dataDir = await mkdtemp(join(tmpdir(), "tagalong-e2e-"));
		[server, browser] = await Promise.all([npmStart(dataDir), launchChromium(chromium ?? "")]);
	});

	afterEach(async () => {
		const visited = open.splice(0);
		await Promise.all(visited.map((chat) => chat.close()));
		expect(visited.flatMap((chat) => chat.errors)).toEqual([]);
	});

	afterAll(async () => {
		await browser?.close();
		await server?.stop();
		await rm(dataDir, { recursive: true, force: true });
	});

	it("shows at once that it works on a photo, answers in its thread, and reads labels only once", async () => {
		const chat = await visit();
		// Nothing reaches the server before the page has shown the message, its photo, and that the bot works on it.
		await chat.page.route("**/messages", async (route) => {
			await chat.messages.last().locator(".files img").waitFor();
			await chat.messages.last().locator(".working").waitFor();
			await route.continue();
		});
		const before = await encodes();
		const answer = await chat.ask("/classify cat dog bear", await photo("chelsea.png"));
		expect(await labelsOf(answer)).toEqual([["cat", "dog", "bear", "none of these"]]);
		expect(await answer.locator(".score.wins .score-label").textContent()).toBe("cat");
		const read = await encodes();
		expect(read).toBeGreaterThan(before);

		const again = await chat.ask("/classify bear, dog, cat", await photo("coffee.png"));
		expect(await again.locator(".score.wins .score-label").textContent()).toContain("none of these");
		expect(await encodes()).toBe(read);
	});

	it("answers several photos in one reply, and says of a file that is none what it is", async () => {
		const chat = await visitChannel("several");
		const files = [await photo("chelsea.png"), webPage, await photo("rocket.jpg"), await photo("china.jpg")];
		const answer = await chat.ask("/classify cat, rocket, temple", ...files);
		expect(await answer.locator(".scores .view-title").allTextContents()).toEqual([
			"1 of 4 chelsea.png",
			"3 of 4 rocket.jpg",
			"4 of 4 china.jpg",
		]);
		expect((await labelsOf(answer)).map((labels) => labels[0])).toEqual(["cat", "rocket", "temple"]);
		for (const image of await answer.locator(".scores-heading img").all()) await hasArrived(image);
		const [title, words] = await answer.locator(".view-error p").allTextContents();
		expect(title).toBe("2 of 4 photo.png");
		expect(words).toMatch(/^This is a web page \(HTML\)/);
	});

	it("answers a thousand labels, folds all but the first, and reads none of them again", async () => {
		const chat = await visitChannel("thousand");
		const labels = numbered("thing number", 1000).join(", ");
		const before = await encodes();
		const answer = await chat.ask(`/classify ${labels}`, await photo("astronaut.png"));
		const shown = await answer.locator(".score:not(.none)").count();
		expect(shown).toBeGreaterThan(0);
		expect(await answer.locator(".score-more").textContent()).toBe(`and ${1000 - shown} more`);
		const read = await encodes();
		expect(read - before).toBeGreaterThanOrEqual(1000);

		await chat.ask(`/classify ${labels}`, await photo("chelsea.png"));
		expect(await encodes()).toBe(read);
	});

	it("completes commands and their options by keyboard alone, and looks at the latest photo if none is given", async () => {
		const chat = await visitChannel("keyboard");
		await chat.ask("/classify cat dog", await photo("chelsea.png"));
		const { keyboard } = chat.page;
		const offered = chat.page.getByRole("option");
		const active = chat.page.getByRole("option", { selected: true }).locator(".completion-label");

		await keyboard.type("/");
		expect(await active.textContent()).toBe("/classify");
		await keyboard.press("ArrowDown");
		expect(await active.textContent()).not.toBe("/classify");
		await keyboard.press("ArrowUp");
		await keyboard.press("Enter");
		expect(await chat.composer.inputValue()).toBe("/classify ");
		await keyboard.type("mo");
		await keyboard.press("Tab");
		expect(await offered.locator(".completion-label").allTextContents()).toEqual(["one", "many"]);
		await keyboard.press("ArrowDown");
		expect(await active.textContent()).toBe("many");
		await keyboard.press("Enter");
		expect(await chat.composer.inputValue()).toBe("/classify mode:many ");
		await keyboard.type("cat, animal");
		await keyboard.press("Enter");
		const [labels] = await labelsOf(await answerTo(chat.messages.nth(1)));
		expect(labels?.slice(0, 2).sort()).toEqual(["animal", "cat"]);
	});

	it("takes photos by drop and by paste, and lets one be taken out again", async () => {
		const chat = await visitChannel("given");
		await chat.give("drop", await photo("chelsea.png"), await photo("coffee.png"));
		await chat.give("paste", await photo("rocket.jpg"));
		expect(await chat.tray.count()).toBe(3);
		await chat.page.getByRole("button", { name: "Remove coffee.png" }).click();
		const answer = await chat.ask("/classify cat, cup of coffee, rocket");
		expect((await labelsOf(answer)).map((labels) => labels[0])).toEqual(["cat", "rocket"]);
	});

	it("says in words what is wrong with a command and keeps what was written, photos too", async () => {
		const chat = await visitChannel("wrong");
		await chat.attach(await photo("chelsea.png"));
		await chat.composer.fill("/classfy cat dog");
		await chat.composer.press("Enter");
		const error = chat.page.locator(".composer-error p");
		expect(await error.textContent()).toBe("There is no command /classfy. Did you mean /classify?");
		expect(await chat.composer.inputValue()).toBe("/classfy cat dog");
		expect(await chat.tray.count()).toBe(1);
		expect(await chat.messages.count()).toBe(0);

		const answer = await chat.ask("/classify cat dog");
		expect((await labelsOf(answer)).map((labels) => labels[0])).toEqual(["cat"]);
		expect(await error.count()).toBe(0);
	});

	it("keeps no image but a preview of at most 512 pixels, and not even that once the message is deleted", async () => {
		const chat = await visitChannel("kept");
		const others = await kept("previews");
		const rocket = await photo("rocket.jpg");
		await chat.ask("/classify rocket, temple", rocket);
		expect(await kept("originals")).toEqual([]);
		const [preview, ...more] = (await kept("previews")).filter((name) => !others.includes(name));
		expect(more).toEqual([]);
		const { format, width, height } = await sharp(join(dataDir, "local", "previews", preview ?? "")).metadata();
		expect({ format, width, height }).toEqual({ format: "webp", width: 512, height: 342 });
		expect(await filesWith(rocket.buffer.subarray(40_000, 40_064))).toEqual([]);

		await chat.messages.first().hover();
		await chat.messages.first().getByRole("button", { name: "Delete message" }).first().click();
		await chat.page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
		await chat.page.getByRole("heading", { name: "What's in your photo?" }).waitFor();
		expect(await kept("previews")).toEqual(others);
	});

	it("fits a phone: channels in a drawer, the composer in reach, nothing wider than the screen", async () => {
		const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
		const chat = await visit(phone);
		await chat.page.getByRole("button", { name: "Channels", exact: true }).tap();
		await chat.enterNewChannel("phone");
		const labels = ["cat", "x".repeat(100), `${"a very long label ".repeat(5)}indeed`];
		const answer = await chat.ask(`/classify ${labels.join(", ")}`, await photo("chelsea.png"), webPage);
		await answer.getByText("How this was judged").tap();
		expect(await chat.page.evaluate(widerThanScreen)).toEqual([]);

		for (const name of ["Add photos", "Send"]) {
			const box = await chat.page.getByRole("button", { name, exact: true }).first().boundingBox();
			expect(box && box.width >= 44 && box.height >= 44 && box.y + box.height <= 844).toBe(true);
		}
		await chat.page.getByRole("button", { name: "Channels", exact: true }).tap();
		await chat.page.getByRole("link", { name: "general" }).tap();
		await chat.page.getByRole("heading", { name: "general", exact: true }).waitFor();
	});

	it("can be read in the light and in the dark", async () => {
		const chat = await visitChannel("readable");
		await chat.ask("/classify cat dog blorxly", await photo("chelsea.png"), webPage);
		await chat.attach(await photo("coffee.png"));
		const texts = [
			".channels a:not([aria-current])",
			".channels a[aria-current]",
			".status",
			".message .author",
			".message .time",
			".badge",
			".command-name",
			".score.wins .score-label",
			".score:not(.wins) .score-label",
			".score:not(.wins) .score-percent",
			".view-error p:not(.view-title)",
			".view-note",
			".view-details summary",
			".reply-link",
			".send:enabled",
		];
		const backgrounds = [];
		for (const colorScheme of ["light", "dark"] as const) {
			await chat.page.emulateMedia({ colorScheme });
			const poor = (await chat.page.evaluate(contrasts, texts)).filter(([, ratio]) => ratio < 4.5);
			expect({ colorScheme, poor }).toEqual({ colorScheme, poor: [] });
			backgrounds.push(await chat.page.locator("body").evaluate(backgroundOf));
		}
		expect(new Set(backgrounds).size).toBe(2);
	});

	it("refuses other sites: a foreign Host, and changes from a foreign page", async () => {
		const { host, origin } = new URL(server.url);
		const path = "/api/channels";
		const asked = (headers: Record<string, string>, method = "GET") =>
			answered(`${server.url}${path}`, method, headers);
		expect(await asked({ host: "rebound.example" })).toMatchObject({ status: 403, code: "local.wrong-host" });
		for (const headers of [{ host }, { host, origin: "http://evil.example" }, { host, origin: "null" }])
			expect(await asked(headers, "POST")).toMatchObject({ status: 403, code: "local.wrong-origin" });
		// With its own origin the same request is read, and found to be empty.
		expect(await asked({ host, origin }, "POST")).toMatchObject({ status: 422, code: "local.malformed" });
	});

	it("refuses a second server on its data folder, which then ends", async () => {
		await expect(npmStart(dataDir)).rejects.toThrow(`tagalong: The data folder ${dataDir} is in use by process`);
		await encodes();
	});

	it("keeps its history when it is stopped and started again, and open pages find it again by themselves", async () => {
		const chat = await visitChannel("history");
		await chat.ask("/classify cat dog bear", await photo("chelsea.png"));
		await server.stop();
		await chat.page.getByText("The server can't be reached. Trying again…").waitFor();
		server = await npmStart(dataDir, new URL(server.url).port);
		await chat.page.getByText("The server can't be reached.").waitFor({ state: "detached" });
		const next = await chat.ask("/classify cat dog bear", await photo("coffee.png"));
		expect(await next.locator(".score.wins .score-label").textContent()).toContain("none of these");

		await chat.page.reload();
		expect((await labelsOf(await answerTo(chat.messages.first()))).map((labels) => labels[0])).toEqual(["cat"]);
		await hasArrived(chat.messages.first().locator(".files img"));
	});

	it("gives the answer it owed when it was killed, once", async () => {
		const chat = await visitChannel("killed");
		const taken = chat.page.waitForResponse((response) => response.request().method() === "POST" && response.ok());
		const message = await chat.send(
			`/classify cat, ${numbered("unread thing", 600).join(", ")}`,
			await photo("chelsea.png"),
		);
		await taken;
		await server.kill();
		expect(await message.locator(".reply").count()).toBe(0);
		expect(await kept("originals")).toHaveLength(1);

		server = await npmStart(dataDir, new URL(server.url).port);
		const answer = await answerTo(message);
		expect(await answer.locator(".score.wins .score-label").textContent()).toBe("cat");
		expect(await kept("originals")).toEqual([]);
		await chat.page.reload();
		await answerTo(chat.messages.first());
		expect(await chat.page.locator(".reply").count()).toBe(1);
	});
});

/** Files of the data folder, the store's too, that hold these bytes. */
async function filesWith(bytes: Buffer): Promise<string[]> {
	const entries = await readdir(dataDir, { recursive: true, withFileTypes: true });
	const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
	const found = [];
	for (const path of paths) if ((await readFile(path)).includes(bytes)) found.push(path);
	return found;
}
