/**
 * A channel on Discord that learns, lived through from its first label to its last: the built program, in one process by
 * the gateway alone, and distributed with interactions by HTTP; a real model, real databases, and a Discord of our own.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse as readCsv } from "csv-parse/sync";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { findOrInstallPostgres, startPostgres } from "../../infra/servers/postgres.ts";
import { findOrInstallRedis, startRedis } from "../../infra/servers/redis.ts";
import { registerCommands } from "../../src/chat/discord/register.ts";
import { createLog } from "../../src/http/log.ts";
import { openStore } from "../../src/store/embedded-store.ts";
import { openPostgresStore } from "../../src/store/postgres-store.ts";
import { images } from "../../src/store/schema.ts";
import type { Store } from "../../src/store/store.ts";
import { type Discord, startDiscord } from "../support/discord/discord.ts";
import type { Server } from "../support/discord/guilds.ts";
import type { Interaction } from "../support/discord/interaction.ts";
import { changed } from "../support/discord/messages.ts";
import type { Person } from "../support/discord/people.ts";
import { fieldsOf, isLoading, selectsOf, textOf } from "../support/discord/reading.ts";
import type { Channel, Message, Upload } from "../support/discord/records.ts";
import { startTagalong } from "../support/tagalong.ts";

// A loaded machine takes its time; nothing here is judged by the clock.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
const WITHIN = { timeout: 60_000, interval: 50 };

const [redisServer, postgresPrograms] = await Promise.all([findOrInstallRedis(), findOrInstallPostgres()]);
const silent = createLog("silent");

interface Shape {
	/** Ends its processes. @returns how often each wrote an error into its log */
	stop(): Promise<string[]>;
	/** What they have kept, once they are stopped. */
	store(): Promise<Store>;
	remove(): Promise<void>;
}

/** One process, by the gateway alone: nothing of it can be reached from outside. */
async function allInOne(env: Record<string, string>, dataDir: string): Promise<Shape> {
	const served = await startTagalong("serve", env);
	return {
		async stop() {
			await served.stop();
			return errorsIn(served.log);
		},
		store: () => openStore(dataDir, silent),
		async remove() {},
	};
}

/** Interactions by HTTP to a front, all else by a gateway; a worker answers. */
async function distributed(env: Record<string, string>, _: string, discord: Discord): Promise<Shape> {
	const [redis, postgres] = await Promise.all([startRedis(redisServer ?? ""), startPostgres(postgresPrograms ?? "")]);
	const shared = { ...env, REDIS_URL: redis.url, DATABASE_URL: postgres.url };
	const [front, ...others] = await Promise.all([
		startTagalong("front", { ...shared, DISCORD_PUBLIC_KEY: discord.publicKey }),
		startTagalong("gateway", shared),
		startTagalong("worker", shared),
	]);
	await discord.interactions.serveAt(`${front.url}/discord/interactions`);
	return {
		async stop() {
			await Promise.all([front, ...others].map((process) => process.stop()));
			return [front, ...others].flatMap(({ log }) => errorsIn(log));
		},
		store: () => openPostgresStore(postgres.url, silent),
		async remove() {
			await Promise.all([redis.stop(), postgres.remove()]);
		},
	};
}

function errorsIn(log: readonly string[]): string[] {
	return log.filter((line) => /"level":[56]0/.test(line));
}

const shapes = [
	{ name: "all in one, by the gateway", start: allInOne, canRun: true },
	{ name: "distributed, interactions by HTTP", start: distributed, canRun: Boolean(redisServer && postgresPrograms) },
];

