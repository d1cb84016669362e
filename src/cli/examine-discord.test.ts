import { afterEach, beforeEach, expect, test } from "vitest";
import { type Discord, startDiscord } from "../../test/support/discord/discord.ts";
import { registerCommands } from "../chat/discord/register.ts";
import type { DiscordConfig } from "../config.ts";
import {
	commandsAreRegistered,
	howToInstall,
	interactionsArrive,
	readApplication,
	seesImages,
	tokenFits,
} from "./examine-discord.ts";

let discord: Discord;
let config: DiscordConfig;
beforeEach(async () => {
	discord = await startDiscord();
	const { token, applicationId, publicKey, apiUrl } = discord;
	config = { token, applicationId, publicKey, apiUrl, messageContent: true };
});
afterEach(() => discord.close());

test("token and application go together, and it says in how many servers the bot is", async () => {
	const application = await readApplication(config);
	expect(tokenFits(application, config)).toMatch(/in no server\.$/);
	discord.addGuild();
	expect(tokenFits(await readApplication(config), config)).toMatch(/in 1 server\.$/);
	const other = { ...config, applicationId: "613425648685547541" };
	expect(() => tokenFits(application, other)).toThrow(expect.objectContaining({ code: "discord.wrong-application" }));
});

test("the links for a server and for a person are told, also once the bot is in a server", async () => {
	discord.addGuild();
	const application = await readApplication(config);
	const link = `https://discord.com/oauth2/authorize?client_id=${discord.applicationId}`;
	expect(howToInstall(application)).toContain(
		`${link}&integration_type=0&scope=bot+applications.commands&permissions=`,
	);
	expect(howToInstall(application)).toContain(`${link}&integration_type=1&scope=applications.commands`);
	const forServers = howToInstall({ ...application, integration_types_config: { 0: {} } });
	expect(forServers).toContain(`${link}&integration_type=0`);
	expect(forServers).not.toContain("integration_type=1");
	expect(forServers).toContain("User Install");
});

test("a wrong token, and an API that isn't there, are told apart", async () => {
	await expect(readApplication({ ...config, token: "x" })).rejects.toMatchObject({ code: "discord.bad-token" });
	const nowhere = { ...config, apiUrl: "http://127.0.0.1:9/api" };
	await expect(readApplication(nowhere)).rejects.toMatchObject({ code: "discord.unreachable" });
});

test("without the Message Content intent it says what is lost, and where to switch it on", async () => {
	expect(seesImages(await readApplication(config), config)).toContain("sees the images that people post");
	discord.allowsMessageContent(false);
	const without = await readApplication(config);
	expect(() => seesImages(without, config)).toThrow(expect.objectContaining({ code: "discord.intent-missing" }));
	expect(seesImages(without, { ...config, messageContent: false })).toContain("nothing is tagged by itself");
});

test("interactions come by HTTP only with the right key, and else by the gateway", async () => {
	const application = await readApplication(config);
	const { publicKey: _, ...keyless } = config;
	const byHttp = { ...application, interactions_endpoint_url: "https://bot.example/discord/interactions" };
	const foreign = { ...config, publicKey: "0".repeat(64) };
	expect(interactionsArrive(application, keyless)).toContain("by the gateway");
	expect(interactionsArrive(application, config)).toContain("by the gateway");
	expect(interactionsArrive(byHttp, config)).toContain("https://bot.example/discord/interactions");
	expect(() => interactionsArrive(byHttp, keyless)).toThrow(expect.objectContaining({ code: "discord.no-key" }));
	expect(() => interactionsArrive(byHttp, foreign)).toThrow(expect.objectContaining({ code: "discord.wrong-key" }));
});

test("commands that aren't registered as they should be are counted", async () => {
	await expect(commandsAreRegistered(config)).rejects.toMatchObject({ code: "discord.not-registered" });
	const { added } = await registerCommands(config);
	expect(added.length).toBeGreaterThan(10);
	expect(await commandsAreRegistered(config)).toBe(`all ${added.length} commands are registered.`);
});
