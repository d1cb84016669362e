import { MessageFlags, REST, Routes } from "discord.js";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeRequest } from "../../../src/chat/discord/request.ts";
import { photo } from "../models.ts";
import { type Discord, startDiscord } from "./discord.ts";
import type { Server } from "./guilds.ts";
import type { Person } from "./people.ts";
import { buttonsOf, textOf } from "./reading.ts";
import type { Channel } from "./records.ts";

let now: Date;
let discord: Discord;
let guild: Server;
let photos: Channel;
let ada: Person;
let rest: REST;

beforeEach(async () => {
	now = new Date("2026-03-01T12:00:00Z");
	discord = await startDiscord({ now: () => now });
	guild = discord.addGuild();
	photos = guild.addChannel("photos");
	ada = guild.addMember("ada");
	rest = new REST({ makeRequest, api: discord.apiUrl, retries: 0, timeout: 1000 }).setToken(discord.token);
});

afterEach(() => discord.close());

/** What the REST API answers, as far as these tests look at it. */
interface Answered {
	id: string;
	content: string;
	nonce?: string;
	edited_timestamp: string | null;
	attachments: { id: string; filename: string; url: string; width?: number; content_type?: string }[];
	components: { id: number; components: { id: number; media?: { url: string } }[] }[];
	reactions?: { emoji: { name: string }; count: number; me: boolean }[];
	type: number;
	thread?: { id: string };
	thread_metadata?: { archived: boolean };
	referenced_message?: { id: string } | null;
}

/** The routes that these tests use give messages, threads and lists of them. */
const get = async (route: `/${string}`) => (await rest.get(route)) as Answered;
const list = async (route: `/${string}`) => (await rest.get(route)) as Answered[];
const send = async (body: object, channel = photos) =>
	(await rest.post(Routes.channelMessages(channel.id), { body })) as Answered;

const chelsea = async () => ({ name: "chelsea.png", bytes: new Uint8Array(await photo("chelsea.png")) });

