import { ChannelType, GatewayCloseCodes, REST, Routes } from "discord.js";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type Discord, startDiscord } from "../../../test/support/discord/discord.ts";
import { type Listener, listenTo, WITHIN } from "../../../test/support/discord/gateway-listener.ts";
import type { Server } from "../../../test/support/discord/guilds.ts";
import type { Person } from "../../../test/support/discord/people.ts";
import { textOf } from "../../../test/support/discord/reading.ts";
import type { Channel } from "../../../test/support/discord/records.ts";
import { openTestStore } from "../../../test/support/store.ts";
import { gatewayMarks, images, intake } from "../../store/schema.ts";
import type { Store } from "../../store/store.ts";
import type { AnswerInteraction } from "./answer-interaction.ts";
import { registerCommands } from "./register.ts";
import { renderView } from "./render.ts";
import { makeRequest } from "./request.ts";

const png = (name: string) => ({ name, bytes: new Uint8Array([1, 2, 3]) });

let store: Store;
let discord: Discord;
let guild: Server;
let photos: Channel;
let ada: Person;
let listener: Listener | undefined;

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
});
afterEach(async () => {
	await listener?.gateway.close();
	listener = undefined;
	await discord.close();
});

async function start(answer?: AnswerInteraction): Promise<Listener> {
	listener = listenTo(discord, store, answer);
	await listener.connected();
	return listener;
}

/** Resolves once it was noted how far the gateway told. */
async function marked(): Promise<Date> {
	return await vi.waitFor(async () => {
		const mark = await store.gatewayMarks.of("discord", discord.applicationId);
		if (!mark) throw new Error("nothing was noted yet");
		return mark;
	}, WITHIN);
}

describe("a bot of many servers", () => {
	/** One more, told by the other of two shards. */
	let other: Server;
	let cats: Channel;
	const shardOf = ({ id }: Server) => (BigInt(id) >> 22n) % 2n;
	beforeEach(async () => {
		do {
			// Ids differ by more than their last bits only from one millisecond to the next.
			await new Promise((resolve) => setTimeout(resolve, 1));
			other = discord.addGuild();
		} while (shardOf(other) === shardOf(guild));
		cats = other.addChannel("cats");
		other.addMember(ada);
	});

	test("listens by as many connections as Discord recommends, and asks each what was missed", async () => {
		discord.gateway.shards = 2;
		const { images } = await start();
		expect(discord.gateway.identified).toBe(2);
		await marked();
		await ada.posts(photos, { files: [png("1.png")] });
		await ada.posts(cats, { files: [png("2.png")] });
		expect((await images(2)).sort()).toEqual(["1.png", "2.png"]);
		discord.gateway.drop({ resumable: false });
		await ada.posts(photos, { files: [png("3.png")] });
		await ada.posts(cats, { files: [png("4.png")] });
		expect((await images(4)).sort()).toEqual(["1.png", "2.png", "3.png", "4.png"]);
		expect(discord.complaints()).toEqual([]);
	});

	test("opens more of them once it has grown", async () => {
		const { images } = await start();
		discord.gateway.shards = 2;
		discord.gateway.drop({ resumable: false });
		await vi.waitUntil(() => discord.gateway.identified === 3, WITHIN);
		await ada.posts(photos, { files: [png("1.png")] });
		await ada.posts(cats, { files: [png("2.png")] });
		expect((await images(2)).sort()).toEqual(["1.png", "2.png"]);
	});
});

test("a bot that has too few connections though Discord was asked for their number is told so", async () => {
	discord.gateway.refusesWith = GatewayCloseCodes.ShardingRequired;
	listener = listenTo(discord, store);
	await expect(listener.running).rejects.toMatchObject({ code: "discord.sharding-required" });
});

