/** A channel that learns, lived through from its first label to its last: `npm start`, a real browser, two people. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse as readCsv } from "csv-parse/sync";
import type { Browser, Locator } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openStore } from "../../src/store/embedded-store.ts";
import { findOrInstallChromium, launchChromium } from "../support/browser.ts";
import { npmStart, type Served } from "../support/served.ts";
import { answerTo, ChatPage, hasArrived, photo, type Upload } from "./chat-page.ts";

// A loaded machine takes its time; nothing here is judged by the clock.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const chromium = await findOrInstallChromium();
const CHANNEL = "learning";

let dataDir: string;
let server: Served;
let browser: Browser;
/** Who moderates, and who doesn't. */
let mo: ChatPage;
let bob: ChatPage;

/** The same cup from another side, so that no two are the same picture. */
async function cup(number: number): Promise<Upload> {
	const { buffer } = await photo("coffee.png");
	const turned = sharp(buffer).extract({ left: 10 * number, top: 8 * number, width: 480, height: 320 });
	const bytes = await (number % 2 === 0 ? turned.flop() : turned.flip())
		.modulate({ brightness: 0.8 + number / 10 })
		.jpeg()
		.toBuffer();
	return { name: `cup-${number}.jpg`, mimeType: "image/jpeg", buffer: bytes };
}

const headline = (answer: Locator) => answer.locator(".headline");
const votes = (answer: Locator) => answer.locator(".votes");