describe("messages", () => {
	test("are listed newest first, before and after one of them", async () => {
		const posted = [];
		for (const text of ["1", "2", "3", "4", "5"]) posted.push(await ada.posts(photos, { text }));
		const third = posted[2]?.id;
		const texts = async (query: string) =>
			(await list(`/channels/${photos.id}/messages?${query}`)).map(({ content }) => content);
		expect(await texts("limit=2")).toEqual(["5", "4"]);
		expect(await texts(`limit=1&before=${third}`)).toEqual(["2"]);
		expect(await texts(`limit=1&after=${third}`)).toEqual(["4"]);
		expect(await texts(`limit=3&around=${third}`)).toEqual(["4", "3", "2"]);
		await expect(texts("limit=101")).rejects.toMatchObject({ code: 50035 });
	});

	test("keep what is attached to them, with its size, behind a link that ends and can be renewed", async () => {
		const message = await ada.posts(photos, { files: [await chelsea()] });
		const [attachment] = (await get(Routes.channelMessage(photos.id, message.id))).attachments;
		expect(attachment).toMatchObject({ filename: "chelsea.png", width: 451, content_type: "image/png" });
		const url = attachment?.url ?? "";
		expect((await fetch(url)).status).toBe(200);
		expect((await fetch(url.replace("hm=", "hm=0"))).status).toBe(404);
		now = new Date(now.getTime() + discord.cdn.linkMs);
		expect((await fetch(url)).status).toBe(404);
		const body = { attachment_urls: [url] };
		// By the route's own documentation.
		const answer = (await rest.post("/attachments/refresh-urls", { body })) as {
			refreshed_urls: { refreshed: string }[];
		};
		expect((await fetch(answer.refreshed_urls[0]?.refreshed ?? "")).status).toBe(200);
		ada.deletes(message);
		expect((await fetch(answer.refreshed_urls[0]?.refreshed ?? "")).status).toBe(404);
	});

	test("with the same enforced nonce are posted once, for as long as it is remembered", async () => {
		const body = { content: "tags", nonce: "marker", enforce_nonce: true };
		const [first, second] = await Promise.all([send(body), send(body)]);
		expect(second.id).toBe(first.id);
		expect(first.nonce).toBe("marker");
		expect((await get(Routes.channelMessage(photos.id, first.id))).nonce).toBeUndefined();
		expect((await send({ ...body, enforce_nonce: false })).id).not.toBe(first.id);
		discord.nonces.ms = 0;
		expect((await send(body)).id).not.toBe(first.id);
	});

	test("answer others, and stand alone where those are gone", async () => {
		const question = await ada.posts(photos, { text: "what?" });
		const message_reference = { message_id: question.id, fail_if_not_exists: false };
		const answer = await send({ content: "that", message_reference });
		expect(answer).toMatchObject({ type: 19, referenced_message: { id: question.id } });
		ada.deletes(question);
		expect(await send({ content: "that", message_reference })).toMatchObject({ type: 0 });
		const strict = { content: "that", message_reference: { message_id: question.id } };
		await expect(send(strict)).rejects.toMatchObject({ code: 50035 });
		expect(await get(Routes.channelMessage(photos.id, answer.id))).toMatchObject({ referenced_message: null });
	});

	test("of components get ids, show their files, and can be changed", async () => {
		const body = {
			flags: MessageFlags.IsComponentsV2,
			components: [
				{
					type: 17,
					id: 77,
					components: [
						{ type: 10, content: "chart" },
						{ type: 12, items: [{ media: { url: "attachment://chart.png" } }] },
						{ type: 1, components: [{ type: 2, style: 1, label: "Yes", custom_id: "yes" }] },
					],
				},
			],
			attachments: [{ id: 0, filename: "chart.png" }],
		};
		const { bytes } = await chelsea();
		const files = [{ name: "chart.png", data: Buffer.from(bytes) }];
		const posted = (await rest.post(Routes.channelMessages(photos.id), { body, files })) as Answered;
		const [container] = (await get(Routes.channelMessage(photos.id, posted.id))).components;
		expect([container?.id, ...(container?.components.map(({ id }) => id) ?? [])]).toEqual([77, 1, 2, 3]);
		const [message] = discord.messages(photos);
		if (!message) throw new Error("nothing was posted");
		expect(textOf(message)).toBe("chart");
		expect(buttonsOf(message).map(({ label }) => label)).toEqual(["Yes"]);
		expect(message.files.map(({ name }) => name)).toEqual(["chart.png"]);

		const changed = {
			flags: MessageFlags.IsComponentsV2,
			components: [{ type: 10, content: "text" }],
			attachments: [],
		};
		const edited = (await rest.patch(Routes.channelMessage(photos.id, posted.id), { body: changed })) as Answered;
		expect(edited.edited_timestamp).not.toBeNull();
		expect([textOf(message), message.files]).toEqual(["text", []]);
		await expect(
			rest.patch(Routes.channelMessage(photos.id, posted.id), { body: { content: "old ways" } }),
		).rejects.toMatchObject({ code: 50035 });
	});

	test("that break a limit are refused, and told of", async () => {
		await expect(send({ content: "x".repeat(2001) })).rejects.toMatchObject({ code: 50035, status: 400 });
		await expect(send({})).rejects.toMatchObject({ status: 400 });
		const twice = { type: 2, style: 1, label: "Yes", custom_id: "yes" };
		await expect(send({ content: "?", components: [{ type: 1, components: [twice, twice] }] })).rejects.toMatchObject({
			code: 50035,
		});
		expect(discord.messages(photos)).toEqual([]);
		expect(discord.complaints()).toHaveLength(3);
	});

	test("of others can't be edited, and are deleted only by who may", async () => {
		const message = await ada.posts(photos, { text: "mine" });
		const route = Routes.channelMessage(photos.id, message.id);
		await expect(rest.patch(route, { body: { content: "ours" } })).rejects.toMatchObject({ code: 50005 });
		await expect(rest.delete(route)).rejects.toMatchObject({ code: 50013 });
		guild.setOverwrites(photos, { bot: { allow: ["ManageMessages"] } });
		await rest.delete(route);
		await expect(rest.get(route)).rejects.toMatchObject({ code: 10008 });
		const two = [await ada.posts(photos, { text: "a" }), await ada.posts(photos, { text: "b" })];
		await rest.post(Routes.channelBulkDelete(photos.id), { body: { messages: two.map(({ id }) => id) } });
		expect(discord.messages(photos)).toEqual([]);
	});

	test("are empty without the Message Content intent, but for those that mention the bot", async () => {
		discord.allowsMessageContent(false);
		await ada.posts(photos, { text: "secret", files: [await chelsea()] });
		await ada.posts(photos, { text: "see", files: [await chelsea()], mention: true });
		const seen = await list(Routes.channelMessages(photos.id));
		expect(seen.map(({ attachments }) => attachments.length)).toEqual([1, 0]);
		expect(seen[1]?.content).toBe("");
	});
});

