import { REST, Routes } from "discord.js";
import { Agent, getGlobalDispatcher, setGlobalDispatcher } from "undici";
import { expect, test } from "vitest";
import { startDiscord } from "../../../test/support/discord/discord.ts";
import { makeRequest } from "./request.ts";

test("a file arrives whole where another version of undici makes the calls", async () => {
	const before = getGlobalDispatcher();
	setGlobalDispatcher(new Agent());
	const discord = await startDiscord();
	const photos = discord.addGuild().addChannel("photos");
	const rest = new REST({ api: discord.apiUrl, makeRequest, retries: 0 }).setToken(discord.token);
	const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, index) => index % 256));
	try {
		const body = { content: "here" };
		await rest.post(Routes.channelMessages(photos.id), { body, files: [{ name: "bytes.bin", data: bytes }] });
		const [message] = discord.messages(photos);
		expect(message?.content).toBe("here");
		expect(Buffer.from(message?.files[0]?.bytes ?? [])).toEqual(bytes);
		expect(discord.complaints()).toEqual([]);
	} finally {
		setGlobalDispatcher(before);
		await discord.close();
	}
});
