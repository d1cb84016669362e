/** Logs and errors hold neither what people wrote nor how servers are entered (design section 11). */
import { inspect } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { commands } from "../../commands/catalogue.ts";
import { openCacheConnection } from "../../src/cache/cache-connection.ts";
import { cacheRedisWorks, queueRedisWorks } from "../../src/cli/examine-redis.ts";
import { inWords } from "../../src/cli/terminal.ts";
import { parseConfig } from "../../src/config.ts";
import { createLog } from "../../src/http/log.ts";
import { openConnections } from "../../src/store/postgres.ts";
import { openPostgresStore } from "../../src/store/postgres-store.ts";
import { inspect as inspectStore } from "../../src/store/postgres-upkeep.ts";
import { images } from "../../src/store/schema.ts";
import { startBot, type TestBot } from "../support/bot.ts";
import { moderator, TestChannel } from "../support/channel.ts";
import { person } from "../support/events.ts";
import { photo } from "../support/models.ts";

/** In everything that people write here: labels, names, files, links. */
const WRITTEN = "hush";
let lines: string[] = [];
const log = createLog("info", { write: (line: string) => void lines.push(line) });

function expectSilence(): void {
	const said = lines.filter((line) => line.toLowerCase().includes(WRITTEN));
	expect(said).toEqual([]);
}

describe("at level info the log says nothing of what people wrote", () => {
	let bot: TestBot;
	/** Where all commands are tried. */
	let asked: TestChannel;
	const hush = person("ada", { name: "Ada Hush" });
	const boss = { ...moderator, name: "Mo Hush" };

	beforeAll(async () => {
		bot = await startBot(undefined, log);
		for (const name of ["chelsea.png", "rocket.jpg"]) bot.platform.files.set(`hush-${name}`, await photo(name));
		bot.platform.files.set("hush-broken.png", Buffer.from("hush, this is no image"));
		asked = (await lived()).channel;
	});
	afterAll(() => bot.close());
	beforeEach(() => {
		lines = [];
	});

	let count = 0;
	/** A channel with two photos, one of them unreadable, both named secretly. */
	async function lived(): Promise<{ channel: TestChannel; message: string }> {
		const channel = new TestChannel(bot, `channel-${++count}`);
		await channel.setLabels("🤫 hush cat, hush rocket", { templates: ["a hush {}"], threshold: 0.05 });
		await channel.autotag("on");
		const message = `message-${count}`;
		const attachments = ["hush-chelsea.png", "hush-broken.png"].map((name) => ({
			id: name,
			url: `https://hush.test/${name}`,
			name,
		}));
		const time = new Date().toISOString();
		await channel.happens({
			...channel.ref,
			kind: "images-posted",
			key: message,
			message,
			attachments,
			actor: hush,
			time,
		});
		return { channel, message };
	}

	test("while images are tagged and voted on", async () => {
		const { channel, message } = await lived();
		await channel.react(message, "🤫", boss);
		await channel.react(message, "🤫", hush);
		await channel.press(channel.reply(message), "None of these", boss);
		await channel.press(channel.reply(message), "Another label…", boss, { label: "hush dog" });
		const job = `local-images-posted-${message}`;
		expect(lines.map((line) => JSON.parse(line)).filter((line) => line.job === job).length).toBeGreaterThanOrEqual(2);
		expectSilence();
	});

	test.each(commands.map(({ name }) => name))("while /%s is answered, and while it is refused", async (name) => {
		const command = commands.find((each) => each.name === name);
		const options = Object.keys(command?.options.shape ?? {});
		const given: Record<string, string> = {
			labels: "hush dog",
			templates: "hush {}",
			template: "hush {}",
			label: "hush cat",
			text: "hush",
		};
		const known = Object.fromEntries(options.flatMap((option) => (given[option] ? [[option, given[option]]] : [])));
		await asked.ask(name, known, boss);
		await asked.ask(name, known, hush);
		for (const option of options) await asked.ask(name, { ...known, [option]: "hush-hush" }, boss);
		await asked.ask(name, { "hush option": "hush" }, boss);
		expect(lines.length).toBeGreaterThanOrEqual(6);
		expectSilence();
	});

	test("while the platform fails with every answer", async () => {
		const { channel } = await lived();
		bot.platform.beforeReply = () => {
			throw new Error("the platform said no");
		};
		const happening = channel.ask("labels set", { labels: "hush dog" }, boss).catch(() => {});
		await happening;
		bot.platform.beforeReply = () => {};
		expect(lines.some((line) => line.includes("the platform said no"))).toBe(true);
		expectSilence();
	});

	test("while the store refuses what it is given", async () => {
		const { channel, message } = await lived();
		const [image] = await bot.store.images.ofMessage(channel.ref, message);
		// The same row twice: Postgres' own words name its key.
		const twice: unknown = await bot.store.db
			.insert(images)
			.values({
				...channel.ref,
				message,
				number: 0,
				attachment: { id: "h", url: "hush", name: "hush" },
				author: "hush",
				postedAt: new Date(),
				problem: "hush",
			})
			.catch((error: unknown) => error);
		expect(image).toBeDefined();
		log.error({ err: twice }, "an event could not be handled");
		expect(lines.at(-1)).toContain("duplicate key");
		expectSilence();
	});
});

