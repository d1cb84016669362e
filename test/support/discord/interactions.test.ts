import { createPublicKey, verify } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { type APIInteraction, MessageFlags, REST, Routes } from "discord.js";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeRequest } from "../../../src/chat/discord/request.ts";
import { type Discord, startDiscord } from "./discord.ts";
import type { Server } from "./guilds.ts";
import type { Interaction } from "./interaction.ts";
import type { Person } from "./people.ts";
import { fieldsOf, isLoading, textOf } from "./reading.ts";
import type { Channel } from "./records.ts";

let now: Date;
let discord: Discord;
let guild: Server;
let photos: Channel;
let ada: Person;
let rest: REST;
let endpoint: HttpServer;
let url: string;
/** The app: what it answers first to anything but a ping. Nothing: it never answers. */
let answers: (interaction: APIInteraction) => unknown;
let received: APIInteraction[];

/** As an app has to check it, with nothing of the local Discord's own. */
function isSigned(headers: NodeJS.Dict<string | string[]>, body: string): boolean {
	const x = Buffer.from(discord.publicKey, "hex").toString("base64url");
	const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
	const signature = Buffer.from(`${headers["x-signature-ed25519"]}`, "hex");
	return verify(null, Buffer.from(`${headers["x-signature-timestamp"]}${body}`), key, signature);
}

