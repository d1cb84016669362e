import { Client, Events, GatewayIntentBits as Intents, type Message, MessageFlags, Partials } from "discord.js";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { makeRequest } from "../../../src/chat/discord/request.ts";
import { type Discord, startDiscord } from "./discord.ts";
import type { Server } from "./guilds.ts";
import type { Person } from "./people.ts";
import type { Channel } from "./records.ts";

const ALL = [
	Intents.Guilds,
	Intents.GuildMessages,
	Intents.GuildMessageReactions,
	Intents.DirectMessages,
	Intents.MessageContent,
];

let discord: Discord;
let guild: Server;
let photos: Channel;
let ada: Person;
let client: Client;

beforeEach(async () => {
	discord = await startDiscord({ checksBodies: false });
	guild = discord.addGuild({ name: "Photographers" });
	photos = guild.addChannel("photos");
	ada = guild.addMember("ada");
});

afterEach(async () => {
	await client.destroy();
	await discord.close();
});

const png = { name: "cat.png", bytes: new Uint8Array([1, 2, 3]) };

async function login(intents = ALL): Promise<Client<true>> {
	client = new Client({
		intents,
		partials: [Partials.Reaction, Partials.Message, Partials.Channel],
		rest: { makeRequest, api: discord.apiUrl },
	});
	const ready = new Promise<Client<true>>((resolve) => client.once(Events.ClientReady, resolve));
	await client.login(discord.token);
	return await ready;
}

/** The next messages of people, as discord.js gives them. */
function heard(): Message[] {
	const messages: Message[] = [];
	client.on(Events.MessageCreate, (message) => void (message.author.id !== client.user?.id && messages.push(message)));
	return messages;
}

test("discord.js logs in, reads an attachment, and answers once in a thread", async () => {
	const ready = await login();
	expect(ready.user.id).toBe(discord.applicationId);
	expect(ready.guilds.cache.get(guild.id)?.name).toBe("Photographers");
	const messages = heard();
	const posted = await ada.posts(photos, { text: "look", files: [png] });
	await vi.waitFor(() => expect(messages).toHaveLength(1));
	const [message] = messages;
	const attachment = message?.attachments.first();
	expect(message?.content).toBe("look");
	expect(new Uint8Array(await (await fetch(attachment?.url ?? "")).arrayBuffer())).toEqual(png.bytes);

	const thread = await message?.startThread({ name: "Tags", autoArchiveDuration: 1440 });
	const answer = { content: "a cat", nonce: "marker", enforceNonce: true };
	const first = await thread?.send(answer);
	const again = await thread?.send(answer);
	expect(again?.id).toBe(first?.id);
	await first?.react("👍");
	const said = discord.messages(posted.thread() ?? photos).filter(({ author }) => author === discord.bot);
	expect(said.map(({ content, reactions }) => [content, [...reactions.keys()]])).toEqual([["a cat", ["👍"]]]);
	expect(discord.complaints()).toEqual([]);
});

test("reactions, edits and deletions are told", async () => {
	await login();
	const told: string[] = [];
	client.on(Events.MessageReactionAdd, ({ emoji }, user) => void told.push(`${user.id === ada.id} + ${emoji.name}`));
	client.on(Events.MessageReactionRemove, ({ emoji }) => void told.push(`- ${emoji.name}`));
	client.on(Events.MessageUpdate, (_, message) => void told.push(`edited ${message.content}`));
	client.on(Events.MessageDelete, ({ id }) => void told.push(`deleted ${id}`));
	client.on(Events.MessageBulkDelete, ({ size }) => void told.push(`deleted ${size}`));
	client.on(Events.ChannelDelete, ({ id }) => void told.push(`channel ${id === photos.id}`));
	client.on(Events.GuildDelete, ({ id }) => void told.push(`guild ${id === guild.id}`));
	const message = await ada.posts(photos, { text: "hello" });
	ada.reacts(message, "👍");
	ada.unreacts(message, "👍");
	ada.edits(message, "goodbye");
	ada.deletes(message);
	ada.deletes(await ada.posts(photos, { text: "one" }), await ada.posts(photos, { text: "two" }));
	guild.removesChannel(photos);
	guild.removesBot();
	const expected = [
		"true + 👍",
		"- 👍",
		"edited goodbye",
		`deleted ${message.id}`,
		"deleted 2",
		"channel true",
		"guild true",
	];
	await vi.waitFor(() => expect(told).toEqual(expected));
});

test("what was posted while the connection was broken is told once it is resumed", async () => {
	await login();
	const messages = heard();
	discord.gateway.dropAfter(2);
	for (const text of ["1", "2", "3", "4"]) await ada.posts(photos, { text });
	expect(discord.gateway.connected).toBe(false);
	await discord.gateway.ready();
	await vi.waitFor(() => expect(messages.map(({ content }) => content)).toEqual(["1", "2", "3", "4"]));
	expect([discord.gateway.identified, discord.gateway.resumed]).toEqual([1, 1]);
});

test("what was posted in between is lost where the session can't be resumed", async () => {
	await login();
	const messages = heard();
	discord.gateway.drop({ resumable: false });
	await ada.posts(photos, { text: "lost" });
	await discord.gateway.ready();
	await ada.posts(photos, { text: "heard" });
	await vi.waitFor(() => expect(messages.map(({ content }) => content)).toEqual(["heard"]));
	expect([discord.gateway.identified, discord.gateway.resumed]).toEqual([2, 0]);
});

test("a server that asks to reconnect is resumed", async () => {
	await login();
	const messages = heard();
	discord.gateway.askToReconnect();
	await vi.waitFor(() => expect(discord.gateway.resumed).toBe(1), { timeout: 5000 });
	await ada.posts(photos, { text: "still here" });
	await vi.waitFor(() => expect(messages).toHaveLength(1));
});

test("without the Message Content intent only what is meant for the bot has content", async () => {
	await login(ALL.filter((intent) => intent !== Intents.MessageContent));
	const messages = heard();
	await ada.posts(photos, { text: "secret", files: [png] });
	await ada.posts(photos, { text: "for you", files: [png], mention: true });
	await ada.posts(ada.dm(), { text: "just us", files: [png] });
	await vi.waitFor(() => expect(messages).toHaveLength(3));
	const seen = messages.map(({ content, attachments }) => [content, attachments.size]);
	expect(seen).toEqual([
		["", 0],
		[`<@${discord.bot.id}> for you`, 1],
		["just us", 1],
	]);
});

test("an app without the Message Content intent is closed out when it asks for it", async () => {
	discord.allowsMessageContent(false);
	await expect(login()).rejects.toThrow("disallowed intents");
});

test("events come only by the intents asked for, and of channels that the bot sees", async () => {
	await login([Intents.Guilds, Intents.GuildMessages]);
	const messages = heard();
	const hidden = guild.addChannel("hidden", { overwrites: { bot: { deny: ["ViewChannel"] } } });
	await ada.posts(hidden, { text: "hidden" });
	await ada.posts(ada.dm(), { text: "direct" });
	await ada.posts(photos, { text: "seen", more: { flags: MessageFlags.SuppressNotifications } });
	await vi.waitFor(() => expect(messages).toHaveLength(1));
	expect(messages[0]?.channelId).toBe(photos.id);
});
