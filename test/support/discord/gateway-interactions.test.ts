import { Client, Events, GatewayIntentBits, MessageFlags, REST, Routes } from "discord.js";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeRequest } from "../../../src/chat/discord/request.ts";
import { type Discord, startDiscord } from "./discord.ts";
import type { Person } from "./people.ts";
import { textOf } from "./reading.ts";
import type { Channel } from "./records.ts";

let discord: Discord;
let photos: Channel;
let ada: Person;
let client: Client;

beforeEach(async () => {
	discord = await startDiscord({ answerMs: 1000, checksBodies: false });
	const guild = discord.addGuild();
	photos = guild.addChannel("photos");
	ada = guild.addMember("ada");
	client = new Client({ intents: [GatewayIntentBits.Guilds], rest: { makeRequest, api: discord.apiUrl } });
	const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve));
	await client.login(discord.token);
	await ready;
	const image = { type: 11, name: "image1", description: "An image", required: true };
	const body = [{ name: "classify", description: "Say which fits", options: [image] }];
	await client.rest.put(Routes.applicationCommands(discord.applicationId), { body });
});

afterEach(async () => {
	await client.destroy();
	await discord.close();
});

const png = { name: "cat.png", bytes: new Uint8Array([1, 2, 3]) };

test("discord.js answers a command with a file, and again", async () => {
	client.on(Events.InteractionCreate, async (interaction) => {
		if (!interaction.isChatInputCommand()) return;
		const { name } = interaction.options.getAttachment("image1", true);
		await interaction.deferReply();
		const files = [{ name: "bars.txt", attachment: Buffer.from("bars") }];
		await interaction.editReply({ content: `read ${name}`, files });
		await interaction.followUp({ content: "psst", flags: MessageFlags.Ephemeral });
	});
	const interaction = await ada.runs("classify", { image1: png }, photos);
	expect(interaction.outcome).toBe("answered");
	await expect.poll(() => ada.sees(photos).map(textOf)).toEqual(["read cat.png", "psst"]);
	expect(discord.messages(photos)[0]?.files.map(({ name }) => name)).toEqual(["bars.txt"]);
	expect(discord.complaints()).toEqual([]);
});

test("a command that was answered can't be answered again, nor one that waited too long", async () => {
	const rest = new REST({ makeRequest, api: discord.apiUrl, retries: 0 }).setToken(discord.token);
	const callback = (id: string, token: string) =>
		rest.post(Routes.interactionCallback(id, token), { body: { type: 4, data: { content: "hi" } } });
	client.once(Events.InteractionCreate, ({ id, token }) => void callback(id, token));
	const answered = await ada.runs("classify", { image1: png }, photos);
	await expect(callback(answered.id, answered.token)).rejects.toMatchObject({ code: 40060, status: 400 });
	const late = await ada.runs("classify", { image1: png }, photos);
	expect(late.outcome).toBe("late");
	await expect(callback(late.id, late.token)).rejects.toMatchObject({ code: 10062, status: 404 });
	expect(discord.messages(photos)).toHaveLength(1);
});
