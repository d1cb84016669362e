import { expect, test } from "vitest";
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
