import { ChannelType, REST, Routes } from "discord.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeRequest } from "../../../src/chat/discord/request.ts";
import { type Discord, startDiscord } from "./discord.ts";

let discord: Discord;
let rest: REST;
beforeAll(async () => {
	discord = await startDiscord();
	rest = new REST({ makeRequest, api: discord.apiUrl, retries: 0 }).setToken(discord.token);
});
afterAll(() => discord.close());

test("a thread of the bot's own is renamed, archived and opened; others need a permission", async () => {
	const guild = discord.addGuild();
	const photos = guild.addChannel("photos");
	const body = { name: "Review", type: ChannelType.PublicThread };
	// These routes answer with threads.
	const { id } = (await rest.post(Routes.threads(photos.id), { body })) as { id: string };
	await rest.patch(Routes.channel(id), { body: { name: "Reviewed", archived: true } });
	expect(await rest.get(Routes.channel(id))).toMatchObject({ name: "Reviewed", thread_metadata: { archived: true } });
	await expect(rest.patch(Routes.channel(id), { body: { name: "Again" } })).rejects.toMatchObject({ code: 50083 });
	await rest.patch(Routes.channel(id), { body: { archived: false } });
	expect(await rest.get(Routes.guildActiveThreads(guild.id))).toMatchObject({ threads: [{ id }] });

	const foreign = guild.addMember("ada").opensThread(photos, "Mine");
	await expect(rest.patch(Routes.channel(foreign.id), { body: { name: "Ours" } })).rejects.toMatchObject({
		code: 50013,
	});
	if (foreign.thread) foreign.thread.locked = true;
	const post = rest.post(Routes.channelMessages(foreign.id), { body: { content: "hi" } });
	await expect(post).rejects.toMatchObject({ code: 160005 });
});

test("to write in threads is a permission of its own, and writing in the channel none", async () => {
	const guild = discord.addGuild();
	const photos = guild.addChannel("photos", { overwrites: { bot: { deny: ["SendMessages"] } } });
	const thread = guild.addMember("ada").opensThread(photos, "Mine");
	const post = () => rest.post(Routes.channelMessages(thread.id), { body: { content: "hi" } });
	await post();
	guild.setOverwrites(photos, { bot: { deny: ["SendMessagesInThreads"] } });
	await expect(post()).rejects.toMatchObject({ code: 50013 });
	expect(discord.messages(thread)).toHaveLength(1);
});

test("a forum takes posts, and no messages", async () => {
	const forum = discord.addGuild().addChannel("forum", { type: ChannelType.GuildForum });
	const body = { name: "Birds", message: { content: "a robin" } };
	const made = (await rest.post(Routes.threads(forum.id), { body })) as { id: string; message: { id: string } };
	expect(made.message.id).toBe(made.id);
	const thread = discord.world.channels.get(made.id);
	expect(thread && discord.messages(thread).map(({ content }) => content)).toEqual(["a robin"]);
	const plain = rest.post(Routes.channelMessages(forum.id), { body: { content: "hi" } });
	await expect(plain).rejects.toMatchObject({ code: 50024 });
});