for (const { name, start, canRun } of shapes) {
	describe.skipIf(!canRun)(`a channel that learns, ${name}`, () => {
		let discord: Discord;
		let dataDir: string;
		let shape: Shape;
		let guild: Server;
		let photos: Channel;
		/** Age-restricted; made at first, so that it is among the channels that the bot remembers. */
		let adult: Channel;
		/** Who moderates, and who doesn't. */
		let mo: Person;
		let bob: Person;

		beforeAll(async () => {
			discord = await startDiscord();
			guild = discord.addGuild({ name: "Photographers" });
			photos = guild.addChannel("photos");
			adult = guild.addChannel("adult", { nsfw: true });
			mo = guild.addMember("mo", { permissions: ["ManageMessages", "CreatePrivateThreads"] });
			bob = guild.addMember("bob");
			const { token, applicationId, apiUrl } = discord;
			await registerCommands({ token, applicationId, apiUrl });
			dataDir = await mkdtemp(join(tmpdir(), "tagalong-e2e-"));
			const env = {
				DISCORD_TOKEN: token,
				DISCORD_APPLICATION_ID: applicationId,
				DISCORD_API_URL: apiUrl,
				TAGALONG_TRUSTED_IMAGE_ORIGINS: discord.cdn.origin,
				TAGALONG_DATA_DIR: dataDir,
				TAGALONG_MODEL: "starter",
			};
			shape = await start(env, dataDir, discord);
			await discord.gateway.ready();
		});

		afterAll(async () => {
			await shape?.remove();
			await discord?.close();
			await rm(dataDir, { recursive: true, force: true });
		});

		async function photo(file: string): Promise<Upload> {
			return { name: file, bytes: await readFile(new URL(`../fixtures/photos/${file}`, import.meta.url)) };
		}

		/** The same cup from another side, so that no two are the same picture. */
		async function cup(number: number): Promise<Upload> {
			const turned = sharp((await photo("coffee.png")).bytes);
			const part = turned.extract({ left: 10 * number, top: 8 * number, width: 480, height: 320 });
			const seen = (number % 2 === 0 ? part.flop() : part.flip()).modulate({ brightness: 0.8 + number / 10 });
			return { name: `cup-${number}.jpg`, bytes: await seen.jpeg().toBuffer() };
		}

		const ours = (channel: Channel) => discord.messages(channel).filter(({ author }) => author === discord.bot);
		/** What a message says, without its formatting. */
		const said = (message: Message) => textOf(message).replaceAll("*", "");
		const says = (message: Message, text: string | RegExp) =>
			vi.waitFor(() => expect(said(message)).toMatch(text), WITHIN);

		/** The bot's only answer in the thread of a message. */
		async function answerTo(message: Message): Promise<Message> {
			return await vi.waitFor(() => {
				const answers = ours(message.thread() ?? photos).filter(({ channel }) => channel !== photos);
				expect(answers).toHaveLength(1);
				const [answer] = answers;
				if (!answer) throw new Error("there is one");
				return answer;
			}, WITHIN);
		}

		async function tagged(person: Person, ...files: Upload[]): Promise<Message> {
			return await answerTo(await person.posts(photos, { files }));
		}

		/** What an interaction comes to, once it says more than that the bot is thinking. */
		async function outcomeOf(interaction: Interaction): Promise<Message> {
			expect([interaction.outcome, interaction.why]).toEqual(["answered", undefined]);
			return await vi.waitFor(() => {
				const { original } = interaction;
				if (!original || isLoading(original)) throw new Error("still thinking");
				return original;
			}, WITHIN);
		}

		type Options = Parameters<Person["runs"]>[1];
		async function ask(person: Person, command: string, options: Options = {}, channel = photos): Promise<Message> {
			return await outcomeOf(await person.runs(command, options, channel));
		}

		const labelMenu = (answer: Message) => selectsOf(answer)[0]?.customId ?? "none";

		it("takes labels and auto-tag from a moderator, and from nobody else", async () => {
			const refused = await ask(bob, "labels set", { labels: "cat, dog" });
			expect(textOf(refused)).toContain("is for moderators");
			expect(refused.visibleTo).toBe(bob.id);
			const answer = await ask(mo, "labels set", { labels: "🐱 cat, 🐶 dog, 🐻 bear" });
			expect(textOf(answer)).toContain("bear");
			await ask(mo, "autotag on");
		});

		it("tags a posted photo in its thread, and shows two people's votes in place", async () => {
			const answer = await tagged(mo, await photo("chelsea.png"));
			expect(said(answer)).toContain("🐱 cat");
			await bob.presses(answer, "✓ Right");
			await says(answer, "✓ 1 – one more for the same decides");
			await mo.presses(answer, "✓ Right");
			await says(answer, /✓ 2 – decided by/);
			const message = discord.world.message(answer.channel.id);
			if (!message) throw new Error("the thread hangs from it");
			bob.reacts(message, "🐶");
			await says(answer, "dog 1");
			bob.unreacts(message, "🐶");
			await says(answer, "✓ 2");
			bob.reacts(message, "🐶");
			await says(answer, "dog 1");
			mo.clearsReactions(message);
			await says(answer, "✓ 2");
		});

		it("learns a word it can't know from three examples, and the next answer is another", async () => {
			await ask(mo, "labels add", { labels: "☕ blorxly" });
			for (const number of [0, 1, 2]) {
				const answer = await tagged(mo, await cup(number));
				if (number === 0) expect(textOf(answer)).toContain("None of these");
				await mo.picks(answer, labelMenu(answer), ["blorxly"]);
				await says(answer, /blorxly ✓/);
			}
			const answer = await tagged(mo, await cup(3));
			expect(said(answer)).toMatch(/^☕ blorxly$/m);
			expect(textOf(answer)).toMatch(/Learned from \d confirmed examples/);
		});

		it("asks in a dialog for a label that isn't there, and offers to add it", async () => {
			const answer = await tagged(mo, await photo("rocket.jpg"));
			const opened = await mo.picks(answer, labelMenu(answer), ["Another label…"]);
			const [field] = opened.modal ? fieldsOf(opened.modal) : [];
			await mo.submits(opened, { [field?.customId ?? "none"]: "rocket" });
			await says(answer, /rocket ✓/);
			await mo.presses(answer, "Add “rocket” to the labels");
			await vi.waitFor(
				() => expect(mo.sees(answer.channel).map(textOf).join()).toContain("it counts from the next"),
				WITHIN,
			);
		});

		it("says of a photo it has seen before where that was", async () => {
			const answer = await tagged(mo, await photo("chelsea.png"));
			expect(textOf(answer)).toMatch(/Seen here before: .*https:\/\/discord\.com\/channels/);
		});

		it("classifies what comes with a command, is meant by a shortcut, or is said to it", async () => {
			const both = { image: await photo("chelsea.png"), image2: await photo("rocket.jpg") };
			const answer = said(await ask(bob, "classify", { labels: "cat, rocket", ...both }));
			expect(answer).toMatch(/cat[\s\S]*rocket/);

			const lounge = guild.addChannel("lounge");
			const cat = await bob.posts(lounge, { files: [await photo("chelsea.png")] });
			const opened = await mo.uses("Classify this image", cat);
			const [field] = opened.modal ? fieldsOf(opened.modal) : [];
			const sent = await mo.submits(opened, { [field?.customId ?? "none"]: "cat, dog" });
			expect(textOf(await outcomeOf(sent))).toContain("cat");

			const mentions = [
				{ text: "rocket, house", files: [await photo("rocket.jpg")], expected: /99%` rocket/ },
				{ text: "dog, cat", replyTo: cat, expected: /99%` cat/ },
				{ text: "labels show", expected: /`\/labels show`/ },
			];
			for (const { expected, ...post } of mentions) {
				const asked = await bob.posts(lounge, { ...post, mention: true });
				const answers = () => ours(lounge).filter(({ replyTo }) => replyTo?.id === asked.id);
				await vi.waitFor(() => expect(answers().map(said)).toEqual([expect.stringMatching(expected)]), WITHIN);
			}
			const completed = await mo.types("labels remove", "labels", "blor", photos);
			expect(completed.choices).toContain("blorxly");
		});

		it("finds photos by a photo and by words", async () => {
			const similar = await ask(mo, "similar", { image: await cup(2) });
			expect(textOf(similar)).toContain("cup");
			expect(textOf(await ask(mo, "find", { text: "a rocket on its launch pad" }))).toContain("rocket");
		});

		it("draws how wording moves a label, and how the channel does", async () => {
			const wording = await ask(mo, "wording", { label: "cat", image: await photo("chelsea.png") });
			const stats = await ask(bob, "stats");
			for (const { files } of [wording, stats]) {
				expect(files.map(({ type }) => type)).toContain("image/png");
				expect((await sharp(files[0]?.bytes).metadata()).width).toBeGreaterThan(200);
			}
		});

		it("asks about what would teach most, one at a time, until stopped", async () => {
			const review = await ask(mo, "review");
			expect(textOf(review)).toContain("What does this show?");
			await mo.presses(review, "None of these");
			await says(review, "1 answered");
			await mo.presses(review, "Stop");
			await says(review, "Stopped. You answered 1");
		});

		it("gives everything out as a file, for the moderator alone", async () => {
			const answer = await ask(mo, "export", { format: "csv" });
			expect(answer.visibleTo).toBe(mo.id);
			const [file] = answer.files;
			const rows: Record<string, string>[] = readCsv(Buffer.from(file?.bytes ?? []), { columns: true });
			expect(rows.length).toBeGreaterThanOrEqual(7);
		});

		it("names a moderator by a mention that notifies nobody, and tells them the way to what Discord hides", async () => {
			const named = await ask(mo, "labels moderators", { change: `add <@!${bob.id}>` });
			expect(textOf(named)).toContain(`<@${bob.id}> may now change`);
			expect(named.mentions).toEqual([]);
			await expect(bob.runs("export", {}, photos)).rejects.toThrow("they lack its default permissions");
			const asked = await bob.posts(photos, { text: "export csv", mention: true });
			const answers = () => ours(photos).filter(({ replyTo }) => replyTo?.id === asked.id);
			await vi.waitFor(() => expect(answers().map(textOf).join()).toContain("Server Settings → Integrations"), WITHIN);
			expect(answers().flatMap(({ files }) => files)).toEqual([]);
			const role = await ask(mo, "labels moderators", { change: `add <@&${guild.id}>` });
			expect(textOf(role)).toContain("I take no roles");
		});

		it("tags the picture that Discord shows of a link, and hides what it says of a hidden one", async () => {
			const link = await mo.posts(photos, { text: "https://example.com/flower.jpg" });
			const shown = await discord.world.storeFile(photos, await photo("flower.jpg"));
			const thumbnail = { proxy_url: discord.cdn.link(shown) };
			link.more = { embeds: [{ type: "image", url: "https://example.com/flower.jpg", thumbnail }] };
			changed(discord.world, link);
			expect((await answerTo(link)).channel.name).toBe("Tags: flower");

			const { bytes } = await photo("flower.jpg");
			const hidden = await tagged(mo, { name: "SPOILER_flower.jpg", bytes });
			expect(hidden.channel.name).toBe("Tags");
			expect(hidden.components).toMatchObject([{ spoiler: true }]);
		});

		it("shows what is in an age-restricted channel and in a private thread nowhere else", async () => {
			const secret = mo.opensThread(photos, "secret", true);
			secret.thread?.members.add(discord.bot.id);
			const find = async (channel: Channel, where: "here" | "everywhere") =>
				textOf(await ask(mo, "find", { text: "a temple", in: where, top: "10" }, channel));
			for (const [place, file] of [
				[adult, "china.jpg"],
				[secret, "astronaut.png"],
			] as const) {
				await ask(mo, "labels set", { labels: "temple, person" }, place);
				await ask(mo, "autotag on", {}, place);
				const posted = await mo.posts(place, { files: [await photo(file)] });
				const answers = () => ours(posted.thread() ?? place);
				await vi.waitFor(() => expect(answers().map(textOf)).toEqual([expect.stringMatching(/temple|person/)]), WITHIN);
				expect(await find(place, "here")).toContain(`/${place.id}/`);
			}
			const elsewhere = await find(photos, "everywhere");
			expect(elsewhere).toContain(`/${photos.id}/`);
			for (const { id } of [adult, secret]) expect(elsewhere).not.toContain(id);
		});

		it("says once which permission it lacks, and answers as it can", async () => {
			const narrow = guild.addChannel("narrow", { overwrites: { bot: { deny: ["CreatePublicThreads"] } } });
			await ask(mo, "labels set", { labels: "cat, rocket" }, narrow);
			await ask(mo, "autotag on", {}, narrow);
			const before = ours(narrow).length;
			for (const [index, file] of ["chelsea.png", "rocket.jpg"].entries()) {
				await mo.posts(narrow, { files: [await photo(file)] });
				await vi.waitFor(() => expect(ours(narrow)).toHaveLength(before + index + 1), WITHIN);
			}
			const [first, second] = ours(narrow).slice(before).map(textOf);
			expect(first).toContain("Create Public Threads");
			expect(second).not.toContain("Create Public Threads");
		});

		it("loses no photo and doubles none when the gateway breaks, resumed or not", async () => {
			const posted: Message[] = [];
			const post = async (number: number) => {
				const bytes = await sharp((await photo("astronaut.png")).bytes)
					.rotate(7 * number)
					.resize(200)
					.jpeg()
					.toBuffer();
				posted.push(await mo.posts(photos, { files: [{ name: `astronaut-${number}.jpg`, bytes }] }));
			};
			discord.gateway.dropAfter(1);
			for (const number of [1, 2, 3]) await post(number);
			await discord.gateway.ready();
			discord.gateway.drop({ resumable: false });
			for (const number of [4, 5]) await post(number);
			await discord.gateway.ready();
			await post(6);
			for (const message of posted) await answerTo(message);
			expect(discord.gateway.identified).toBe(2);
			expect(discord.gateway.resumed).toBeGreaterThanOrEqual(1);
			expect(ours(photos).filter(({ replyTo }) => posted.some(({ id }) => id === replyTo?.id))).toEqual([]);
		});

		it("keeps nothing of what is deleted, of a thread that is, and of a member who wants to be forgotten", async () => {
			const gone = await mo.posts(photos, { files: [await photo("flower.jpg")] });
			await answerTo(gone);
			mo.deletes(gone);
			const trip = bob.opensThread(photos, "trip");
			const inThread = await bob.posts(trip, { files: [await photo("chelsea.png")] });
			await vi.waitFor(() => expect(ours(trip)).toHaveLength(1), WITHIN);
			guild.removesChannel(trip);
			await tagged(bob, await photo("astronaut.png"));
			expect(textOf(await ask(bob, "forget", { who: "me" }))).toMatch(/image/);
			// What was told before is done once this is.
			await tagged(mo, await cup(4));

			expect(await shape.stop()).toEqual([]);
			const store = await shape.store();
			try {
				const kept = await store.db.select({ message: images.message, author: images.author }).from(images);
				expect(kept.length).toBeGreaterThanOrEqual(10);
				expect(new Set(kept.map(({ author }) => author))).toEqual(new Set([mo.id]));
				const messages = kept.map(({ message }) => message);
				expect(messages).not.toContain(gone.id);
				expect(messages).not.toContain(`${trip.id}/${inThread.id}`);
				// What came with a command was shown to nobody.
				const commands = discord.interactions.all.map(({ id }) => id);
				expect(messages.filter((id) => commands.includes(id))).toEqual([]);
			} finally {
				await store.close();
			}
			// Whether it may open threads is asked once in a while, and otherwise learned by being refused.
			const refusals = discord.complaints();
			expect(refusals.filter((line) => !/\/threads: 403 50013/.test(line))).toEqual([]);
			expect(refusals.length).toBeLessThanOrEqual(1);
		});
	});
}