describe.skipIf(!chromium)("a channel that learns", () => {
	beforeAll(async () => {
		dataDir = await mkdtemp(join(tmpdir(), "tagalong-e2e-"));
		[server, browser] = await Promise.all([npmStart(dataDir), launchChromium(chromium ?? "")]);
		mo = await ChatPage.open(browser, server.url);
		await mo.introduce("Mo", "Moderator");
		await mo.enterNewChannel(CHANNEL);
		bob = await ChatPage.open(browser, server.url);
		await bob.introduce("Bob", "Member");
		await bob.enterChannel(CHANNEL);
	});

	afterAll(async () => {
		expect([mo, bob].flatMap((chat) => chat?.errors ?? [])).toEqual([]);
		await browser?.close();
		await server?.stop();
		await rm(dataDir, { recursive: true, force: true });
	});

	it("takes labels and auto-tag from a moderator, and from nobody else", async () => {
		const refused = await bob.ask("/labels set cat, dog");
		expect(await refused.textContent()).toContain("is for moderators");
		expect(await refused.locator(".only-you").count()).toBe(1);

		const answer = await mo.ask("/labels set 🐱 cat, 🐶 dog, 🐻 bear");
		expect(await answer.textContent()).toContain("bear");
		expect(await answer.locator(".only-you").count()).toBe(1);
		await mo.ask("/autotag on");
	});

	it("tags a posted photo in its thread, and two people's votes are shown in place", async () => {
		const message = await mo.send("", await photo("chelsea.png"));
		const answer = await answerTo(message);
		expect(await headline(answer).textContent()).toBe("🐱 cat");

		const bobs = await answerTo(bob.messages.last());
		await bobs.getByRole("button", { name: "Right" }).click();
		await votes(answer).getByText("✓ 1 – one more for the same decides").waitFor();
		await answer.getByRole("button", { name: "Right" }).click();
		await votes(bobs).getByText("✓ 2 – decided by @Mo").waitFor();
		expect(await headline(bobs).textContent()).toBe("🐱 cat ✓");
	});

	it("counts a reaction with a label's emoji, given and taken away", async () => {
		const message = mo.messages.last();
		const answer = await answerTo(message);
		const bobs = bob.messages.last();
		await bob.react(bobs, "🐶");
		await votes(answer).getByText("dog 1").waitFor();
		await bobs.locator(".reactions .reaction").first().click();
		await votes(answer).getByText("✓ 2").waitFor();
	});

	it("learns a word it can't know from three examples, and the next answer is another", async () => {
		await mo.ask("/labels add ☕ blorxly");
		for (const number of [0, 1, 2]) {
			const answer = await answerTo(await mo.send("", await cup(number)));
			if (number === 0) expect(await headline(answer).textContent()).toBe("None of these");
			await answer.getByRole("combobox", { name: "Choose a label" }).selectOption({ label: "☕ blorxly" });
			await headline(answer).getByText("blorxly ✓").waitFor();
		}
		const answer = await answerTo(await mo.send("", await cup(3)));
		expect(await headline(answer).textContent()).toBe("☕ blorxly");
		expect(await answer.textContent()).toMatch(/Learned from \d confirmed examples/);
	});

	it("offers to add a label that someone votes for", async () => {
		const answer = await answerTo(await mo.send("", await photo("rocket.jpg")));
		await answer.getByRole("combobox", { name: "Choose a label" }).selectOption({ label: "Another label…" });
		const form = mo.page.getByRole("dialog", { name: "What does it show?" });
		await form.getByRole("textbox", { name: "Label" }).fill("rocket");
		await form.getByRole("button", { name: "Vote" }).click();
		await headline(answer).getByText("rocket ✓").waitFor();
		await answer.getByRole("button", { name: "Add “rocket” to the labels" }).click();
		await mo.messages.last().getByText("it counts from the next image on").waitFor();
	});

	it("says of a photo it has seen before where that was", async () => {
		const answer = await answerTo(await mo.send("", await photo("chelsea.png")));
		await answer.getByText("Seen here before: first").waitFor();
		await answer.locator("a.message-link").click();
		await mo.page.locator("article.revealed img").first().waitFor();
	});

	it("finds photos by a photo and by words", async () => {
		const similar = await mo.ask("/similar", await cup(2));
		const captions = similar.locator(".gallery > li");
		expect(await captions.count()).toBeGreaterThanOrEqual(4);
		await hasArrived(captions.first().locator("img"));
		expect(await captions.first().locator("img").getAttribute("alt")).toContain("cup");

		const found = await mo.ask("/find a rocket on its launch pad");
		expect(await found.locator(".gallery > li").first().textContent()).toContain("1");
		expect(await found.locator(".gallery > li img").first().getAttribute("alt")).toContain("rocket");
	});

	it("draws how wording moves a label", async () => {
		const answer = await mo.ask("/wording cat", await photo("chelsea.png"));
		const picture = answer.locator(".view-picture img");
		await hasArrived(picture);
		expect(await answer.getByRole("row").count()).toBeGreaterThan(10);
	});

	it("forgets nothing in a restart", async () => {
		await server.stop();
		server = await npmStart(dataDir, new URL(server.url).port);
		await mo.page.reload();
		await mo.page.getByText("✓ 2 – decided by @Mo").waitFor();
		const answer = await answerTo(await mo.send("", await cup(4)));
		expect(await headline(answer).textContent()).toBe("☕ blorxly");
	});

	it("asks about what would teach most, one at a time, until stopped", async () => {
		const review = await mo.ask("/review");
		await review.getByText("What does this show?").waitFor();
		const first = await review.locator(".gallery img").getAttribute("alt");
		await review.getByRole("button", { name: "None of these" }).click();
		await review.getByText("1 answered").waitFor();
		expect(await review.locator(".gallery img").getAttribute("alt")).not.toBe(first);
		await review.getByRole("button", { name: "Stop" }).click();
		await review.getByText("Stopped. You answered 1").waitFor();
	});

	it("gives everything out as CSV and JSON Lines, for the moderator alone", async () => {
		const rows = readCsv(await mo.download("/export csv"), { columns: true }) as Record<string, string>[];
		const lines = (await mo.download("/export jsonl")).trim().split("\n");
		const records = lines.map((line): Record<string, unknown> => JSON.parse(line));
		expect(records).toHaveLength(rows.length);
		expect(rows.length).toBeGreaterThanOrEqual(8);
		const cat = records[0];
		expect(cat).toMatchObject({ shown: ["cat"], agreed: ["cat"] });
		expect(JSON.stringify(cat)).toContain("moderator");
		const stats = await bob.ask("/stats");
		await hasArrived(stats.locator(".view-picture img").first());
	});

	it("forgets a member: their photos and votes are gone from the database", async () => {
		await answerTo(await bob.send("", await photo("astronaut.png")));
		const answer = await bob.ask("/forget me");
		await answer.getByText(/image/).first().waitFor();
		await server.stop();
		const store = await openStore(dataDir);
		try {
			const kept = await store.db.execute("select distinct author from images union select distinct voter from votes");
			// The one row of both drivers' results that is a list.
			const people = (kept as unknown as { rows: unknown[] }).rows;
			expect(people).toHaveLength(1);
			const images = await store.db.execute("select count(*)::int as n from images");
			expect((images as unknown as { rows: { n: number }[] }).rows[0]?.n).toBeGreaterThanOrEqual(8);
		} finally {
			await store.close();
		}
	});
});
