import { expect, test } from "vitest";
import { parseConfig } from "../config.ts";
import { startGateway } from "./gateway.ts";

test("a gateway without a token, or without the servers that it shares, isn't started", async () => {
	const shared = { DATABASE_URL: "postgres://somewhere/db", REDIS_URL: "redis://somewhere" };
	await expect(startGateway(parseConfig(shared))).rejects.toMatchObject({ code: "discord.not-configured" });
	const bot = { DISCORD_TOKEN: "token", DISCORD_APPLICATION_ID: "613425648685547541" };
	await expect(startGateway(parseConfig(bot))).rejects.toMatchObject({
		code: "config.not-shared",
		message: expect.stringContaining("`tagalong gateway`"),
	});
});