beforeEach(async () => {
	now = new Date("2026-03-01T12:00:00Z");
	discord = await startDiscord({ now: () => now, answerMs: 500 });
	guild = discord.addGuild();
	photos = guild.addChannel("photos");
	ada = guild.addMember("ada");
	rest = new REST({ makeRequest, api: discord.apiUrl, retries: 0 }).setToken(discord.token);
	received = [];
	answers = () => ({ type: 5 });
	endpoint = createServer(async (request, response) => {
		const body = await text(request);
		if (!isSigned(request.headers, body)) return void response.writeHead(401).end();
		// What it is signed by sends nothing else.
		const interaction = JSON.parse(body) as APIInteraction;
		const answer = interaction.type === 1 ? { type: 1 } : answers(interaction);
		if (interaction.type !== 1) received.push(interaction);
		if (answer === undefined) return;
		response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
	}).listen(0, "127.0.0.1");
	await once(endpoint, "listening");
	// A server that listens on a TCP port has an AddressInfo; only pipes have a string.
	url = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/discord/interactions`;
	const labels = { type: 3, name: "labels", description: "What to choose from", required: true, autocomplete: true };
	const body = [
		{
			name: "classify",
			description: "Say which fits",
			options: [labels, { type: 11, name: "image1", description: "A" }],
		},
		{
			name: "labels",
			description: "Sets",
			options: [{ type: 1, name: "set", description: "Sets it", options: [labels] }],
		},
		{ name: "Classify this image", type: 3, integration_types: [0, 1], contexts: [0, 1, 2] },
		{ name: "secret", description: "For moderators", default_member_permissions: "32" },
	];
	await rest.put(Routes.applicationCommands(discord.applicationId), { body });
	await discord.interactions.serveAt(url);
});

afterEach(async () => {
	endpoint.closeAllConnections();
	endpoint.close();
	await discord.close();
});

const png = { name: "cat.png", bytes: new Uint8Array([1, 2, 3]) };
const webhook = ({ token }: Interaction) => Routes.webhook(discord.applicationId, token);
const original = ({ token }: Interaction, message = "@original") =>
	Routes.webhookMessage(discord.applicationId, token, message);

test("a command arrives signed, with its options, its file and who ran it where", async () => {
	const interaction = await ada.runs("classify", { labels: "cat dog", image1: png }, photos);
	expect(interaction.outcome).toBe("answered");
	const [seen] = received;
	expect(seen).toMatchObject({
		type: 2,
		application_id: discord.applicationId,
		guild_id: guild.id,
		channel: { id: photos.id },
		member: { user: { id: ada.id } },
		data: { name: "classify", options: [{ name: "labels", value: "cat dog" }, { name: "image1" }] },
		authorizing_integration_owners: { 0: guild.id },
		context: 0,
	});
	const attachments = seen?.type === 2 && seen.data.type === 1 ? seen.data.resolved?.attachments : undefined;
	const [attachment] = Object.values(attachments ?? {});
	expect(attachment?.filename).toBe("cat.png");
	expect(new Uint8Array(await (await fetch(attachment?.url ?? "")).arrayBuffer())).toEqual(png.bytes);
});

test("a subcommand nests its options, and what the client wouldn't send isn't sent", async () => {
	await ada.runs("labels set", { labels: "cat" }, photos);
	expect(received[0]?.data).toMatchObject({ options: [{ name: "set", type: 1, options: [{ name: "labels" }] }] });
	await expect(ada.runs("classify", {}, photos)).rejects.toThrow("needs labels");
	await expect(ada.runs("classify", { label: "cat" }, photos)).rejects.toThrow('no option "label"');
	await expect(ada.runs("nothing", {}, photos)).rejects.toThrow('no command "nothing"');
	await expect(ada.runs("secret", {}, photos)).rejects.toThrow("default permissions");
	expect(received).toHaveLength(1);
});

test("an answer that is deferred shows that it loads until it is filled in, for fifteen minutes", async () => {
	const interaction = await ada.runs("classify", { labels: "cat" }, photos);
	const [message] = discord.messages(photos);
	if (!message) throw new Error("nothing was posted");
	expect(isLoading(message)).toBe(true);
	await rest.patch(original(interaction), { body: { content: "a cat" }, auth: false });
	expect([textOf(message), isLoading(message)]).toEqual(["a cat", false]);
	await rest.post(webhook(interaction), { body: { content: "only you", flags: MessageFlags.Ephemeral }, auth: false });
	expect(discord.messages(photos).map(textOf)).toEqual(["a cat"]);
	expect(ada.sees(photos).map(textOf)).toEqual(["a cat", "only you"]);
	const hidden = interaction.followUps[0]?.id ?? "";
	await expect(rest.get(Routes.channelMessage(photos.id, hidden))).rejects.toMatchObject({ code: 10008 });
	await rest.patch(original(interaction, hidden), { body: { content: "still only you" }, auth: false });
	expect(ada.sees(photos).map(textOf)).toContain("still only you");

	now = new Date(now.getTime() + 15 * 60 * 1000);
	const late = rest.patch(original(interaction), { body: { content: "too late" }, auth: false });
	await expect(late).rejects.toMatchObject({ code: 50027, status: 401 });
	await expect(rest.get("/webhooks/1/unknown/messages/@original")).rejects.toMatchObject({ code: 10015 });
});

test("the first message after a deferral takes its place, and is as private as it was", async () => {
	answers = () => ({ type: 5, data: { flags: MessageFlags.Ephemeral } });
	const interaction = await ada.runs("classify", { labels: "cat" }, photos);
	await rest.post(webhook(interaction), { body: { content: "a cat" }, auth: false });
	expect(discord.messages(photos)).toEqual([]);
	expect(ada.sees(photos).map(textOf)).toEqual(["a cat"]);
});

test("autocompletion sends what is typed, and gives what is offered", async () => {
	answers = () => ({ type: 8, data: { choices: [{ name: "cat, dog", value: "cat dog" }] } });
	const interaction = await ada.types("labels set", "labels", "ca", photos);
	expect(received[0]?.data).toMatchObject({ options: [{ options: [{ name: "labels", value: "ca", focused: true }] }] });
	expect(interaction.choices).toEqual(["cat dog"]);
});

test("a shortcut carries the message it is used on, and a dialog comes back filled in", async () => {
	discord.allowsMessageContent(false);
	const message = await guild.addMember("bob").posts(photos, { files: [png] });
	const label = { type: 4, custom_id: "labels", style: 1, max_length: 10 };
	const components = [{ type: 18, label: "Labels", component: label }];
	answers = ({ type }) =>
		type === 5
			? { type: 4, data: { content: "a cat" } }
			: { type: 9, data: { custom_id: "ask", title: "Labels?", components } };
	const asked = await ada.uses("Classify this image", message);
	expect(received[0]?.data).toMatchObject({
		target_id: message.id,
		resolved: { messages: { [message.id]: { attachments: [{ filename: "cat.png" }] } } },
	});
	expect(asked.modal && fieldsOf(asked.modal)).toMatchObject([{ customId: "labels", label: "Labels", maxLength: 10 }]);
	await expect(ada.submits(asked, {})).rejects.toThrow("needs labels");
	await expect(ada.submits(asked, { labels: "much too long" })).rejects.toThrow("can't be 13 long");
	const sent = await ada.submits(asked, { labels: "cat dog" });
	expect(received[1]?.data).toMatchObject({
		custom_id: "ask",
		components: [{ type: 18, component: { custom_id: "labels", value: "cat dog" } }],
	});
	expect(sent.original && textOf(sent.original)).toBe("a cat");
});

describe("components", () => {
	const row = (...components: object[]) => [{ type: 1, components }];
	const yes = { type: 2, style: 1, label: "Yes", custom_id: "yes" };
	const pick = {
		type: 3,
		custom_id: "pick",
		options: [
			{ label: "Cat", value: "1" },
			{ label: "Dog", value: "2" },
		],
	};

	test("are pressed by name, and may change their message", async () => {
		await rest.post(Routes.channelMessages(photos.id), { body: { content: "cat?", components: row(yes) } });
		const [message] = discord.messages(photos);
		if (!message) throw new Error("nothing was posted");
		answers = () => ({ type: 6 });
		const pressed = await ada.presses(message, "Yes");
		expect(received[0]).toMatchObject({
			type: 3,
			message: { id: message.id },
			data: { custom_id: "yes", component_type: 2 },
		});
		await rest.patch(original(pressed), { body: { content: "cat!" }, auth: false });
		answers = () => ({ type: 7, data: { content: "a cat", components: row(pick) } });
		expect(textOf(message)).toBe("cat!");
		await ada.presses(message, "yes");
		expect(textOf(message)).toBe("a cat");
		await expect(ada.presses(message, "Yes")).rejects.toThrow("0 buttons");
		await ada.picks(message, "pick", ["Dog"]);
		expect(received[2]?.data).toMatchObject({ component_type: 3, values: ["2"] });
		await expect(ada.picks(message, "pick", ["Cat", "Dog"])).rejects.toThrow("2 can't be picked");
		expect(discord.complaints()).toEqual([]);
	});
});

test("an answer that comes too late, or is none, is told apart", async () => {
	answers = () => undefined;
	expect((await ada.runs("classify", { labels: "cat" }, photos)).outcome).toBe("late");
	answers = () => ({ type: 8, data: { choices: [] } });
	const wrong = await ada.runs("classify", { labels: "cat" }, photos);
	expect([wrong.outcome, wrong.why]).toEqual(["refused", expect.stringContaining("can't be answered so")]);
	answers = () => ({ type: 4, data: { content: "x".repeat(2001) } });
	expect((await ada.runs("classify", { labels: "cat" }, photos)).outcome).toBe("refused");
	expect(discord.complaints()).toHaveLength(3);
	await expect(rest.get(original(wrong))).rejects.toMatchObject({ code: 10015 });
});

test("an endpoint that doesn't check signatures is taken for none", async () => {
	const careless = createServer((_, response) => void response.end(JSON.stringify({ type: 1 }))).listen(0, "127.0.0.1");
	await once(careless, "listening");
	// As above.
	const { port } = careless.address() as AddressInfo;
	await expect(discord.interactions.serveAt(`http://127.0.0.1:${port}`)).rejects.toThrow("a wrong signature with 200");
	careless.closeAllConnections();
	careless.close();
});

