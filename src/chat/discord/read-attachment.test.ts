import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Person } from "../../../test/support/discord/people.ts";
import type { Channel } from "../../../test/support/discord/records.ts";
import { type DiscordBot, startDiscordBot } from "../../../test/support/discord-port.ts";
import { fetchErrors } from "../../errors.ts";
import type { Attachment } from "../event.ts";
import { createAttachmentReader } from "./read-attachment.ts";

const DAYS_MS = 24 * 60 * 60 * 1000;
const RENEW = "POST /attachments/refresh-urls";

let bot: DiscordBot;
let photos: Channel;
let ada: Person;
beforeEach(async () => {
	bot = await startDiscordBot();
	const guild = bot.discord.addGuild();
	photos = guild.addChannel("photos");
	ada = guild.addMember("ada");
});
afterEach(async () => {
	const complaints = bot.discord.complaints();
	await bot.close();
	// The CDN among others, which is to see no token.
	expect(complaints).toEqual([]);
});

async function posted(): Promise<{ attachment: Attachment; remove(): void }> {
	const message = await ada.posts(photos, { files: [{ name: "cat.png", bytes: new Uint8Array([1, 2, 3]) }] });
	const [attachment] = bot.imagesPosted(message).attachments;
	if (!attachment) throw new Error("nothing was posted");
	return { attachment, remove: () => ada.deletes(message) };
}
const read = (attachment: Attachment) => bot.newPort().readAttachment(attachment, bot.placeOf(photos));

describe("a posted file", () => {
	test("is read from Discord's CDN, which is shown no token", async () => {
		expect(await read((await posted()).attachment)).toEqual(new Uint8Array([1, 2, 3]));
		expect(bot.discord.cdn.requests).toMatchObject([{ status: 200, authorization: undefined }]);
		expect(bot.discord.calls(RENEW)).toEqual([]);
	});

	test("is read by a new link once its own has ended, without trying that", async () => {
		const { attachment } = await posted();
		bot.later(2 * DAYS_MS);
		expect(await read(attachment)).toEqual(new Uint8Array([1, 2, 3]));
		expect(bot.discord.cdn.requests).toMatchObject([{ status: 200 }]);
		expect(bot.discord.calls(RENEW)).toHaveLength(1);
	});

	test("is read by a new link where its own isn't taken", async () => {
		const { attachment } = await posted();
		const url = attachment.url.replace(/hm=\w+/, "hm=0");
		expect(await read({ ...attachment, url })).toEqual(new Uint8Array([1, 2, 3]));
		expect(bot.discord.cdn.requests).toMatchObject([{ status: 404 }, { status: 200 }]);
	});

	test("that was deleted is gone, after one new link at most", async () => {
		const { attachment, remove } = await posted();
		remove();
		await expect(read(attachment)).rejects.toMatchObject({
			code: "image.gone",
			message: "“cat.png” is no longer on Discord.",
		});
		expect(bot.discord.calls(RENEW)).toHaveLength(1);
	});

	test("is read from nowhere else", async () => {
		const { attachment } = await posted();
		const elsewhere = [
			"http://cdn.discordapp.com/attachments/1/2/a.png",
			"https://cdn.discordapp.com.example/a.png",
			"x",
		];
		for (const url of elsewhere) {
			await expect(read({ ...attachment, url })).rejects.toMatchObject({ code: "image.foreign" });
		}
		expect(bot.discord.cdn.requests).toEqual([]);
	});
});

describe("links", () => {
	/** What the CDN gives isn't asked for here. */
	const fetcher = { fetchImage: () => Promise.reject(new Error("nothing is to be fetched")) };
	const reader = () =>
		createAttachmentReader({
			rest: bot.rest,
			fetcher,
			trustedOrigins: [bot.discord.cdn.origin],
			now: () => new Date("2026-03-02T11:30:00Z"),
		});

	test("that end soon are renewed together, others are left as they are", async () => {
		const [a, b] = [(await posted()).attachment.url, (await posted()).attachment.url];
		bot.later(DAYS_MS - 30 * 60 * 1000);
		const fresh = (await posted()).attachment.url;
		const others = [fresh, "https://images-ext-1.discordapp.net/external/x/a.png", "https://example.com/a.png"];
		const renewed = await reader().freshLinks([a, ...others, b, a]);
		expect(renewed.slice(1, 4)).toEqual(others);
		for (const [index, link] of [a, b, a].entries()) {
			const now = renewed[[0, 4, 5][index] ?? 0];
			expect(now).not.toBe(link);
			expect((await fetch(now ?? "")).status).toBe(200);
		}
		expect(bot.discord.calls(RENEW)).toHaveLength(1);
	});

	test("keep what the media proxy is told to draw", async () => {
		const { attachment } = await posted();
		bot.later(2 * DAYS_MS);
		const [renewed] = await reader().freshLinks([`${attachment.url}&format=webp`]);
		expect(renewed).toMatch(/[?&]format=webp/);
		expect(renewed).not.toContain(new URL(attachment.url).searchParams.get("hm"));
		expect(bot.discord.calls(RENEW)[0]?.body).toEqual({ attachment_urls: [attachment.url] });
	});
});

test("what passes by waiting is tried again, what doesn't is said", async () => {
	const { attachment } = await posted();
	const failures = [fetchErrors.status("cdn", 503), fetchErrors.slow("cdn", 10)];
	let tried = 0;
	const fetchImage = async () => {
		const failure = failures[tried++];
		if (failure) throw failure;
		return new Uint8Array([1]);
	};
	const trustedOrigins = [bot.discord.cdn.origin];
	const now = () => new Date("2026-03-01T12:00:00Z");
	const reader = createAttachmentReader({
		rest: bot.rest,
		fetcher: { fetchImage },
		trustedOrigins,
		now,
		pauses: [1, 1],
	});
	expect(await reader.read(attachment)).toEqual(new Uint8Array([1]));
	failures.push(fetchErrors.status("cdn", 503), fetchErrors.status("cdn", 503), fetchErrors.status("cdn", 503));
	tried = 2;
	await expect(reader.read(attachment)).rejects.toMatchObject({ code: "fetch.status" });
	expect(tried).toBe(5);
});
