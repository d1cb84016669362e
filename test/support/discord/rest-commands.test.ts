import { type APIApplication, type APIApplicationCommand, REST, Routes } from "discord.js";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { makeRequest } from "../../../src/chat/discord/request.ts";
import { type Discord, startDiscord } from "./discord.ts";

let discord: Discord;
let rest: REST;
beforeAll(async () => {
	discord = await startDiscord();
	rest = new REST({ makeRequest, api: discord.apiUrl }).setToken(discord.token);
});
afterAll(() => discord.close());
beforeEach(() => discord.commands.clear());

const all = () => Routes.applicationCommands(discord.applicationId);
const one = (id: string) => Routes.applicationCommand(discord.applicationId, id);
const classify = { name: "classify", description: "Say which fits" };
const labels = { type: 3, name: "labels", description: "What to choose from", required: false, autocomplete: true };

/** These routes answer with commands. */
const list = async (route: `/${string}`) => (await rest.get(route)) as APIApplicationCommand[];
const put = async (...body: object[]) => (await rest.put(all(), { body })) as APIApplicationCommand[];

test("commands come back with what was left out, and without what is off", async () => {
	const [command] = await put({ ...classify, options: [labels] });
	expect(command).toMatchObject({
		type: 1,
		application_id: discord.applicationId,
		default_member_permissions: null,
		integration_types: [0],
		contexts: null,
		nsfw: false,
	});
	expect(command?.options).toEqual([
		{ type: 3, name: "labels", description: "What to choose from", autocomplete: true },
	]);
	expect(await list(all())).toEqual([command]);
});

test("overwriting all keeps the ids of those that stay, and drops the others", async () => {
	const [first] = await put(classify, { name: "stats", description: "Numbers" });
	const [again, shortcut] = await put(
		{ ...classify, description: "Changed" },
		{ name: "Classify this image", type: 3 },
	);
	expect(again?.id).toBe(first?.id);
	expect(again?.version).not.toBe(first?.version);
	expect((await list(all())).map(({ name }) => name)).toEqual(["classify", "Classify this image"]);
	expect(shortcut).toMatchObject({ type: 3, description: "" });
});

test("one command is made, replaced by name, changed and deleted", async () => {
	const made = (await rest.post(all(), { body: classify })) as APIApplicationCommand;
	const replaced = (await rest.post(all(), { body: { ...classify, options: [labels] } })) as APIApplicationCommand;
	expect([replaced.id, replaced.options?.length]).toEqual([made.id, 1]);
	await rest.patch(one(made.id), { body: { description: "Changed" } });
	expect(await rest.get(one(made.id))).toMatchObject({ description: "Changed", options: [{ name: "labels" }] });
	await rest.delete(one(made.id));
	await expect(rest.get(one(made.id))).rejects.toMatchObject({ code: 10063, status: 404 });
});

test("those of a server are apart from the global ones", async () => {
	const guild = discord.addGuild();
	const ofGuild = Routes.applicationGuildCommands(discord.applicationId, guild.id);
	await rest.put(ofGuild, { body: [classify] });
	expect(await list(all())).toEqual([]);
	expect(await list(ofGuild)).toMatchObject([{ name: "classify", guild_id: guild.id }]);
	const elsewhere = Routes.applicationGuildCommands(discord.applicationId, discord.addGuild({ bot: false }).id);
	await expect(rest.get(elsewhere)).rejects.toMatchObject({ code: 10004 });
});

test("what Discord wouldn't register isn't", async () => {
	await expect(put({ ...classify, name: "Classify" })).rejects.toMatchObject({ code: 50035 });
	await expect(put({ ...classify, description: "x".repeat(101) })).rejects.toMatchObject({ code: 50035 });
	await expect(rest.get(Routes.applicationCommands("123456789012345678"))).rejects.toMatchObject({ code: 10002 });
});

test("the app says who it is, and which intent it has", async () => {
	const about = async () => (await rest.get(Routes.currentApplication())) as APIApplication;
	expect(await about()).toMatchObject({ id: discord.applicationId, verify_key: discord.publicKey, flags: 1 << 19 });
	discord.allowsMessageContent(false);
	expect((await about()).flags).toBe(0);
	discord.allowsMessageContent(true);
});

test("a wrong token is told so", async () => {
	const stranger = new REST({ makeRequest, api: discord.apiUrl }).setToken("wrong");
	await expect(stranger.get(Routes.user())).rejects.toMatchObject({ status: 401 });
});

test("servers, their channels, roles and members are read", async () => {
	const guild = discord.addGuild({ name: "Readers" });
	guild.addRole("judges", ["ManageMessages"]);
	const ada = guild.addMember("ada", { roles: ["judges"] });
	const channel = guild.addChannel("books", { overwrites: { judges: { deny: ["SendMessages"] } } });
	const roles = (await rest.get(Routes.guildRoles(guild.id))) as { id: string; name: string }[];
	const judges = roles.find(({ name }) => name === "judges");
	expect(await rest.get(Routes.guild(guild.id))).toMatchObject({ name: "Readers" });
	expect(await rest.get(Routes.guildMember(guild.id, ada.id))).toMatchObject({ roles: [judges?.id] });
	expect(await rest.get(Routes.guildChannels(guild.id))).toMatchObject([
		{ id: channel.id, permission_overwrites: [{ id: judges?.id, allow: "0", deny: "2048" }] },
	]);
	await expect(rest.get(Routes.guildMember(guild.id, "1"))).rejects.toMatchObject({ code: 10007 });
	const dm = (await rest.post(Routes.userChannels(), { body: { recipient_id: ada.id } })) as { id: string };
	await rest.post(Routes.channelMessages(dm.id), { body: { content: "hello" } });
	expect(discord.messages(ada.dm()).map(({ content }) => content)).toEqual(["hello"]);
	const stranger = discord.addPerson("mallory");
	const closed = rest.post(Routes.userChannels(), { body: { recipient_id: stranger.id } });
	await expect(closed).rejects.toMatchObject({ code: 50007 });
});

test("a private thread is closed to the bot until it is let in", async () => {
	const guild = discord.addGuild();
	const ada = guild.addMember("ada", { permissions: ["CreatePrivateThreads"] });
	const thread = ada.opensThread(guild.addChannel("photos"), "secret", true);
	await ada.posts(thread, { text: "psst" });
	await expect(rest.get(Routes.channelMessages(thread.id))).rejects.toMatchObject({ code: 50001 });
	thread.thread?.members.add(discord.bot.id);
	expect(await rest.get(Routes.channelMessages(thread.id))).toMatchObject([{ content: "psst" }]);
});