describe("where the bot is no member", () => {
	test("only who installed the app for themselves can use it, with what is meant for it", async () => {
		const away = discord.addGuild({ bot: false });
		const channel = away.addChannel("elsewhere");
		const carl = away.addMember("carl");
		const message = await carl.posts(channel, { files: [png] });
		await expect(carl.uses("Classify this image", message)).rejects.toThrow("installed neither here nor for them");
		carl.installs();
		await expect(carl.runs("classify", { labels: "cat" }, channel)).rejects.toThrow("installed neither");
		const interaction = await carl.uses("Classify this image", message);
		expect(received[0]).toMatchObject({
			authorizing_integration_owners: { 1: carl.id },
			member: { user: { id: carl.id } },
		});
		for (let i = 0; i < 6; i++) await rest.post(webhook(interaction), { body: { content: `${i}` }, auth: false });
		const more = rest.post(webhook(interaction), { body: { content: "7" }, auth: false });
		await expect(more).rejects.toMatchObject({ code: 40094 });
		expect(discord.messages(channel)).toHaveLength(7);
	});

	test("answers are only for who asked if everyone may not bring apps along", async () => {
		const strict = discord.addGuild({
			bot: false,
			everyone: ["ViewChannel", "SendMessages", "UseApplicationCommands"],
		});
		const channel = strict.addChannel("elsewhere");
		const carl = strict.addMember("carl");
		carl.installs();
		answers = () => ({ type: 4, data: { content: "a cat" } });
		await carl.uses("Classify this image", await carl.posts(channel, { text: "look" }));
		expect(discord.messages(channel).map(textOf)).toEqual(["look"]);
		expect(carl.sees(channel).map(textOf)).toEqual(["look", "a cat"]);
	});

	test("a conversation of two people is a private channel", async () => {
		const talk = discord.addConversation(ada, guild.addMember("bob"));
		ada.installs();
		await ada.uses("Classify this image", await ada.posts(talk, { files: [png] }));
		expect(received[0]).toMatchObject({ context: 2, user: { id: ada.id } });
	});
});

test("in the bot's own conversation it is the server's installation that counts", async () => {
	await ada.uses("Classify this image", await ada.posts(ada.dm(), { files: [png] }));
	expect(received[0]).toMatchObject({ context: 1, user: { id: ada.id }, authorizing_integration_owners: { 0: "0" } });
});
