import { REST, type RESTOptions, Routes } from "discord.js";
import { pino } from "pino";
import { createClient } from "redis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { findOrInstallRedis, startRedis, type TestRedis } from "../../../infra/servers/redis.ts";
import { type Discord, startDiscord } from "../../../test/support/discord/discord.ts";
import type { Server } from "../../../test/support/discord/guilds.ts";
import type { Channel } from "../../../test/support/discord/records.ts";
import { createRateLimits, type RateLimits, type RateLimitsOptions } from "./rate-limits.ts";

const POST = "POST /channels/:channel/messages";
const executable = await findOrInstallRedis();

let discord: Discord;
let guild: Server;
let photos: Channel;
let opened: RateLimits[];
let lines: string[];
beforeEach(async () => {
	discord = await startDiscord();
	guild = discord.addGuild();
	photos = guild.addChannel("photos");
	opened = [];
	lines = [];
});
afterEach(async () => {
	for (const limits of opened) limits.close();
	await discord.close();
});

/** A process of the bot. */
function process(options: Partial<RateLimitsOptions> = {}, rest: Partial<RESTOptions> = {}): REST {
	const log = pino({ base: null }, { write: (line) => void lines.push(line) });
	const limits = createRateLimits({ applicationId: discord.applicationId, log, ...options });
	opened.push(limits);
	const { makeRequest } = limits;
	return new REST({ api: discord.apiUrl, offset: 5, makeRequest, ...rest }).setToken(discord.token);
}
const say = (rest: REST, channel = photos) =>
	rest.post(Routes.channelMessages(channel.id), { body: { content: "hi" } });
const limited = { name: expect.stringContaining("RateLimitError") };
const statuses = () => discord.calls(POST).map(({ status }) => status);

