import { GatewayDispatchEvents, REST } from "discord.js";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type Discord, startDiscord } from "../../../test/support/discord/discord.ts";
import type { Server } from "../../../test/support/discord/guilds.ts";
import { changed } from "../../../test/support/discord/messages.ts";
import type { Person } from "../../../test/support/discord/people.ts";
import type { Channel } from "../../../test/support/discord/records.ts";
import { openTestStore } from "../../../test/support/store.ts";
import { gatewayMarks, images, intake } from "../../store/schema.ts";
import type { Store } from "../../store/store.ts";
import type { ChatEvent } from "../event.ts";
import { createGateway, type Gateway } from "./gateway.ts";
import { makeRequest } from "./request.ts";

const png = (name: string) => ({ name, bytes: new Uint8Array([1, 2, 3]) });
/** What a machine under load needs, too. */
const WITHIN = { timeout: 15_000, interval: 20 };

let store: Store;
let discord: Discord;
let guild: Server;
let photos: Channel;
let ada: Person;
let taken: ChatEvent[];
/** Times that taking something in fails from now on. */
let failing: number;
/** Milliseconds that the gateway's clock is ahead. */
let ahead: number;
let gateway: Gateway | undefined;
let running: Promise<void> | undefined;

beforeAll(async () => {
	store = await openTestStore();
});
afterAll(() => store.close());

beforeEach(async () => {
	for (const table of [intake, images, gatewayMarks]) await store.db.delete(table);
	discord = await startDiscord();
	guild = discord.addGuild({ name: "Photographers" });
	photos = guild.addChannel("photos");
	ada = guild.addMember("ada");
	taken = [];
	failing = 0;
	ahead = 0;
});

afterEach(async () => {
	await stop();
	await discord.close();
});

async function start({ messageContent = true, token = discord.token } = {}): Promise<void> {
	const { applicationId, apiUrl } = discord;
	gateway = createGateway({
		discord: { token, applicationId, apiUrl, messageContent },
		rest: new REST({ makeRequest, api: apiUrl }).setToken(token),
		async receive(event) {
			if (failing > 0) {
				failing--;
				throw new Error("the store is gone");
			}
			if ((await store.intake.record(event, new Date())) === "new") taken.push(event);
		},
		answer: async () => undefined,
		store,
		now: () => new Date(Date.now() + ahead),
		log: pino({ level: "silent" }),
		timing: { markMs: 20, overlapMs: 1_000, connectMs: 10 },
	});
	running = gateway.run();
	running.catch(() => {});
	await vi.waitFor(() => gateway?.check(), WITHIN);
	await marked();
}

async function stop(): Promise<void> {
	await gateway?.close();
	gateway = undefined;
}

/** Resolves once it was noted how far the gateway told. */
async function marked(): Promise<void> {
	await vi.waitFor(async () => expect(await store.db.$count(gatewayMarks)).toBe(1), WITHIN);
}

/** What was taken in, in short, once there is so much. */
async function inShort(count: number): Promise<string[]> {
	await vi.waitFor(() => expect(taken.length).toBeGreaterThanOrEqual(count), WITHIN);
	return taken.map((event) => {
		switch (event.kind) {
			case "images-posted":
				return event.attachments.map(({ name }) => name).join(" ");
			case "command":
				return `${event.name} ${JSON.stringify(event.options)} ${event.attachments.length}`;
			case "reaction":
				return `${event.added ? "+" : "-"}${event.emoji} ${event.message}`;
			case "message-deleted":
				return `deleted ${event.message}`;
			default:
				return event.kind;
		}
	});
}

