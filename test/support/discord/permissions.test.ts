import { REST, Routes } from "discord.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeRequest } from "../../../src/chat/discord/request.ts";
import { type Discord, startDiscord } from "./discord.ts";
import { may } from "./permissions.ts";

let discord: Discord;
let rest: REST;
beforeAll(async () => {
	discord = await startDiscord();
	rest = new REST({ makeRequest, api: discord.apiUrl }).setToken(discord.token);
});
afterAll(() => discord.close());

test("overwrites of everyone, of roles and of a member are applied in this order", () => {
	const guild = discord.addGuild();
	guild.addRole("judges", []);
	const ada = guild.addMember("ada", { roles: ["judges"] });
	const bob = guild.addMember("bob");
	const channel = guild.addChannel("jury", {
		overwrites: {
			everyone: { deny: ["ViewChannel"] },
			judges: { allow: ["ViewChannel"], deny: ["SendMessages"] },
			ada: { allow: ["SendMessages"] },
		},
	});
	expect(may(channel, ada.user, "ViewChannel", "SendMessages")).toBe(true);
	expect(may(channel, bob.user, "SendMessages")).toBe(false);
	const carl = guild.addMember("carl", { roles: ["judges"] });
	expect([may(channel, carl.user, "ViewChannel"), may(channel, carl.user, "SendMessages")]).toEqual([true, false]);
	const admin = guild.addMember("dora", { permissions: ["Administrator"] });
	expect(may(channel, admin.user, "ViewChannel", "ManageMessages")).toBe(true);
});

test("what the bot may not do is refused with Discord's own codes", async () => {
	const guild = discord.addGuild();
	const ada = guild.addMember("ada");
	const channel = guild.addChannel("photos");
	const message = await ada.posts(channel, { text: "look" });
	const tries = {
		view: () => rest.get(Routes.channelMessages(channel.id)),
		post: () => rest.post(Routes.channelMessages(channel.id), { body: { content: "hi" } }),
		file: () =>
			rest.post(Routes.channelMessages(channel.id), {
				body: { content: "hi" },
				files: [{ name: "a.txt", data: "a" }],
			}),
		reply: () =>
			rest.post(Routes.channelMessages(channel.id), {
				body: { content: "hi", message_reference: { message_id: message.id } },
			}),
		thread: () => rest.post(Routes.threads(channel.id, message.id), { body: { name: "Tags" } }),
		react: () => rest.put(Routes.channelMessageOwnReaction(channel.id, message.id, encodeURIComponent("🎉"))),
	};
	const cases = [
		["ViewChannel", "view", 50001, 403],
		["SendMessages", "post", 50013, 403],
		["AttachFiles", "file", 50013, 403],
		["ReadMessageHistory", "reply", 160002, 400],
		["CreatePublicThreads", "thread", 50013, 403],
		["AddReactions", "react", 50013, 403],
	] as const;
	for (const [permission, what, code, status] of cases) {
		guild.setOverwrites(channel, { bot: { deny: [permission] } });
		await expect(tries[what](), permission).rejects.toMatchObject({ code, status });
	}
	guild.setOverwrites(channel, { bot: { deny: ["ReadMessageHistory"] } });
	expect(await tries.view()).toEqual([]);
	guild.setOverwrites(channel, {});
	for (const attempt of Object.values(tries)) await attempt();
});

test("a server that the bot isn't in, and a conversation without it, are closed to it", async () => {
	const guild = discord.addGuild({ bot: false });
	const channel = guild.addChannel("photos");
	const talk = discord.addConversation(guild.addMember("ada"), guild.addMember("bob"));
	await expect(rest.get(Routes.guild(guild.id))).rejects.toMatchObject({ code: 10004 });
	await expect(rest.get(Routes.channel(channel.id))).rejects.toMatchObject({ code: 50001 });
	await expect(rest.get(Routes.channelMessages(talk.id))).rejects.toMatchObject({ code: 50001 });
	await expect(rest.get(Routes.channel("1"))).rejects.toMatchObject({ code: 10003, status: 404 });
});

test("what a person may not do can't be told of them", async () => {
	const guild = discord.addGuild();
	const ada = guild.addMember("ada");
	const bob = guild.addMember("bob", { permissions: ["ManageMessages"] });
	const quiet = guild.addChannel("quiet", { overwrites: { ada: { deny: ["SendMessages"] } } });
	await expect(ada.posts(quiet, { text: "psst" })).rejects.toThrow("ada lacks SendMessages in quiet");
	const message = await bob.posts(quiet, { text: "shh" });
	expect(() => ada.deletes(message)).toThrow("ada lacks ManageMessages");
});
