/** Nothing of one workspace can be read or changed from another (design section 11): tried through every command. */
import { eq, getTableColumns, is } from "drizzle-orm";
import { type PgColumn, PgTable } from "drizzle-orm/pg-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ChatEvent, CommandEvent } from "../src/chat/event.ts";
import type { Block, View } from "../src/chat/view.ts";
import { complete } from "../src/handle/complete.ts";
import { controlId } from "../src/handle/controls.ts";
import * as schema from "../src/store/schema.ts";
import { startBot, type TestBot, textOf } from "../test/support/bot.ts";
import { moderator, TestChannel } from "../test/support/channel.ts";
import { choice, command, imagesPosted, messageDeleted, person } from "../test/support/events.ts";
import { photo } from "../test/support/models.ts";
import { catalogue, commands } from "./catalogue.ts";

/** In everything that the other workspace keeps. */
const SECRET = /.{0,60}secret.{0,60}/i;
const THEIRS = "theirs";
const ada = person("ada");
const eve = person("eve");

interface Try {
	options?: Record<string, string>;
	more?: Partial<CommandEvent>;
	/** What the answer says, so that it is no mere refusal. */
	says: string | RegExp;
}

/** How each command could reach over: channels, messages and people have the same ids in both workspaces. */
const tries: Record<string, Try[]> = {
	classify: [
		{ says: "cat" },
		{
			options: { labels: "rocket, dog" },
			more: { target: { message: "general-1", attachments: [attachment("x")] } },
			says: "rocket",
		},
		{ more: { channel: "vault" }, says: "this channel has none of its own" },
		{ options: { labels: "rocket" }, more: { channel: "vault" }, says: "There is no image to look at here." },
	],
	"labels set": [
		{ options: { labels: "rock, paper" }, says: "version 2: rock · paper" },
		{ options: { labels: "rock" }, more: { actor: eve }, says: "is for moderators" },
	],
	"labels add": [{ options: { labels: "paper" }, says: "version 2: cat · rocket · paper" }],
	"labels remove": [{ options: { labels: "cat" }, says: "version 2: rocket" }],
	"labels show": [{ says: "version 1: cat · rocket" }, { more: { channel: "vault" }, says: "no labels yet" }],
	"labels template": [{ options: { templates: "my {}" }, says: "“my {}”" }],
	"labels threshold": [{ options: { probability: "70 %" }, says: "70 %" }],
	"labels mode": [{ options: { mode: "many" }, says: "many" }],
	"labels clear": [{ says: "All labels are gone" }],
	"labels copy": [
		{ options: { from: "<#vault>" }, says: "That channel has no labels." },
		{ options: { from: "vault" }, says: "That channel has no labels." },
	],
	"labels moderators": [
		{ says: "Only this chat's own moderators." },
		{ options: { change: "remove <@eve>" }, says: "Only this chat's own moderators." },
		{ options: { change: "add <@bob>" }, says: "@bob may now" },
	],
	"autotag on": [{ says: "Auto-tag is on." }],
	"autotag quiet": [{ says: "Auto-tag is quiet." }],
	"autotag off": [{ says: "Auto-tag is off." }],
	"autotag bots": [{ options: { images: "on" }, says: "images of other bots are tagged too" }],
	"autotag last": [{ options: { count: "50" }, says: /message|image/ }],
	"autotag show": [{ says: "Auto-tag is off." }, { more: { channel: "vault" }, says: "Auto-tag is off." }],
	review: [{ says: /chelsea\.png|rocket\.jpg/ }, { more: { channel: "vault" }, says: "no labels yet" }],
	wording: [
		{ options: { label: "cat" }, says: "cat" },
		{ options: { label: "cat" }, more: { channel: "vault" }, says: "There is no image to look at here." },
	],
	similar: [
		{ says: "rocket.jpg" },
		{ options: { in: "everywhere", top: "10" }, says: "rocket.jpg" },
		{ more: { channel: "vault" }, says: "There is no image to look at here." },
	],
	find: [
		{ options: { text: "anything" }, says: "rocket.jpg" },
		{ options: { text: "anything", in: "everywhere", top: "10" }, says: "rocket.jpg" },
		{ options: { text: "anything" }, more: { channel: "vault" }, says: "I know no such image" },
	],
	stats: [{ says: "Images seen | 2" }, { more: { channel: "vault" }, says: /\w/ }],
	export: [
		{ options: { format: "csv" }, says: /chelsea\.png[\s\S]*rocket\.jpg/ },
		{ options: { format: "jsonl", embeddings: "yes" }, says: /chelsea\.png[\s\S]*rocket\.jpg/ },
		{ more: { channel: "vault" }, says: "I have seen no images" },
	],
	forget: [
		{ options: { who: "<@eve>" }, says: "0 images and 1 vote are gone" },
		{ options: { who: "me" }, more: { actor: ada }, says: "2 images and 0 votes are gone" },
	],
	privacy: [{ says: "Never kept" }],
	help: [{ says: "/classify" }],
};

