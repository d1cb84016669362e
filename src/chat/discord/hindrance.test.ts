import { ChannelType } from "discord.js";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Overwrites, Server } from "../../../test/support/discord/guilds.ts";
import type { Channel } from "../../../test/support/discord/records.ts";
import { type DiscordBot, startDiscordBot } from "../../../test/support/discord-port.ts";
import type { ChatPort } from "../port.ts";

let bot: DiscordBot;
let port: ChatPort;
let guild: Server;
let photos: Channel;
beforeEach(async () => {
	bot = await startDiscordBot();
	port = bot.newPort();
	guild = bot.discord.addGuild();
	photos = guild.addChannel("photos");
});
afterEach(() => bot.close());

type From = Parameters<NonNullable<ChatPort["hindrance"]>>[1];
const hindrance = (from: From, { id } = photos, workspace = guild.id) =>
	port.hindrance?.({ platform: "discord", workspace, channel: id }, from);
const without = (...deny: NonNullable<Overwrites[string]["deny"]>) => ({ bot: { deny } });
const ALLOW = "Someone who manages the channel can allow it in its settings.";

test("nothing keeps it from what it was invited for, nor from anything in a conversation", async () => {
	expect(await hindrance("answering")).toBeUndefined();
	expect(await hindrance("answering", photos, "dm-7")).toBeUndefined();
});

test("a channel that it can't see is named with what is missing, and no longer once it can", async () => {
	expect(await hindrance("seeing")).toBeUndefined();
	guild.setOverwrites(photos, without("ViewChannel"));
	bot.later(61_000);
	const words = `I can't see what is posted here. I need “View Channel” in #photos. ${ALLOW}`;
	for (const from of ["seeing", "answering"] as const) expect(await hindrance(from)).toBe(words);
	guild.setOverwrites(photos, {});
	bot.later(61_000);
	expect(await hindrance("seeing")).toBeUndefined();
});

test("in a voice channel's chat it needs to be allowed to connect", async () => {
	const voice = guild.addChannel("voice", { type: ChannelType.GuildVoice, overwrites: without("Connect") });
	expect(await hindrance("seeing", voice)).toContain("I need “Connect” in #voice.");
});

test("it can answer where it may reply, or open threads; else it says what is missing", async () => {
	const mute = guild.addChannel("mute", { overwrites: without("SendMessages", "CreatePublicThreads") });
	const voice = guild.addChannel("voice", { type: ChannelType.GuildVoice, overwrites: without("SendMessages") });
	const overwrites = without("SendMessagesInThreads");
	const forum = guild.addChannel("forum", { type: ChannelType.GuildForum, overwrites });
	for (const lacking of [without("SendMessages"), overwrites]) {
		guild.setOverwrites(photos, lacking);
		bot.later(61_000);
		expect(await hindrance("answering")).toBeUndefined();
	}
	expect(await hindrance("seeing", mute)).toBeUndefined();
	const words = `I can't answer the images that are posted here. I need “Send Messages” in #mute. ${ALLOW}`;
	expect(await hindrance("answering", mute)).toBe(words);
	expect(await hindrance("answering", voice)).toContain("“Send Messages”");
	expect(await hindrance("answering", forum)).toContain("“Send Messages in Threads”");
});

test("without Message Content it sees what is posted to it alone, and says who can change that", async () => {
	port = bot.newPort({ messageContent: false });
	expect(await hindrance("seeing")).toContain("whoever runs me has switched Message Content off");
	expect(await hindrance("seeing", photos, "dm-7")).toBeUndefined();
});

test("while Discord is away, nothing is said", async () => {
	bot.discord.fails(/^GET /, "500 before", 20);
	expect(await hindrance("answering")).toBeUndefined();
	expect(bot.lines.join()).toContain("could not be told");
});