describe("what happens", () => {
	test("images, words to the bot, reactions and deletions are taken in, in order, and nothing else", async () => {
		await start();
		await ada.posts(photos, { text: "only words" });
		const cat = await ada.posts(photos, { files: [png("cat.png")] });
		await ada.posts(photos, { text: "cat, dog", mention: true, replyTo: cat });
		ada.reacts(cat, "👍");
		ada.unreacts(cat, "👍");
		const others = [await ada.posts(photos, { text: "one" }), await ada.posts(photos, { text: "two" })];
		ada.deletes(...others);
		ada.deletes(cat);
		expect(await inShort(7)).toEqual([
			"cat.png",
			'classify {"labels":"cat, dog"} 0',
			`+👍 ${cat.id}`,
			`-👍 ${cat.id}`,
			...others.map(({ id }) => `deleted ${id}`),
			`deleted ${cat.id}`,
		]);
		expect(taken[0]).toMatchObject({
			workspace: guild.id,
			channel: photos.id,
			actor: { name: "Ada", canModerate: false },
		});
		expect(discord.complaints()).toEqual([]);
	});

	test("whoever may manage messages in the channel moderates it, and in a thread of it", async () => {
		const mo = guild.addMember("mo", { permissions: ["ManageMessages"] });
		const hidden = guild.addChannel("free", { overwrites: { mo: { deny: ["ManageMessages"] } } });
		const thread = ada.opensThread(photos, "trip");
		await start();
		const cat = await mo.posts(photos, { files: [png("cat.png")] });
		await mo.posts(thread, { files: [png("dog.png")] });
		await mo.posts(hidden, { files: [png("bear.png")] });
		mo.reacts(cat, "👍");
		await inShort(4);
		const of = (name: string) => taken.find((event) => JSON.stringify(event).includes(name));
		expect(of("cat.png")).toMatchObject({ actor: { canModerate: true }, message: cat.id });
		expect(of("dog.png")).toMatchObject({ actor: { canModerate: true }, channel: photos.id, thread: thread.id });
		expect(of("bear.png")).toMatchObject({ actor: { canModerate: false } });
		expect(of("👍")).toMatchObject({ actor: { canModerate: true } });
	});

	test("a thread that is deleted takes its messages with it, a channel and a server all that they had", async () => {
		await start();
		const thread = ada.opensThread(photos, "trip");
		const cat = await ada.posts(thread, { files: [png("cat.png")] });
		await inShort(1);
		guild.removesChannel(thread);
		guild.removesChannel(photos);
		guild.removesBot();
		expect(await inShort(4)).toEqual(["cat.png", `deleted ${thread.id}/${cat.id}`, "channel-left", "workspace-left"]);
	});

	test("a server that has an outage wasn't left", async () => {
		await start();
		const outage = { id: guild.id, unavailable: true };
		discord.world.onDispatch({ type: GatewayDispatchEvents.GuildDelete, data: () => outage });
		await ada.posts(photos, { files: [png("cat.png")] });
		expect(await inShort(1)).toEqual(["cat.png"]);
	});

	test("the pictures that Discord adds of a link are taken in, those of a message that is changed later aren't", async () => {
		await start();
		const link = await ada.posts(photos, { text: "https://example.com/cat.png" });
		const proxy_url = "https://images-ext-1.discordapp.net/external/x/https/example.com/cat.png";
		link.more = { embeds: [{ type: "image", url: "https://example.com/cat.png", thumbnail: { proxy_url } }] };
		changed(discord.world, link);
		changed(discord.world, link);
		ada.edits(link, "https://example.com/cat.png – look");
		await ada.posts(photos, { files: [png("dog.png")] });
		expect(await inShort(2)).toEqual(["cat.png", "dog.png"]);
	});

	test("words to the bot with a link are about its picture, once Discord adds it, and about no image before", async () => {
		await start();
		const link = await ada.posts(ada.dm(), { text: "cat, dog https://example.com/cat.png" });
		await ada.posts(ada.dm(), { text: "help" });
		expect(await inShort(1)).toEqual(["help {} 0"]);
		const proxy_url = "https://images-ext-1.discordapp.net/external/x/https/example.com/cat.png";
		link.more = { embeds: [{ type: "image", url: "https://example.com/cat.png", thumbnail: { proxy_url } }] };
		changed(discord.world, link);
		expect(await inShort(2)).toEqual(["help {} 0", 'classify {"labels":"cat, dog"} 1']);
	});

	test("words to the bot with a link of which Discord shows no picture are taken a minute later, if they still stand", async () => {
		await start();
		ahead = 57_000;
		const gone = await ada.posts(ada.dm(), { text: "bear https://example.com/gone" });
		ada.deletes(gone);
		await ada.posts(ada.dm(), { text: "cat, dog https://example.com/page" });
		expect(await inShort(2)).toEqual([`deleted ${gone.id}`, 'classify {"labels":"cat, dog"} 0']);
	});

	test("what can't be taken in is tried again, and what comes later in that channel waits for it", async () => {
		await start();
		failing = 2;
		for (const name of ["1.png", "2.png", "3.png"]) await ada.posts(photos, { files: [png(name)] });
		expect(await inShort(3)).toEqual(["1.png", "2.png", "3.png"]);
	});
});

