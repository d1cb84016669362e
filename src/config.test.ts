import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { parseConfig } from "./config.ts";

test("what is kept is kept for a year, or for as many whole days as asked for", () => {
	expect(parseConfig({}).retentionDays).toBe(365);
	expect(parseConfig({ TAGALONG_RETENTION_DAYS: "" }).retentionDays).toBe(365);
	expect(parseConfig({ TAGALONG_RETENTION_DAYS: "30" }).retentionDays).toBe(30);
});

test.each(["postgres://bot:secret@db.internal/tagalong", "postgresql:///tagalong?host=/run/postgresql"])(
	"%s is where Postgres is",
	(value) => {
		expect(parseConfig({ DATABASE_URL: value }).databaseUrl).toBe(value);
	},
);

test.each(["mysql://bot:secret@db/tagalong", "bot:secret@db", "postgres//secret"])(
	"%s is none, and its password is not said again",
	(value) => {
		expect(() => parseConfig({ DATABASE_URL: value })).toThrow(
			expect.objectContaining({
				message: "DATABASE_URL must be an address such as postgres://user:password@host:5432/name.",
			}),
		);
	},
);

test("text embeddings are shared where the queue is, or in a Redis of their own", () => {
	const queue = "redis://bot:secret@queue.internal:6380/2";
	const cache = "rediss://cache.internal";
	expect(parseConfig({})).not.toHaveProperty("redisCacheUrl");
	expect(parseConfig({ REDIS_URL: queue })).toMatchObject({ redisUrl: queue, redisCacheUrl: queue });
	expect(parseConfig({ REDIS_URL: queue, REDIS_CACHE_URL: cache })).toMatchObject({
		redisUrl: queue,
		redisCacheUrl: cache,
	});
	const cacheAlone = parseConfig({ REDIS_CACHE_URL: cache });
	expect(cacheAlone.redisCacheUrl).toBe(cache);
	expect(cacheAlone).not.toHaveProperty("redisUrl");
});

test.each([
	"http://bot:secret@cache",
	"bot:secret@cache:6379",
	"redis://",
	"redis://cache/secret",
	"redis://cache:70000",
])("%s is no Redis, and its password is not said again", (value) => {
	const message = "REDIS_CACHE_URL must be an address such as redis://user:password@host:6379.";
	expect(() => parseConfig({ REDIS_CACHE_URL: value })).toThrow(expect.objectContaining({ message }));
});

test.each(["0", "-1", "1.5", "a year", "Infinity"])("%s is no number of days to keep anything for", (value) => {
	const parse = () => parseConfig({ TAGALONG_RETENTION_DAYS: value, PORT: "no port" });
	expect(parse).toThrow(
		expect.objectContaining({
			code: "config.invalid",
			message: [
				"PORT must be a port from 0 to 65535 (it is “no port”).",
				`TAGALONG_RETENTION_DAYS must be a whole number of days, at least 1 (it is “${value}”).`,
			].join("\n"),
		}),
	);
});

test("how much a worker does at once is as it suits the device, unless it is said", () => {
	for (const size of ["concurrentJobs", "decodeThreads", "encoderThreads", "batchSize", "batchWaitMs"]) {
		expect(parseConfig({})).not.toHaveProperty(size);
	}
	const env = {
		TAGALONG_CONCURRENT_JOBS: "128",
		TAGALONG_DECODE_THREADS: "12",
		TAGALONG_ENCODER_THREADS: "1",
		TAGALONG_BATCH_SIZE: "32",
		TAGALONG_BATCH_WAIT_MS: "0",
	};
	expect(parseConfig(env)).toMatchObject({
		concurrentJobs: 128,
		decodeThreads: 12,
		encoderThreads: 1,
		batchSize: 32,
		batchWaitMs: 0,
	});
});

test("sizes that make no sense are refused, each in a line of its own", () => {
	const parse = () =>
		parseConfig({ TAGALONG_BATCH_SIZE: "257", TAGALONG_DECODE_THREADS: "0", TAGALONG_BATCH_WAIT_MS: "soon" });
	expect(parse).toThrow(
		expect.objectContaining({
			message: [
				"TAGALONG_DECODE_THREADS must be a whole number from 1 to 64 (it is “0”).",
				"TAGALONG_BATCH_SIZE must be a whole number from 1 to 256 (it is “257”).",
				"TAGALONG_BATCH_WAIT_MS must be a whole number from 0 to 1000 (it is “soon”).",
			].join("\n"),
		}),
	);
});