let bot: TestBot;
let ours: TestChannel;
let count = 0;
let before: string;

beforeAll(async () => {
	bot = await startBot();
	for (const name of ["chelsea.png", "rocket.jpg", "coffee.png"]) {
		bot.platform.files.set(name, await photo(name));
		bot.platform.files.set(`secret-${name}`, await photo(name));
	}
	// The platform itself keeps workspaces apart; here it must not be relied on.
	bot.platform.canRead = () => ["general", "vault"];
	for (const name of ["general", "vault"]) {
		const theirs = new TestChannel(bot, name, THEIRS);
		await theirs.setLabels("🤫 secret cat, 🔒 secret rocket", { templates: ["a secret {}"], threshold: 0.05 });
		await bot.store.settings.change(theirs.ref, () => ({ autotag: "on", bots: true, moderators: ["eve"] }));
		await live(theirs, "secret-");
	}
});
afterAll(() => bot.close());

/** Each test in a workspace of its own, with the same names and ids as the other one. */
beforeEach(async () => {
	ours = new TestChannel(bot, "general", `ours-${++count}`);
	await ours.setLabels("cat, rocket");
	await live(ours, "");
	before = await theirRows();
});

function attachment(name: string) {
	return { id: name, url: `fake:${name}`, name };
}

/** Two photos of Ada's, and Eve's vote on the first. */
async function live(channel: TestChannel, prefix: string): Promise<void> {
	const { workspace, channel: name } = channel.ref;
	for (const [index, file] of ["chelsea.png", "rocket.jpg"].entries()) {
		const message = `${name}-${index + 1}`;
		const time = new Date(Date.UTC(2026, 1, index + 1)).toISOString();
		const attachments = [attachment(`${prefix}${file}`)];
		const place = { ...channel.ref, message, attachments, actor: ada, time };
		await channel.happens(imagesPosted(`${workspace}-${message}`, place));
	}
	const voter = { voter: "eve", source: "button", moderator: true, order: 1 };
	const verdict = { kind: "label", label: `${prefix}cat` } as const;
	await bot.store.votes.cast({ ...channel.ref, message: `${name}-1`, number: 0 }, { ...voter, verdict });
}

/** All that is kept of the other workspace. */
async function theirRows(): Promise<string> {
	const kept: Record<string, unknown> = {};
	for (const [name, table] of Object.entries(schema)) {
		if (!is(table, PgTable)) continue;
		const { workspace }: Record<string, PgColumn> = getTableColumns(table);
		if (workspace) kept[name] = await bot.store.db.select().from(table).where(eq(workspace, THEIRS)).orderBy(workspace);
	}
	return JSON.stringify(kept, (_, value) => (typeof value === "bigint" ? String(value) : value));
}