describe("a private thread", () => {
	let mo: Person;
	let secret: Channel;
	beforeEach(() => {
		mo = guild.addMember("mo");
		guild.setOverwrites(photos, {
			ada: { allow: ["CreatePrivateThreads"] },
			mo: { allow: ["ManageMessages"] },
			bot: { allow: ["ManageThreads"] },
		});
		secret = ada.opensThread(photos, "secret", true);
	});

	test("is a channel of its own, moderated by who moderates the channel that it hangs from", async () => {
		secret.thread?.members.add(mo.id);
		await start();
		const cat = await ada.posts(secret, { files: [png("cat.png")] });
		await mo.posts(secret, { files: [png("dog.png")] });
		ada.reacts(cat, "👍");
		ada.deletes(cat);
		expect(await inShort(4)).toEqual(["cat.png", "dog.png", `+👍 ${cat.id}`, `deleted ${cat.id}`]);
		for (const event of taken) {
			expect(event).toMatchObject({ workspace: guild.id, channel: secret.id });
			expect(event).not.toHaveProperty("thread");
		}
		expect(taken.map(({ actor }) => actor.canModerate)).toEqual([false, true, false, false]);
	});

	test("that is deleted is a channel that is left, also one that the gateway knows nothing of any more", async () => {
		await start();
		guild.removesChannel(secret);
		const old = { id: "1100000000000000009", type: 12, guild_id: guild.id, parent_id: photos.id };
		discord.world.onDispatch({ type: GatewayDispatchEvents.ThreadDelete, data: () => old });
		expect(await inShort(2)).toEqual(["channel-left", "channel-left"]);
		expect(taken.map(({ channel }) => channel)).toEqual([secret.id, old.id]);
	});

	test("goes with the channel that it hangs from", async () => {
		await start();
		guild.removesChannel(photos);
		expect(await inShort(2)).toEqual(["channel-left", "channel-left"]);
		expect(taken.map(({ channel }) => channel).sort()).toEqual([photos.id, secret.id].sort());
	});

	test("is asked what was missed in it", async () => {
		await start();
		discord.gateway.drop({ resumable: false });
		await ada.posts(secret, { files: [png("cat.png")] });
		await discord.gateway.ready();
		expect(await inShort(1)).toEqual(["cat.png"]);
		expect(taken[0]).toMatchObject({ channel: secret.id });
	});
});

describe("reactions that a moderator takes away", () => {
	test("are taken away for everyone who voted by them, once: all, or those of one emoji", async () => {
		const [bob, mo] = [guild.addMember("bob"), guild.addMember("mo", { permissions: ["ManageMessages"] })];
		await start();
		const cat = await ada.posts(photos, { files: [png("cat.png")] });
		for (const person of [ada, bob]) person.reacts(cat, "✅");
		bob.reacts(cat, "👍🏽");
		mo.clearsReactions(cat, "👍🏽");
		expect((await inShort(5)).slice(4)).toEqual([`-👍🏽 ${cat.id}`]);
		mo.clearsReactions(cat);
		const all = await inShort(8);
		expect(all.slice(5).sort()).toEqual([`-✅ ${cat.id}`, `-✅ ${cat.id}`, `-👍🏽 ${cat.id}`]);
		const given = taken.slice(1, 4);
		const withdrawn = taken.slice(4).flatMap((event) => (event.kind === "reaction" ? [event] : []));
		expect(new Set(withdrawn.map(({ actor }) => actor.id))).toEqual(new Set([ada.id, bob.id]));
		const last = Math.max(...given.map((event) => (event.kind === "reaction" ? event.order : 0)));
		for (const { order } of withdrawn) expect(order).toBeGreaterThan(last);
	});
});