const discord = { DISCORD_TOKEN: "MTIz.abc.DEF-_", DISCORD_APPLICATION_ID: "1234567890123456789" };

test("Discord is served where its token and application are given", () => {
	expect(parseConfig({ DISCORD_API_URL: "http://127.0.0.1:9000/api" })).not.toHaveProperty("discord");
	expect(parseConfig(discord).discord).toEqual({
		token: "MTIz.abc.DEF-_",
		applicationId: "1234567890123456789",
		messageContent: true,
		apiUrl: "https://discord.com/api",
	});
	const more = { DISCORD_PUBLIC_KEY: "aB".repeat(32), DISCORD_MESSAGE_CONTENT: "off" };
	expect(parseConfig({ ...discord, ...more }).discord).toMatchObject({
		publicKey: "aB".repeat(32),
		messageContent: false,
	});
});

test.each([
	[{ DISCORD_TOKEN: "abc" }, "DISCORD_APPLICATION_ID is missing, which goes with DISCORD_TOKEN."],
	[{ DISCORD_PUBLIC_KEY: "ab".repeat(32), ...discord, DISCORD_TOKEN: "" }, "DISCORD_TOKEN is missing, which goes with"],
	[
		{ ...discord, DISCORD_TOKEN: "secret token" },
		"DISCORD_TOKEN must be the bot's token alone, without spaces around it.",
	],
	[
		{ ...discord, DISCORD_APPLICATION_ID: "tagalong" },
		"DISCORD_APPLICATION_ID must be the application's id, a number of",
	],
	[
		{ ...discord, DISCORD_PUBLIC_KEY: "abc" },
		"DISCORD_PUBLIC_KEY must be the application's public key, 64 hexadecimal",
	],
	[
		{ ...discord, DISCORD_API_URL: "discord.com/api/" },
		"DISCORD_API_URL must be an address such as https://discord.com/api",
	],
])("%j says what is wrong, and never the token", (env, message) => {
	const parse = () => parseConfig(env);
	expect(parse).toThrow(message);
	expect(parse).not.toThrow("secret");
});

describe("encryption keys", () => {
	const first = randomBytes(32);
	const second = randomBytes(32);

	test("are keys of 32 bytes in base64, newest first", () => {
		expect(parseConfig({}).encryptionKeys).toEqual([]);
		const value = ` ${first.toString("base64")} ,${second.toString("base64url")},`;
		const keys = parseConfig({ TAGALONG_ENCRYPTION_KEYS: value }).encryptionKeys;
		expect(keys.map((key) => key.export())).toEqual([first, second]);
	});

	test("are not to be seen where the configuration is printed", () => {
		const config = parseConfig({ TAGALONG_ENCRYPTION_KEYS: first.toString("base64") });
		const printed = `${inspect(config, { depth: 10, showHidden: true })} ${JSON.stringify(config)}`;
		for (const encoding of ["hex", "base64", "base64url"] as const)
			expect(printed).not.toContain(first.toString(encoding));
	});

	test.each([
		["too short", () => first.subarray(1).toString("base64")],
		["too long", () => Buffer.concat([first, first.subarray(0, 3)]).toString("base64")],
		["of hexadecimal digits", () => first.toString("hex")],
		["of other characters", () => `${first.toString("base64").slice(0, 42)}*=`],
		["followed by two that are no keys", () => `${first.toString("base64")},secret,secret`],
	])("that are %s stop the start with one line that says how to make one, and not what it was", (_, make) => {
		const message =
			"TAGALONG_ENCRYPTION_KEYS must be keys of 32 bytes in base64, newest first, separated by commas; `openssl rand -base64 32` makes one.";
		expect(() => parseConfig({ TAGALONG_ENCRYPTION_KEYS: make() })).toThrow(expect.objectContaining({ message }));
	});
});
