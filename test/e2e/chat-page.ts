/** The local chat's page in a real browser, used as a person uses it. */
import { readFile } from "node:fs/promises";
import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { give, isShown } from "./in-page.ts";

/** A file as playwright takes it. */
export interface Upload {
	name: string;
	mimeType: string;
	buffer: Buffer;
}

export async function photo(name: string): Promise<Upload> {
	const mimeType = name.endsWith(".png") ? "image/png" : "image/jpeg";
	return { name, mimeType, buffer: await readFile(new URL(`../fixtures/photos/${name}`, import.meta.url)) };
}

export class ChatPage {
	readonly page: Page;
	/** What went wrong in the page: scripts that threw, and what its content security policy refused. */
	readonly errors: string[] = [];

	constructor(page: Page) {
		this.page = page;
		page.on("pageerror", (error) => this.errors.push(error.message));
		page.on("console", (message) => {
			// An answer that isn't a success is no error of the page.
			const isOwn = message.type() === "error" && !message.text().startsWith("Failed to load resource");
			if (isOwn) this.errors.push(message.text());
		});
	}

	/** Opens the page as a new visitor, in a channel made for it. */
	static async open(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<ChatPage> {
		const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
		const chat = new ChatPage(await context.newPage());
		await chat.page.goto(url);
		await chat.composer.waitFor();
		return chat;
	}

	get composer(): Locator {
		return this.page.locator("#composer");
	}

	/** The messages of the channel, those on their way included; threads lie inside. */
	get messages(): Locator {
		return this.page.locator("li.message");
	}

	/** Photos that will go with the message. */
	get tray(): Locator {
		return this.page.getByRole("list", { name: "Photos to send" }).getByRole("listitem");
	}

	async enterNewChannel(name: string): Promise<void> {
		await this.page.getByRole("button", { name: "New channel" }).click();
		await this.page.getByRole("dialog").getByRole("textbox").fill(name);
		await this.page.keyboard.press("Enter");
		await this.page.getByRole("heading", { name, exact: true }).waitFor();
	}

	async enterChannel(name: string): Promise<void> {
		await this.page.getByRole("link", { name }).click();
		await this.page.getByRole("heading", { name, exact: true }).waitFor();
	}

	/** Says who one is, and whether one moderates. */
	async introduce(name: string, role: "Moderator" | "Member"): Promise<void> {
		await this.page.locator(".who").click();
		const dialog = this.page.getByRole("dialog");
		await dialog.getByRole("textbox").first().fill(name);
		await dialog.getByRole("radio", { name: new RegExp(role) }).check();
		await dialog.getByRole("button", { name: "Save" }).click();
		await dialog.waitFor({ state: "detached" });
	}

	/** Gives a message a reaction that stands in the picker's field. */
	async react(message: Locator, emoji: string): Promise<void> {
		await message.hover();
		await message.getByRole("button", { name: "React", exact: true }).first().click();
		const picker = this.page.getByRole("dialog", { name: "Pick a reaction" });
		await picker.getByRole("textbox", { name: "Any emoji" }).fill(emoji);
		await this.page.keyboard.press("Enter");
		await message.locator(".reactions .reaction").first().waitFor();
	}

	/** Asks for a file. @returns its text */
	async download(command: string): Promise<string> {
		const answer = await this.ask(command);
		const downloading = this.page.waitForEvent("download");
		await answer.locator("a.file-card").click();
		return await readFile(await (await downloading).path(), "utf8");
	}

	async attach(...files: Upload[]): Promise<void> {
		await this.page.locator("#composer-files").setInputFiles(files);
	}

	/** Sends a message. @returns it, with its thread */
	async send(text: string, ...files: Upload[]): Promise<Locator> {
		const sent = this.messages.nth(await this.messages.count());
		if (files.length > 0) await this.attach(...files);
		await this.composer.fill(text);
		await this.composer.press("Enter");
		await sent.waitFor();
		return sent;
	}

	/** Sends a message and waits until the bot has answered and rests. @returns the answer */
	async ask(text: string, ...files: Upload[]): Promise<Locator> {
		return await answerTo(await this.send(text, ...files));
	}

	/** Lets files fall on the page, or pastes them into the composer. */
	async give(way: "drop" | "paste", ...files: Upload[]): Promise<void> {
		const given = files.map(({ buffer, ...file }) => ({ ...file, base64: buffer.toString("base64") }));
		await this.composer.evaluate(give, { way, files: given });
	}

	async close(): Promise<void> {
		await this.page.context().close();
	}
}

/** Waits until the bot has answered a message and rests. @returns its only reply */
export async function answerTo(message: Locator): Promise<Locator> {
	const reply = message.locator(".reply:not(.pending)");
	await reply.waitFor({ timeout: 60_000 });
	await message.locator(".working").waitFor({ state: "detached" });
	return reply;
}

/** The labels of each picture in an answer, in the order shown. */
export async function labelsOf(answer: Locator): Promise<string[][]> {
	const all = [];
	for (const scores of await answer.locator(".scores").all()) {
		const labels = await scores.locator(".score-label").allTextContents();
		all.push(labels.map((label) => label.trim()));
	}
	return all;
}

/** Waits until a picture is there to be seen. */
export async function hasArrived(image: Locator): Promise<void> {
	await image.scrollIntoViewIfNeeded();
	await expect.poll(() => image.evaluate(isShown)).toBe(true);
}