/** An answer to an interaction reaches Discord, which alone refuses it here. */
async function expectAnswered(rest: REST): Promise<void> {
	const [webhook, callback] = ["PATCH /webhooks/:app/:token/messages/@original", /^POST \/interactions\//] as const;
	const route = Routes.webhookMessage(discord.applicationId, "a-token");
	await expect(rest.patch(route, { body: {}, auth: false })).rejects.toMatchObject({ code: 10015 });
	const body = { type: 5 };
	await expect(rest.post(Routes.interactionCallback("1", "a"), { body, auth: false })).rejects.toMatchObject({
		code: 10062,
	});
	expect([webhook, callback].map((call) => discord.calls(call).length)).toEqual([1, 1]);
}

describe("a process by itself", () => {
	test("waits after a refusal that doesn't say for how long, instead of asking again at once", async () => {
		discord.fails(POST, "429 without retry-after");
		await say(process());
		expect(statuses()).toEqual([429, 200]);
	});

	test("waits as long as a refusal says", async () => {
		discord.fails(POST, "429");
		await say(process());
		expect(statuses()).toEqual([429, 200]);
	});

	test("holds back all calls where Discord does, but no answer to an interaction", async () => {
		const rest = process({}, { rejectOnRateLimit: () => true });
		discord.rest.limits.global = { calls: 0, ms: 2000 };
		await expect(say(rest)).rejects.toMatchObject(limited);
		discord.rest.limits.lift();
		await expect(say(rest, guild.addChannel("other"))).rejects.toMatchObject(limited);
		await expectAnswered(rest);
		expect(statuses()).toEqual([429]);
	});

	test("calls nothing more once too much was refused, long before Discord bans it", async () => {
		const hidden = guild.addChannel("hidden", { overwrites: { bot: { deny: ["ViewChannel"] } } });
		const rest = process({ invalidMost: 3 }, { rejectOnRateLimit: () => true });
		for (let i = 0; i < 3; i++) await expect(say(rest, hidden)).rejects.toMatchObject({ code: 50001 });
		await expect(say(rest)).rejects.toMatchObject(limited);
		expect(statuses()).toEqual([403, 403, 403]);
		expect(lines.join()).toContain("Discord refuses too much");
		await expectAnswered(rest);
	});
});

describe.skipIf(!executable)("processes that share Redis", () => {
	let redis: TestRedis;
	beforeAll(async () => {
		redis = await startRedis(executable ?? "");
	});
	afterAll(() => redis?.stop());

	/** One that has found Redis. */
	async function sharing(options: Partial<RateLimitsOptions> = {}, rest: Partial<RESTOptions> = {}): Promise<REST> {
		const made = process({ redisUrl: redis.url, ...options }, rest);
		await vi.waitFor(async () => {
			await made.get(Routes.gateway());
			// Each call that goes by Redis is written down there for a second.
			expect(await keys()).toContain(`discord-limits:{${discord.applicationId}}:calls`);
		}, 10_000);
		await flushCalls();
		return made;
	}
	const newClient = () => createClient({ url: redis.url });
	async function withRedis<T>(ask: (client: ReturnType<typeof newClient>) => Promise<T>): Promise<T> {
		const client = newClient();
		await client.connect();
		try {
			return await ask(client);
		} finally {
			client.destroy();
		}
	}
	const keys = () => withRedis((client) => client.keys("*"));
	const flushCalls = () => withRedis((client) => client.flushAll());

	test("stay below the limit of all calls together, which they exceed without it", async () => {
		const channels = Array.from({ length: 8 }, (_, index) => guild.addChannel(`photos-${index}`));
		const everywhere = (rests: REST[]) => rests.flatMap((rest) => channels.map((channel) => say(rest, channel)));

		const both = [await sharing({ perSecond: 10 }), await sharing({ perSecond: 10 })];
		discord.rest.limits.global = { calls: 12, ms: 1000 };
		await Promise.all(everywhere(both));
		expect(discord.rest.limits.refused).toBe(0);
		expect(statuses()).toHaveLength(16);

		await Promise.all(everywhere([process(), process()]));
		expect(discord.rest.limits.refused).toBeGreaterThan(0);
	});

	test("share what is left of a bucket, also when its next window begins", async () => {
		discord.rest.limit(POST, { calls: 2, ms: 300 });
		const [a, b] = [await sharing(), await sharing()];
		await say(a);
		await Promise.all([a, b, a, b, a, b].map((rest) => say(rest)));
		expect(statuses()).toEqual(Array(7).fill(200));
	});

	test("hold back together where one was refused, and nowhere else", async () => {
		const other = guild.addChannel("other");
		const [a, b] = [await sharing(), await sharing()];
		discord.fails(`POST /channels/${photos.id}/messages`, "429");
		const refused = say(a);
		await vi.waitFor(() => expect(statuses()).toEqual([429]));
		await vi.waitFor(async () => expect((await keys()).filter((key) => key.includes(":route:"))).toHaveLength(1));
		const held = say(b);
		await say(b, other);
		expect(statuses()).toEqual([429, 200]);
		await Promise.all([refused, held]);
		expect(statuses()).toEqual([429, 200, 200, 200]);
	});

	test("hold back all calls where Discord does, but no answer to an interaction", async () => {
		const [a, b] = [await sharing(), await sharing({}, { rejectOnRateLimit: () => true })];
		discord.rest.limits.global = { calls: 0, ms: 2000 };
		const refused = say(a);
		await vi.waitFor(async () => expect(await keys()).toContain(`discord-limits:{${discord.applicationId}}:all`));
		discord.rest.limits.lift();
		await expectAnswered(b);
		await expect(say(b)).rejects.toMatchObject(limited);
		await refused;
		expect(statuses()).toEqual([429, 200]);
	});

	test("stop all of them once too much of what they ask is refused", async () => {
		const hidden = guild.addChannel("hidden", { overwrites: { bot: { deny: ["ViewChannel"] } } });
		const options = { invalidMost: 4 };
		const [a, b] = [await sharing(options), await sharing(options, { rejectOnRateLimit: () => true })];
		for (const rest of [a, b, a, b]) await expect(say(rest, hidden)).rejects.toMatchObject({ code: 50001 });
		await expect(say(b)).rejects.toMatchObject(limited);
		expect(statuses()).toEqual([403, 403, 403, 403]);
		await expectAnswered(b);
	});

	test("leave no token in Redis", async () => {
		discord.rest.limit("GET /webhooks/:app/:token/messages/:message", { calls: 5, ms: 1000 });
		const rest = await sharing();
		const route = Routes.webhookMessage(discord.applicationId, "a-token");
		await expect(rest.get(route, { auth: false })).rejects.toMatchObject({ code: 10015 });
		const found = await keys();
		expect(found.some((key) => key.includes(`{${discord.applicationId}}:bucket:`))).toBe(true);
		expect(found.join()).not.toContain("a-token");
	});

	test("go on by themselves while Redis is gone, and share again when it is back", async () => {
		const rest = await sharing();
		await say(rest);
		await redis.kill();
		await say(rest);
		await vi.waitFor(() => expect(lines.join()).toContain("is gone"));
		await say(rest);
		await redis.restart();
		await vi.waitFor(() => expect(lines.join()).toContain("is back"), { timeout: 5000 });
		await say(rest);
		expect(statuses()).toEqual([200, 200, 200, 200]);
		expect(await keys()).toContain(`discord-limits:{${discord.applicationId}}:calls`);
	});
});