test("a vote in a conversation with the bot counts", async () => {
	const { taken } = await start();
	const cat = await ada.posts(ada.dm(), { files: [png("cat.png")] });
	ada.reacts(cat, "✅");
	ada.unreacts(cat, "✅");
	await vi.waitUntil(() => taken.length === 3, WITHIN);
	expect(taken.slice(1)).toMatchObject([true, false].map((added) => ({ kind: "reaction", emoji: "✅", added })));
	expect(taken[1]).toMatchObject({ workspace: `dm-${ada.dm().id}`, message: cat.id, actor: { id: ada.id } });
});

describe("a server that has an outage", () => {
	test("when the bot starts holds up no other, and is asked what was missed once it is there again", async () => {
		const other = discord.addGuild();
		const cats = other.addChannel("cats");
		other.addMember(ada);
		await start();
		await marked();
		await listener?.gateway.close();
		const before = await marked();
		await ada.posts(photos, { files: [png("1.png")] });
		await ada.posts(cats, { files: [png("2.png")] });
		discord.gateway.outages.add(guild.id);
		const { images } = await start();
		expect(await images(1)).toEqual(["2.png"]);
		// Nor does the next process forget it.
		await listener?.gateway.close();
		await store.db.delete(intake);
		const next = await start();
		expect(await next.images(1)).toEqual(["2.png"]);
		expect(await marked()).toEqual(before);
		discord.gateway.recovers(guild.guild);
		expect(await next.images(2)).toEqual(["2.png", "1.png"]);
		await vi.waitUntil(async () => (await marked()) > before, WITHIN);
	});

	test("while the bot listens is asked, too", async () => {
		const { images } = await start();
		await marked();
		discord.gateway.failsFor(guild.guild);
		await ada.posts(photos, { files: [png("1.png")] });
		discord.gateway.recovers(guild.guild);
		expect(await images(1)).toEqual(["1.png"]);
	});
});

test("what was missed beside a call is asked for where the bot may join it", async () => {
	const shut = guild.addChannel("staff", { type: ChannelType.GuildVoice, overwrites: { bot: { deny: ["Connect"] } } });
	const open = guild.addChannel("lounge", { type: ChannelType.GuildVoice });
	const { images } = await start();
	await marked();
	discord.gateway.drop({ resumable: false });
	await ada.posts(shut, { files: [png("1.png")] });
	await ada.posts(open, { files: [png("2.png")] });
	expect(await images(1)).toEqual(["2.png"]);
	expect(discord.complaints()).toEqual([]);
});

describe("a command that another process was told of, too", () => {
	/** That one is faster by a hair, and has nothing to show. */
	const slower = (answered: AnswerInteraction): AnswerInteraction => {
		const rest = new REST({ makeRequest, api: discord.apiUrl });
		return async (payload) => {
			// It is an interaction.
			const { id, token } = payload as { id: string; token: string };
			const body = { type: 5, data: { flags: 64 } };
			await rest.post(Routes.interactionCallback(id, token), { body, auth: false });
			return await answered(payload);
		};
	};
	const saying = async (words: string) => {
		const view = { ephemeral: true, blocks: [{ kind: "note" as const, text: [words] }] };
		return (await renderView(view, { marker: "help" })).body;
	};

	test("has its answer in place of that one's “is thinking…”", async () => {
		await registerCommands(discord);
		const data = await saying("This is how");
		await start(slower(async () => ({ response: { type: 4, data }, shown: data })));
		await ada.runs("help", {}, photos);
		await vi.waitFor(() => expect(ada.sees(photos).map(textOf)).toEqual(["-# This is how"]), WITHIN);
	});

	test("keeps that one's answer where this one has none", async () => {
		await registerCommands(discord);
		const data = await saying("I couldn't take that in");
		await start(slower(async () => ({ response: { type: 4, data } })));
		await ada.runs("help", {}, photos);
		await vi.waitUntil(() => discord.rest.refused.some(({ code }) => code === 40060), WITHIN);
		// It answers nothing more: closing waits for what it still has to say.
		await listener?.gateway.close();
		expect(discord.calls("PATCH /webhooks/:app/:token/messages/:message")).toEqual([]);
	});
});
