import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Discord, startDiscord } from "../../../test/support/discord/discord.ts";
import { applicationCommands } from "./commands.ts";
import { registerCommands } from "./register.ts";

let discord: Discord;
beforeAll(async () => {
	discord = await startDiscord();
});
afterAll(() => discord.close());
beforeEach(() => {
	discord.commands.clear();
	discord.rest.calls.length = 0;
});

const names = () => [...discord.commands.values()].map(({ name }) => name).sort();
const writes = () => discord.rest.calls.filter(({ method }) => method !== "GET").map(({ method }) => method);
const wanted = applicationCommands();

test("everything is registered once, and then nothing is sent any more", async () => {
	expect((await registerCommands(discord)).added).toHaveLength(wanted.length);
	expect(names()).toEqual(wanted.map(({ name }) => name).sort());
	expect(discord.complaints()).toEqual([]);
	discord.rest.calls.length = 0;
	expect(await registerCommands(discord)).toMatchObject({ added: [], changed: [], removed: [] });
	expect(writes()).toEqual([]);
});

test("only what differs is sent, and commands keep their ids", async () => {
	await registerCommands(discord, {
		wanted: wanted.flatMap((command) => {
			if (command.name === "stats") return [];
			if (command.name === "help") return [{ ...command, description: "Help", name: "help" }];
			return [command.name === "find" ? { ...command, name: "seek" } : command];
		}),
	});
	const idOf = (name: string) => [...discord.commands.values()].find((command) => command.name === name)?.id;
	const before = idOf("help");
	discord.rest.calls.length = 0;
	const found = await registerCommands(discord);
	expect(found.removed.map(({ name }) => name)).toEqual(["seek"]);
	expect(found.changed.map(({ command, fields }) => [command.name, fields])).toEqual([["help", ["description"]]]);
	expect(found.added.map(({ name }) => name).sort()).toEqual(["find", "stats"]);
	expect(writes()).toEqual(["DELETE", "PATCH", "POST", "POST"]);
	expect(idOf("help")).toBe(before);
	expect(names()).toEqual(wanted.map(({ name }) => name).sort());
});

test("a dry run says what would change, and changes nothing", async () => {
	expect((await registerCommands(discord, { dryRun: true })).added).toHaveLength(wanted.length);
	expect(writes()).toEqual([]);
	expect(names()).toEqual([]);
});

describe("what is wrong is said in words", () => {
	test("a token that Discord doesn't know", async () => {
		const registering = registerCommands({ ...discord, token: "wrong" });
		await expect(registering).rejects.toMatchObject({ code: "discord.bad-token" });
		await expect(registering).rejects.not.toMatchObject({ message: expect.stringContaining("wrong") });
	});

	test("another application's id", async () => {
		await expect(registerCommands({ ...discord, applicationId: "1100000000000000001" })).rejects.toMatchObject({
			code: "discord.wrong-application",
			message: expect.stringContaining("1100000000000000001"),
		});
	});

	test("an address where no Discord is", async () => {
		const apiUrl = "http://127.0.0.1:9/api";
		await expect(registerCommands({ ...discord, apiUrl })).rejects.toMatchObject({
			code: "discord.unreachable",
			message: expect.stringContaining(apiUrl),
		});
	});
});