describe("threads", () => {
	test("hang from a message, once, and open again when someone writes", async () => {
		const message = await ada.posts(photos, { text: "look" });
		const route = Routes.threads(photos.id, message.id);
		const thread = (await rest.post(route, { body: { name: "Tags", auto_archive_duration: 1440 } })) as Answered;
		expect(thread.id).toBe(message.id);
		await expect(rest.post(route, { body: { name: "Tags" } })).rejects.toMatchObject({ code: 160004, status: 400 });
		const channel = message.thread();
		if (!channel) throw new Error("there is no thread");
		const posted = await send({ content: "cat" }, channel);
		expect(await get(Routes.channelMessage(photos.id, message.id))).toMatchObject({ thread: { id: thread.id } });

		discord.archives(channel);
		const edit = rest.patch(Routes.channelMessage(thread.id, posted.id), { body: { content: "dog" } });
		await expect(edit).rejects.toMatchObject({ code: 50083 });
		const archived = (await rest.get(Routes.channelThreads(photos.id, "public"))) as { threads: unknown[] };
		expect(archived.threads).toMatchObject([{ id: thread.id }]);
		await send({ content: "dog" }, channel);
		expect((await get(Routes.channel(thread.id))).thread_metadata?.archived).toBe(false);
	});

	test("of a forum are its posts", async () => {
		const forum = guild.addChannel("forum", { type: 15 });
		const message = await ada.posts(forum, { title: "Birds", text: "what is it?" });
		expect([message.channel.name, message.channel.parent, message.channel.id]).toEqual(["Birds", forum, message.id]);
		await expect(rest.post(Routes.threads(forum.id, message.id), { body: { name: "x" } })).rejects.toMatchObject({
			code: 50024,
		});
		expect(await send({ content: "a robin" }, message.channel)).toMatchObject({ content: "a robin" });
	});
});

test("reactions are put, listed and taken away", async () => {
	const message = await ada.posts(photos, { text: "look" });
	ada.reacts(message, "👍");
	const route = (emoji: string, whose = "@me") =>
		`/channels/${photos.id}/messages/${message.id}/reactions/${encodeURIComponent(emoji)}/${whose}` as const;
	await rest.put(route("👍"));
	await rest.put(route("cat:123"));
	const { reactions } = await get(Routes.channelMessage(photos.id, message.id));
	expect(reactions).toMatchObject([
		{ emoji: { name: "👍" }, count: 2, me: true },
		{ emoji: { name: "cat" }, count: 1, me: true },
	]);
	const users = await list(Routes.channelMessageReaction(photos.id, message.id, encodeURIComponent("👍")));
	expect(users.map(({ id }) => id)).toEqual([discord.bot.id, ada.id]);
	await rest.delete(route("👍"));
	expect(message.reactions.get("👍")).toEqual(new Set([ada.id]));
	await expect(rest.put(route("no emoji"))).rejects.toMatchObject({ code: 10014 });
	await expect(rest.delete(route("👍", ada.id))).rejects.toMatchObject({ code: 50013 });
});