describe("no error and no line of a log holds a server's password", () => {
	const PASSWORD = "s3cret";
	/** Nobody listens there; and one whose name nobody has. */
	const hosts = ["127.0.0.1:1", "no-such-host.invalid:5432"];
	/** All that could be printed of an error, more than `--debug` does. */
	const everything = (error: unknown) => `${inWords(error)} ${inspect(error, { depth: 10, showHidden: true })}`;
	beforeEach(() => {
		lines = [];
	});

	async function failureOf(work: Promise<unknown>): Promise<string> {
		const error: unknown = await work.then(
			() => undefined,
			(reason: unknown) => reason,
		);
		expect(error).toBeInstanceOf(Error);
		log.error({ err: error }, "it failed");
		return everything(error);
	}

	test.each(hosts)("of Postgres at %s", async (host) => {
		const url = `postgres://bot:${PASSWORD}@${host}/tagalong?sslmode=disable&options=${PASSWORD}`;
		expect(await failureOf(openPostgresStore(url))).not.toContain(PASSWORD);
		expect(await failureOf(inspectStore(url))).not.toContain(PASSWORD);
		const { db, close } = openConnections(url, log);
		expect(await failureOf(db.select().from(images))).not.toContain(PASSWORD);
		await close();
		expect(lines.join("")).not.toContain(PASSWORD);
	});

	test.each(hosts)("of Redis at %s", async (host) => {
		const url = `redis://bot:${PASSWORD}@${host}`;
		expect(await failureOf(queueRedisWorks(url))).not.toContain(PASSWORD);
		expect(await failureOf(cacheRedisWorks(url))).not.toContain(PASSWORD);
		const connection = openCacheConnection({ url, log });
		await vi.waitFor(() => expect(lines.join("")).toContain("is gone"), { timeout: 10_000 });
		connection.close();
		expect(lines.join("")).not.toContain(PASSWORD);
	});

	test.each([
		["DATABASE_URL", `postgres://bot:${PASSWORD}@`],
		["DATABASE_URL", `postgres://bot:${PASSWORD}@host:port/x`],
		["DATABASE_URL", `postgres://bot:${PASSWORD}@host:99999/x`],
		["DATABASE_URL", `postgres ://bot:${PASSWORD}@host`],
		["REDIS_URL", `redis://bot:${PASSWORD}@host:99999`],
		["REDIS_URL", `redis://:${PASSWORD}@`],
		["REDIS_CACHE_URL", `http://:${PASSWORD}@host`],
		["TAGALONG_ENCRYPTION_KEYS", PASSWORD],
	])("where %s is malformed: %s", async (name, value) => {
		const said = await failureOf((async () => parseConfig({ [name]: value }))());
		expect(said).toContain(`${name} must be`);
		expect(said).not.toContain(PASSWORD);
	});

	test.each([`postgres://bot:${PASSWORD}%zz@127.0.0.1:1/x`, `postgres://bot:${PASSWORD}@127.0.0.1:1/%zz`])(
		"where the driver can't read it: %s",
		async (url) => {
			expect(await failureOf(openPostgresStore(url))).not.toContain(PASSWORD);
			expect(lines.join("")).not.toContain(PASSWORD);
		},
	);
});