test("characters that no Postgres holds are left out, and the rest is taken in", async () => {
	await start();
	const robot = guild.addMember("ro\0bot");
	await robot.posts(photos, { files: [png("c\0at.png")] });
	await ada.posts(photos, { text: `labels ${"x".repeat(32)}😀`, mention: true });
	await inShort(2);
	expect(taken).toMatchObject([
		{ actor: { name: "Robot" }, attachments: [{ name: "cat.png" }] },
		{ kind: "command", name: `labels ${"x".repeat(32)}` },
	]);
});

describe("a connection that breaks", () => {
	test("is resumed: what was posted meanwhile is told once", async () => {
		await start();
		discord.gateway.dropAfter(2);
		for (const name of ["1.png", "2.png", "3.png", "4.png"]) await ada.posts(photos, { files: [png(name)] });
		await discord.gateway.ready();
		await ada.posts(photos, { files: [png("5.png")] });
		expect(await inShort(5)).toEqual(["1.png", "2.png", "3.png", "4.png", "5.png"]);
		expect([discord.gateway.identified, discord.gateway.resumed]).toEqual([1, 1]);
	});

	test("for good: what was posted meanwhile is asked for, threads included, and nothing is taken twice", async () => {
		await start();
		const thread = ada.opensThread(photos, "trip");
		const cat = await ada.posts(photos, { files: [png("1.png")] });
		await inShort(1);
		discord.gateway.drop({ resumable: false });
		await ada.posts(photos, { files: [png("2.png")] });
		await ada.posts(thread, { files: [png("3.png")] });
		await ada.posts(photos, { text: "labels show", mention: true, replyTo: cat });
		await discord.gateway.ready();
		await ada.posts(photos, { files: [png("4.png")] });
		expect((await inShort(5)).sort()).toEqual(["1.png", "2.png", "3.png", "4.png", "labels show {} 0"]);
		expect([discord.gateway.identified, discord.gateway.resumed]).toEqual([2, 0]);
		expect(discord.complaints()).toEqual([]);
	});

	test("with the process: the next one asks for what neither was told, and not for what was there before the first", async () => {
		await ada.posts(photos, { files: [png("before.png")] });
		// Longer ago than what is asked for again.
		await new Promise((resolve) => setTimeout(resolve, 1_100));
		await start();
		await ada.posts(photos, { files: [png("1.png")] });
		await inShort(1);
		await stop();
		for (let number = 0; number < 120; number++) await ada.posts(photos, { text: `${number}` });
		await ada.posts(photos, { files: [png("2.png")] });
		await start();
		await ada.posts(photos, { files: [png("3.png")] });
		expect((await inShort(3)).sort()).toEqual(["1.png", "2.png", "3.png"]);
	});

	test("while Discord is down: it comes back by itself", async () => {
		await start();
		discord.gateway.down = true;
		discord.gateway.drop({ resumable: false });
		await ada.posts(photos, { files: [png("1.png")] });
		await vi.waitFor(() => expect(gateway?.check()).rejects.toThrow("not connected"), WITHIN);
		discord.gateway.down = false;
		await discord.gateway.ready();
		expect(await inShort(1)).toEqual(["1.png"]);
	});
});

describe("a bot that Discord wants nothing of", () => {
	test("is told why: its token is wrong", async () => {
		await expect(refusedWith({ token: "wrong" })).rejects.toMatchObject({ code: "discord.bad-token" });
	});

	test("is told why: it asks for an intent that it hasn't got", async () => {
		discord.allowsMessageContent(false);
		await expect(refusedWith({})).rejects.toMatchObject({ code: "discord.intent-missing" });
	});

	async function refusedWith(options: Parameters<typeof start>[0]): Promise<void> {
		running = undefined;
		const starting = start(options);
		starting.catch(() => {});
		await running;
	}
});