/** Everything that a view says, its files read to their end: once, as a file can be. */
const said = new Map<View, string>();
async function saidIn(view: View): Promise<string> {
	const known = said.get(view);
	if (known !== undefined) return known;
	const text = [textOf(view), ...(await Promise.all(view.blocks.map(fileIn)))].join("\n");
	said.set(view, text);
	return text;
}

async function fileIn(block: Block): Promise<string> {
	if (block.kind === "details") return (await Promise.all(block.blocks.map(fileIn))).join("");
	if (block.kind !== "file") return "";
	const chunks: Uint8Array[] = [];
	for await (const chunk of block.content) chunks.push(chunk);
	return Buffer.concat(chunks).toString();
}

function expectNoSecret(text: string): void {
	expect(SECRET.exec(text)?.[0]).toBeUndefined();
}

async function expectKept(events: readonly ChatEvent[]): Promise<void> {
	await ours.happens(...events);
	const { posts, edits, progressTexts } = bot.platform;
	const mine = posts.filter(({ event }) => event.workspace === ours.ref.workspace).map(({ view }) => view);
	const edited = edits.filter(({ post }) => post.workspace === ours.ref.workspace).map(({ view }) => view);
	for (const view of [...mine, ...edited]) expectNoSecret(`${await saidIn(view)} ${JSON.stringify(view)}`);
	expectNoSecret(progressTexts.join("\n"));
	expect(await theirRows()).toBe(before);
}

test("the other workspace has something to hide in every table", async () => {
	const rows: Record<string, unknown[]> = JSON.parse(before);
	for (const name of ["images", "tags", "votes", "labelSets", "channelSettings", "replies"]) {
		expect(rows[name]?.length, name).toBeGreaterThan(0);
	}
	const theirs = new TestChannel(bot, "general", THEIRS);
	const find = await theirs.ask("find", { text: "anything", in: "everywhere", top: "10" });
	expect(textOf(find.view)).toMatch(/secret-chelsea[\s\S]*secret-rocket|secret-rocket[\s\S]*secret-chelsea/);
});

describe("nothing of another workspace is read or changed", () => {
	test.each(commands.map(({ name }) => name))("by /%s", async (name) => {
		const ways = tries[name];
		if (!ways) throw new Error(`Say in this file how /${name} could be tried on another workspace.`);
		for (const [index, { options = {}, more = {}, says }] of ways.entries()) {
			const key = `try-${count}-${index}`;
			const time = new Date(Date.UTC(2026, 2, 1) + index).toISOString();
			await expectKept([command(key, { ...ours.ref, name, options, actor: moderator, time, ...more })]);
			const answer = bot.platform.posts.find(({ event }) => event.key === key)?.view;
			expect(answer && (await saidIn(answer))).toEqual(
				says instanceof RegExp ? expect.stringMatching(says) : expect.stringContaining(says),
			);
		}
	});

	test("by completion", async () => {
		for (const { name, options } of catalogue) {
			for (const option of options) {
				for (const channel of ["general", "vault"]) {
					const from = { ...ours.ref, channel, actor: moderator };
					expectNoSecret((await complete(name, option.name, "", from, bot.services)).join("\n"));
				}
			}
		}
	});

	test("by reactions and buttons", async () => {
		for (const message of ["general-1", "vault-1"]) {
			await ours.react(message, "🤫", moderator);
			await ours.react(message, "❌", moderator);
			for (const action of ["vote|no", "vote|yes"]) {
				const [verb = "", verdict = ""] = action.split("|");
				await expectKept([choice("post-1", controlId(verb, verdict, message, 0), { ...ours.ref, actor: moderator })]);
			}
		}
	});

	test("by a message deleted, a channel or a workspace left", async () => {
		const ref = { ...ours.ref, actor: moderator, time: "2026-03-01T00:00:00.000Z" };
		await expectKept([messageDeleted("general-1", ref)]);
		await expectKept([{ ...ref, kind: "channel-left", key: `left-${count}` }]);
		await expectKept([{ ...ref, channel: "*", kind: "workspace-left", key: `gone-${count}` }]);
	});
});
