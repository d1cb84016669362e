import { ChannelType } from "discord.js";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Server } from "../../../test/support/discord/guilds.ts";
import type { Person } from "../../../test/support/discord/people.ts";
import type { Channel, Message } from "../../../test/support/discord/records.ts";
import { type DiscordBot, startDiscordBot } from "../../../test/support/discord-port.ts";
import type { ChannelRef } from "../event.ts";
import type { ChatPort } from "../port.ts";
import { messageIdIn } from "./ids.ts";

let bot: DiscordBot;
let port: ChatPort;
let guild: Server;
let photos: Channel;
let ada: Person;
beforeEach(async () => {
	bot = await startDiscordBot();
	port = bot.newPort();
	guild = bot.discord.addGuild();
	photos = guild.addChannel("photos");
	ada = guild.addMember("ada");
});
afterEach(() => bot.close());

let names = 0;
const posts = (channel: Channel, person = ada) => {
	return person.posts(channel, { files: [{ name: `${++names}.png`, bytes: new Uint8Array([1]) }] });
};
const idOf = ({ channel, id }: Message) => messageIdIn(channel.parent ? channel.id : undefined, id);
const history = async (channel: ChannelRef, before: string | undefined, limit: number) => {
	return (await port.history?.(channel, before, limit)) ?? [];
};

/** Step by step, as a backfill walks. */
async function walk(channel: ChannelRef): Promise<string[]> {
	const found: string[] = [];
	for (;;) {
		const [older] = await history(channel, found.at(-1), 1);
		if (!older) return found;
		found.push(older.message);
	}
}

test("a channel's images are walked through with those of its threads, newest first, open or closed", async () => {
	const first = await posts(photos);
	await ada.posts(photos, { text: "no image" });
	const open = ada.opensThread(photos, "open");
	const inOpen = await posts(open);
	const closed = ada.opensThread(photos, "closed");
	const inClosed = await posts(closed);
	const second = await posts(photos);
	const lateInOpen = await posts(open);
	bot.discord.archives(closed);
	const other = guild.addChannel("other");
	await posts(other);

	const all = [lateInOpen, second, inClosed, inOpen, first].map(idOf);
	expect(await walk(bot.placeOf(photos))).toEqual(all);
	expect((await history(bot.placeOf(photos), undefined, 3)).map(({ message }) => message)).toEqual(all.slice(0, 3));
	expect(bot.discord.complaints()).toEqual([]);
});

test("each message comes with who posted it, where, when and what", async () => {
	const thread = ada.opensThread(photos, "cats");
	const message = await ada.posts(thread, { files: [{ name: "c\0at.png", bytes: new Uint8Array([1]) }] });
	const [found] = await history(bot.placeOf(photos), undefined, 1);
	expect(found).toMatchObject({
		...bot.placeOf(thread),
		message: `${thread.id}/${message.id}`,
		time: "2026-03-01T12:00:00.000Z",
		actor: { id: ada.id, name: "Ada", isBot: false },
		attachments: [{ name: "cat.png", url: expect.stringContaining(bot.discord.cdn.origin) }],
	});
});

test("the bot's own pictures are left out, other bots' are there, and the threads of its answers cost no call", async () => {
	const robot = guild.addMember("robot", { bot: true });
	const theirs = await posts(photos, robot);
	const tagged = await posts(photos);
	const chart: Uint8Array = new Uint8Array([1]);
	const view = { blocks: [{ kind: "picture" as const, name: "chart.png", alt: "A chart", png: chart }] };
	await port.reply(bot.imagesPosted(tagged), view, "marker");
	await port.reply(bot.mention(await ada.posts(photos, { mention: true, text: "help" })), view, "marker-2");
	expect(await walk(bot.placeOf(photos))).toEqual([tagged, theirs].map(idOf));
	expect(bot.discord.calls(`GET /channels/${tagged.id}/messages`)).toEqual([]);
	const [, newest] = await history(bot.placeOf(photos), undefined, 2);
	expect(newest?.actor.isBot).toBe(true);
});

test("a long past is read in pages, once for all steps", async () => {
	const oldest = await posts(photos);
	for (let index = 0; index < 230; index++) await ada.posts(photos, { text: `${index}` });
	const newest = await posts(photos);
	expect(await walk(bot.placeOf(photos))).toEqual([newest, oldest].map(idOf));
	expect(bot.discord.calls("GET /channels/:channel/messages")).toHaveLength(3);
});

test("the message that was reached may be gone, and a walk goes on in another process", async () => {
	const messages: Message[] = [];
	for (let index = 0; index < 3; index++) messages.push(await posts(photos));
	const [oldest, middle] = messages;
	if (!oldest || !middle) throw new Error("nothing was posted");
	ada.deletes(middle);
	port = bot.newPort();
	expect((await history(bot.placeOf(photos), idOf(middle), 1)).map(({ message }) => message)).toEqual([idOf(oldest)]);
});

test("forums have the images of their posts, and conversations their own", async () => {
	const forum = guild.addChannel("forum", { type: ChannelType.GuildForum });
	const inForum = await posts(forum);
	const inDm = await posts(ada.dm());
	expect(await walk(bot.placeOf(forum))).toEqual([idOf(inForum)]);
	expect(await walk(bot.placeOf(ada.dm()))).toEqual([idOf(inDm)]);
});

test("private threads are nobody else's, and are walked through by themselves", async () => {
	guild.setOverwrites(photos, { ada: { allow: ["CreatePrivateThreads"] }, bot: { allow: ["ManageThreads"] } });
	const secret = ada.opensThread(photos, "secret", true);
	const [first, second] = [await posts(secret), await posts(secret)];
	expect(await walk(bot.placeOf(photos))).toEqual([]);
	expect(await walk(bot.placeOf(secret))).toEqual([second.id, first.id]);
	expect(bot.discord.complaints()).toEqual([]);
});

test("a channel that the bot can't see says so, one that is gone has none, and without the intent none is known", async () => {
	const place = bot.placeOf(photos);
	guild.setOverwrites(photos, { bot: { deny: ["ViewChannel"] } });
	await expect(history(place, undefined, 1)).rejects.toMatchObject({
		code: "discord.missing-permission",
		message: "I need “View Channel” in #photos.",
	});
	guild.removesChannel(photos);
	expect(await history(place, undefined, 1)).toEqual([]);
	expect(bot.newPort({ messageContent: false }).history).toBeUndefined();
});
