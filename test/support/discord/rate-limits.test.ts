import { REST, Routes } from "discord.js";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeRequest } from "../../../src/chat/discord/request.ts";
import { type Discord, startDiscord } from "./discord.ts";
import type { Channel } from "./records.ts";

let discord: Discord;
let photos: Channel;
beforeEach(async () => {
	discord = await startDiscord();
	photos = discord.addGuild().addChannel("photos");
});
afterEach(() => discord.close());

const client = (retries = 3) =>
	new REST({ makeRequest, api: discord.apiUrl, retries, timeout: 500 }).setToken(discord.token);
const post = (rest: REST, content: string) => rest.post(Routes.channelMessages(photos.id), { body: { content } });
const said = () => discord.messages(photos).map(({ content }) => content);
const plain = () => fetch(`${discord.apiUrl}/v10/users/@me`, { headers: { authorization: `Bot ${discord.token}` } });

test("a bucket's headers keep one client below its limit", async () => {
	discord.rest.limit("POST /channels/:channel/messages", { calls: 2, ms: 300 });
	const rest = client();
	for (const text of ["1", "2", "3", "4", "5"]) await post(rest, text);
	expect(said()).toEqual(["1", "2", "3", "4", "5"]);
	expect(discord.rest.limits.refused).toBe(0);
});

test("two clients that know nothing of each other run into it, and wait as they are told", async () => {
	discord.rest.limit("POST /channels/:channel/messages", { calls: 1, ms: 1000 });
	await Promise.all([post(client(), "a"), post(client(), "b")]);
	expect(said().sort()).toEqual(["a", "b"]);
	expect(discord.rest.limits.refused).toBeGreaterThan(0);
	expect(discord.rest.limits.invalid).toBe(discord.rest.limits.refused);
});

test("buckets of two channels are apart", async () => {
	const other = discord.addGuild().addChannel("other");
	discord.rest.limit("POST /channels/:channel/messages", { calls: 1, ms: 60_000 });
	const rest = client();
	await post(rest, "a");
	await rest.post(Routes.channelMessages(other.id), { body: { content: "b" } });
	expect(discord.rest.limits.refused).toBe(0);
});

test("the global limit is of all routes together, and says that it is", async () => {
	discord.rest.limits.global = { calls: 2, ms: 60_000 };
	await plain();
	await plain();
	const refused = await plain();
	expect(refused.status).toBe(429);
	expect(refused.headers.get("x-ratelimit-global")).toBe("true");
	expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
	expect(await refused.json()).toMatchObject({ global: true });
	discord.rest.limits.lift();
	expect((await plain()).status).toBe(200);
});

test("who makes too many invalid requests is banned", async () => {
	discord.rest.limits.invalidMost = 2;
	for (let i = 0; i < 2; i++) expect((await fetch(`${discord.apiUrl}/v10/users/@me`)).status).toBe(401);
	const banned = await plain();
	expect([banned.status, await banned.text()]).toEqual([429, "error code: 1015"]);
});

test("calls go wrong as a test asks, before or after they did what they were for", async () => {
	const route = "POST /channels/:channel/messages";
	discord.fails(route, "500 before");
	await post(client(), "1");
	expect(said()).toEqual(["1"]);
	discord.fails(route, "500 after");
	await post(client(), "2");
	expect(said()).toEqual(["1", "2", "2"]);
	discord.fails(route, "cut after");
	await expect(post(client(0), "3")).rejects.toThrow();
	discord.fails(route, "cut before");
	await expect(post(client(0), "4")).rejects.toThrow();
	discord.fails(route, "never before");
	await expect(post(client(0), "5")).rejects.toThrow("aborted");
	discord.fails(route, "429 without retry-after");
	await post(client(), "6");
	expect(said()).toEqual(["1", "2", "2", "3", "6"]);
	expect(discord.rest.faults.made).toBe(6);
	expect(discord.calls(route).map(({ status }) => status)).toEqual([
		500,
		200,
		500,
		200,
		undefined,
		undefined,
		undefined,
		429,
		200,
	]);
});
