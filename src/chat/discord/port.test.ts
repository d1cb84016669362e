import { ChannelType, MessageFlags, REST } from "discord.js";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Server } from "../../../test/support/discord/guilds.ts";
import { everyComponent } from "../../../test/support/discord/message-body.ts";
import type { Person } from "../../../test/support/discord/people.ts";
import { isLoading, textOf } from "../../../test/support/discord/reading.ts";
import type { Channel, Message, Upload } from "../../../test/support/discord/records.ts";
import {
	type DiscordBot,
	deferred,
	deferredEphemeral,
	deferredUpdate,
	saying,
	startDiscordBot,
} from "../../../test/support/discord-port.ts";
import type { ImagesPostedEvent } from "../event.ts";
import type { ChatPort } from "../port.ts";
import type { View } from "../view.ts";
import { messageIdIn } from "./ids.ts";

const MARKER = "marker-of-25-characters-1";
const THREADS = "POST /channels/:channel/messages/:message/threads";
const POSTS = "POST /channels/:channel/messages";
const MINUTES_MS = 60_000;

let bot: DiscordBot;
let port: ChatPort;
let guild: Server;
let photos: Channel;
let ada: Person;
/** Discord's own refusals that a test expects. */
let expected: RegExp | undefined;
beforeEach(async () => {
	bot = await startDiscordBot();
	port = bot.newPort();
	guild = bot.discord.addGuild();
	photos = guild.addChannel("photos");
	ada = guild.addMember("ada");
	expected = undefined;
});
afterEach(async () => {
	const unexpected = bot.discord.complaints().filter((line) => !expected?.test(line));
	await bot.close();
	expect(unexpected).toEqual([]);
});

const image = (name = "my_cat.png"): Upload => ({ name, bytes: new Uint8Array([1]) });
const seen = (channel: Channel) => bot.discord.messages(channel);
const last = (channel: Channel): Message => {
	const message = seen(channel).at(-1);
	if (!message) throw new Error("nothing was posted");
	return message;
};
const threadOf = (message: Message): Channel => {
	const thread = message.thread();
	if (!thread) throw new Error("it has no thread");
	return thread;
};

describe("posted images", () => {
	test("are answered in a thread of their message, which closes after a day", async () => {
		const message = await ada.posts(photos, { files: [image()] });
		const posted = await port.reply(bot.imagesPosted(message), saying("a cat"), MARKER);
		const thread = threadOf(message);
		expect([thread.name, thread.thread?.autoArchiveMinutes]).toEqual(["Tags: my cat", 1440]);
		expect(textOf(last(thread))).toBe("a cat");
		expect(posted).toBe(`${thread.id}/${last(thread).id}`);
		expect(seen(photos)).toHaveLength(1);
	});

	test("are answered in the thread that is there already, and only once, even if it was closed", async () => {
		expected = /160004/;
		const message = await ada.posts(photos, { files: [image()] });
		const event = bot.imagesPosted(message);
		const posted = await port.reply(event, saying("a cat"), MARKER);
		const thread = threadOf(message);
		bot.discord.archives(thread);
		expect(await bot.newPort().reply(event, saying("a cat"), MARKER)).toBe(posted);
		expect(seen(thread).filter(({ author }) => author === bot.discord.bot)).toHaveLength(1);
		await port.reply(event, saying("more"), "another-marker");
		expect(textOf(last(thread))).toBe("more");
		expect(thread.thread?.archived).toBe(false);
		expect(photos.threads.size).toBe(1);
	});

	test("are answered once when the call was cut after it was done", async () => {
		const message = await ada.posts(photos, { files: [image()] });
		bot.discord.fails(POSTS, "500 after");
		await port.reply(bot.imagesPosted(message), saying("a cat"), MARKER);
		expect(seen(threadOf(message)).filter(({ author }) => author === bot.discord.bot)).toHaveLength(1);
	});

	test("are answered once by two processes at the same moment", async () => {
		expected = /160004/;
		const message = await ada.posts(photos, { files: [image()] });
		const event = bot.imagesPosted(message);
		const replies = [port, bot.newPort()].map((each) => each.reply(event, saying("a cat"), MARKER));
		expect(new Set(await Promise.all(replies)).size).toBe(1);
		expect(photos.threads.size).toBe(1);
		expect(seen(threadOf(message)).filter(({ author }) => author === bot.discord.bot)).toHaveLength(1);
	});

	test("in a thread or a forum's post are answered there, as a reply", async () => {
		const forum = guild.addChannel("forum", { type: ChannelType.GuildForum });
		const inForum = await ada.posts(forum, { files: [image()], title: "Birds" });
		const thread = ada.opensThread(photos, "Cats");
		const inThread = await ada.posts(thread, { files: [image()] });
		for (const [index, message] of [inForum, inThread].entries()) {
			const posted = await port.reply(bot.imagesPosted(message), saying("a bird"), `marker-${index}`);
			expect(posted).toBe(messageIdIn(message.channel.id, last(message.channel).id));
			expect(last(message.channel).replyTo?.id).toBe(message.id);
		}
		expect(bot.discord.calls(THREADS)).toEqual([]);
	});

	test("in a private thread are answered there, without trying to open one, and what is missing is named", async () => {
		expected = /50013|10003/;
		const mayRead = { ada: { allow: ["CreatePrivateThreads" as const] }, bot: { allow: ["ManageThreads" as const] } };
		guild.setOverwrites(photos, mayRead);
		const secret = ada.opensThread(photos, "secret", true);
		const events: ImagesPostedEvent[] = [];
		for (const name of ["a.png", "b.png"]) {
			const message = await ada.posts(secret, { files: [image(name)] });
			const event = bot.imagesPosted(message);
			events.push(event);
			const posted = await port.reply(event, saying("a cat"), name);
			expect(posted).toBe(last(secret).id);
			expect(last(secret).replyTo?.id).toBe(message.id);
			expect(await bot.newPort().findReply(event, name)).toBe(posted);
			await port.edit({ ...event, message: posted }, saying("a dog"));
			expect(textOf(last(secret))).toBe("a dog");
		}
		expect(bot.discord.calls(THREADS)).toEqual([]);
		expect(bot.discord.calls(`GET /channels/${secret.id}`)).toHaveLength(1);

		const deny = ["SendMessagesInThreads", "AddReactions"] as const;
		guild.setOverwrites(photos, { bot: { allow: ["ManageThreads"], deny } });
		const [event] = events;
		if (!event) throw new Error("nothing was posted");
		await expect(port.reply(event, saying("a cat"), "marker-3")).rejects.toMatchObject({
			message: "I need “Send Messages in Threads” in #photos.",
		});
		await port.react(event, "✅", true);
		expect(bot.lines.join()).toContain("Add Reactions");
		expect(bot.discord.calls(/^PUT .*reactions/)).toEqual([]);
	});

	test("in a conversation with the bot are answered there", async () => {
		const message = await ada.posts(ada.dm(), { files: [image()] });
		const { name: _, options: __, ...posted } = bot.mention(message);
		await port.reply({ ...posted, kind: "images-posted", message: message.id }, saying("a cat"), MARKER);
		expect(last(ada.dm()).replyTo?.id).toBe(message.id);
	});

	test("where no threads are allowed are answered with a reply that notifies nobody", async () => {
		expected = /50024/;
		const voice = guild.addChannel("voice", { type: ChannelType.GuildVoice });
		const message = await ada.posts(voice, { files: [image()] });
		await port.reply(bot.imagesPosted(message), saying("a cat"), MARKER);
		expect(last(voice).replyTo?.id).toBe(message.id);
		expect(last(voice).mentions).toEqual([]);
	});

	test("without the permission for threads are answered with a reply, and what is missing is said once", async () => {
		guild.setOverwrites(photos, { bot: { deny: ["CreatePublicThreads"] } });
		for (const [index, name] of ["a.png", "b.png"].entries()) {
			const message = await ada.posts(photos, { files: [image(name)] });
			await port.reply(bot.imagesPosted(message), saying("a cat"), `marker-${index}`);
		}
		const [first, second] = seen(photos)
			.filter(({ author }) => author === bot.discord.bot)
			.map(textOf);
		expect(first).toBe("a cat\n-# I need **Create Public Threads** in **\\#photos** to answer in threads.");
		expect(second).toBe("a cat");
		expect(bot.discord.calls(THREADS)).toEqual([]);
	});

	test("are answered in a thread as soon as the permission is there", async () => {
		guild.setOverwrites(photos, { bot: { deny: ["SendMessagesInThreads"] } });
		const before = await ada.posts(photos, { files: [image()] });
		await port.reply(bot.imagesPosted(before), saying("a cat"), "marker-1");
		guild.setOverwrites(photos, {});
		bot.later(2 * MINUTES_MS);
		const after = await ada.posts(photos, { files: [image()] });
		await port.reply(bot.imagesPosted(after), saying("a cat"), "marker-2");
		expect(textOf(last(threadOf(after)))).toBe("a cat");
	});

	test("are answered with a reply when the permission for threads was taken away unnoticed", async () => {
		expected = /50013/;
		const before = await ada.posts(photos, { files: [image()] });
		await port.reply(bot.imagesPosted(before), saying("a cat"), "marker-1");
		guild.setOverwrites(photos, { bot: { deny: ["SendMessagesInThreads"] } });
		const after = await ada.posts(photos, { files: [image()] });
		await port.reply(bot.imagesPosted(after), saying("a cat"), "marker-2");
		expect(textOf(last(photos))).toContain("I need **Send Messages in Threads** in **\\#photos**");
	});

	test("that can't be answered at all say which permission is missing, without a call that is refused", async () => {
		const deny = ["CreatePublicThreads", "SendMessages"] as const;
		guild.setOverwrites(photos, { bot: { deny } });
		const message = await ada.posts(photos, { files: [image()] });
		await expect(port.reply(bot.imagesPosted(message), saying("a cat"), MARKER)).rejects.toMatchObject({
			code: "discord.missing-permission",
			message: "I need “Send Messages” in #photos.",
		});
		const voice = guild.addChannel("voice", { type: ChannelType.GuildVoice });
		const said = bot.imagesPosted(await ada.posts(voice, { files: [image()] }));
		guild.setOverwrites(voice, { bot: { deny: ["Connect"] } });
		bot.later(MINUTES_MS);
		await expect(port.reply(said, saying("a cat"), MARKER)).rejects.toThrow("I need “Connect” in #voice.");
		expect(bot.discord.calls(POSTS)).toEqual([]);
		expect(bot.lines.join()).toContain("Send Messages");
	});

	test("without the right to read the past are answered without a reference", async () => {
		expected = /160002/;
		const deny = ["CreatePublicThreads", "ReadMessageHistory"] as const;
		guild.setOverwrites(photos, { bot: { deny } });
		const message = await ada.posts(photos, { files: [image()] });
		await port.reply(bot.imagesPosted(message), saying("a cat"), MARKER);
		expect(last(photos).replyTo).toBeUndefined();
	});

	test("that were deleted, and locked threads, are nothing to answer", async () => {
		expected = /10008|160005/;
		const message = await ada.posts(photos, { files: [image()] });
		const event = bot.imagesPosted(message);
		ada.deletes(message);
		await expect(port.reply(event, saying("a cat"), MARKER)).rejects.toMatchObject({ code: "discord.message-gone" });
		const thread = ada.opensThread(photos, "Closed");
		const inside = await ada.posts(thread, { files: [image()] });
		if (thread.thread) thread.thread.locked = true;
		await expect(port.reply(bot.imagesPosted(inside), saying("a cat"), MARKER)).rejects.toMatchObject({
			code: "discord.thread-locked",
		});
	});

	test("whose thread someone locked are answered with a reply", async () => {
		expected = /160004|160005/;
		const message = await ada.posts(photos, { files: [image()] });
		const event = bot.imagesPosted(message);
		await port.reply(event, saying("a cat"), MARKER);
		const { thread } = threadOf(message);
		if (thread) thread.locked = true;
		const posted = await port.reply(event, saying("a dog"), "marker-2");
		expect([posted, textOf(last(photos))]).toEqual([last(photos).id, "a dog"]);
		expect(last(photos).replyTo?.id).toBe(message.id);
	});

	test("that someone hid are answered behind a spoiler, which edits keep, in a thread that gives nothing away", async () => {
		const message = await ada.posts(photos, { files: [image("SPOILER_ending.png")] });
		const event = bot.imagesPosted(message);
		const posted = await port.reply(event, saying("a ship"), MARKER);
		const thread = threadOf(message);
		expect(thread.name).toBe("Tags");
		expect(last(thread).components).toMatchObject([{ spoiler: true }]);
		await bot.newPort().edit({ ...event, message: posted }, saying("a boat"));
		expect(last(thread).components).toMatchObject([{ spoiler: true }]);
		expect(textOf(last(thread))).toBe("a boat");
	});
});

test("a picture that someone hid stays hidden among others that were found", async () => {
	const event = bot.imagesPosted(await ada.posts(photos, { files: [image("SPOILER_ending.png"), image("cat.png")] }));
	const items = event.attachments.map((attachment) => ({ attachment, message: event, caption: ["found"] }));
	const command = bot.mention(await ada.posts(photos, { mention: true, text: "help" }));
	await port.reply(command, { blocks: [{ kind: "gallery", items }] }, MARKER);
	const [hidden, open] = everyComponent(last(photos).components).flatMap(({ items = [] }) => {
		// Only galleries have any.
		return items as object[];
	});
	expect(hidden).toHaveProperty("spoiler", true);
	expect(open).not.toHaveProperty("spoiler");
});

describe("a message to the bot", () => {
	test("is answered by a reply, and shown that the bot is at work", async () => {
		const message = await ada.posts(photos, { mention: true, text: "cat dog", files: [image()] });
		const event = bot.mention(message);
		await port.progress(event, "Reading…");
		await port.reply(event, saying("a cat"), MARKER);
		expect([last(photos).replyTo?.id, textOf(last(photos))]).toEqual([message.id, "a cat"]);
		expect(bot.discord.calls("POST /channels/:channel/typing")).toHaveLength(1);
	});

	test("isn't answered before everyone with what is for one person, but with errors it is", async () => {
		const event = bot.mention(await ada.posts(photos, { mention: true, text: "find dog" }));
		await port.reply(event, { ...saying("from a secret channel"), ephemeral: true }, MARKER);
		expect(textOf(last(photos))).toBe("The answer is for you alone: `/find` as a slash command can show it to you.");
		const hidden = bot.mention(await ada.posts(photos, { mention: true, text: "export csv" }));
		await port.reply(hidden, { ...saying("who voted what"), ephemeral: true }, "marker-export");
		expect(textOf(last(photos))).toMatch(/^The answer is for you alone: `\/export` .* Server Settings → Integrations/);
		const error: View = { ephemeral: true, blocks: [{ kind: "error", text: ["No image."] }] };
		await port.reply(event, error, "marker-2");
		expect(textOf(last(photos))).toContain("No image.");
	});
});

test("an answer about the latest image stays hidden where someone hid that image", async () => {
	await bot.register();
	const about = [{ name: "open.png" }, { name: "SPOILER_ending.png" }];
	const asked = await bot.asked(() => ada.runs("classify", { labels: "ship" }, photos), deferred);
	const thread = ada.opensThread(photos, "Tags");
	const mention = bot.mention(await ada.posts(thread, { mention: true, text: "ship, boat" }));
	for (const [event, marker] of [
		[asked, "marker-1"],
		[mention, "marker-2"],
	] as const) {
		await port.reply(event, { ...saying("a ship"), about }, marker);
		expect(last(event === asked ? photos : thread).components).toMatchObject([{ spoiler: true }]);
	}
});

describe("a slash command", () => {
	beforeEach(() => bot.register());
	const classify = () => ada.runs("classify", { labels: "cat dog" }, photos);

	test("is answered in the place of its first answer, however often it is tried", async () => {
		const event = await bot.asked(classify, deferred);
		expect(isLoading(last(photos))).toBe(true);
		const posted = await port.reply(event, saying("a cat"), MARKER);
		expect(await port.reply(event, saying("a cat"), MARKER)).toBe(posted);
		expect(seen(photos).map((message) => [message.id, textOf(message)])).toEqual([[posted, "a cat"]]);
		expect(isLoading(last(photos))).toBe(false);
	});

	test("waits for the first answer that is still on its way", async () => {
		const event = await bot.asked(classify, undefined);
		const early = port.reply(event, saying("a cat"), MARKER);
		const [{ id, token } = { id: "", token: "" }] = bot.discord.interactions.all;
		const callback = new REST({ makeRequest: bot.rest.options.makeRequest, api: bot.discord.apiUrl });
		await callback.post(`/interactions/${id}/${token}/callback`, { body: deferred, auth: false });
		await early;
		expect(textOf(last(photos))).toBe("a cat");
		expected = /10015/;
	});

	test("tells its progress at most once a second, and never after its answer", async () => {
		const event = await bot.asked(classify, deferred);
		await Promise.all([port.progress(event, "Reading 1…"), port.progress(event, "Reading 2…")]);
		expect(textOf(last(photos))).toBe("-# Reading 1…");
		const again = await bot.asked(classify, deferred);
		const telling = port.progress(again, "Reading…");
		await port.reply(again, saying("a cat"), MARKER);
		await port.progress(again, "Reading…");
		await telling;
		expect(textOf(last(photos))).toBe("a cat");
		await port.settled(again);
	});

	test("whose progress can't be told goes on", async () => {
		expected = /10008/;
		const event = await bot.asked(classify, deferred);
		guild.addMember("bob", { permissions: ["ManageMessages"] }).deletes(last(photos));
		await port.progress(event, "Reading…");
		expect(bot.lines.join()).toContain("progress could not be told");
		await port.reply(event, saying("a cat"), MARKER);
		expect(seen(photos)).toEqual([]);
	});

	test("with an answer for one person, after a first answer for everyone, says it to that person alone", async () => {
		const event = await bot.asked(classify, deferred);
		await port.reply(event, { ...saying("no image"), ephemeral: true }, MARKER);
		expect(seen(photos)).toEqual([]);
		expect(ada.sees(photos).map(textOf)).toEqual(["no image"]);
	});

	test("that only its person sees is answered to them", async () => {
		const event = await bot.asked(classify, deferredEphemeral);
		await port.reply(event, saying("a cat"), MARKER);
		expect([seen(photos), ada.sees(photos).map(textOf)]).toEqual([[], ["a cat"]]);
	});

	test("that takes longer than its token lives is answered in the channel, once, naming who asked", async () => {
		const event = await bot.asked(classify, deferred);
		bot.later(15 * MINUTES_MS);
		const posted = await port.reply(event, saying("a cat"), MARKER);
		expect(await port.reply(event, saying("a cat"), MARKER)).toBe(posted);
		expect(textOf(last(photos))).toBe(`a cat\n-# For <@${ada.id}>, who asked with \`/classify\``);
		expect(last(photos).mentions).toEqual([]);
		expect(await port.findReply(event, MARKER)).toBe(posted);
		expect(bot.discord.calls("PATCH /webhooks/:app/:token/messages/@original")).toEqual([]);
	});

	test("whose token was refused leaves the bot's own in use", async () => {
		expected = /50027/;
		const slow = bot.newPort({ now: () => new Date(0) });
		const event = await bot.asked(classify, deferred);
		bot.later(16 * MINUTES_MS);
		await slow.reply(event, saying("a cat"), MARKER);
		expect(textOf(last(photos))).toBe(`a cat\n-# For <@${ada.id}>, who asked with \`/classify\``);
	});

	test("for one person is never answered before everyone, not even late", async () => {
		const event = await bot.asked(classify, deferredEphemeral);
		const hidden = { ...event, via: event.via?.replace('"ephemeral":false', '"ephemeral":true') ?? "" };
		bot.later(15 * MINUTES_MS);
		await port.reply(hidden, saying("a cat"), MARKER);
		expect(seen(photos)).toEqual([]);
		expect(bot.lines.join()).toContain("came too late");
	});

	test("that is shown at once is left to the response, with who may see it", async () => {
		const event = await bot.asked(() => ada.runs("help", {}, photos), undefined);
		const given = await bot.responses.during(event.key, () =>
			port.reply(event, { ...saying("help"), ephemeral: true }, MARKER),
		);
		expect(given).toMatchObject({ flags: MessageFlags.Ephemeral | MessageFlags.IsComponentsV2 });
		expect(bot.discord.calls(/\/webhooks\//)).toEqual([]);
	});
});

describe("a choice", () => {
	const view: View = {
		blocks: [{ kind: "controls", controls: [{ kind: "button", id: "vote:yes:1:0", label: "Right" }] }],
	};

	test("has answers of its own that its person alone sees", async () => {
		const message = await ada.posts(photos, { files: [image()] });
		await port.reply(bot.imagesPosted(message), view, MARKER);
		const thread = threadOf(message);
		const event = await bot.asked(() => ada.presses(last(thread), "Right"), deferredUpdate);
		await port.reply(event, { ...saying("That image is gone."), ephemeral: true }, "marker-2");
		expect(seen(thread).filter(({ author }) => author === bot.discord.bot)).toHaveLength(1);
		expect(ada.sees(thread).map(textOf).at(-1)).toBe("That image is gone.");
	});

	test("changes a message that its person alone sees, by its token", async () => {
		await bot.register();
		const command = await bot.asked(() => ada.runs("review", {}, photos), deferredEphemeral);
		await port.reply(command, { ...view, ephemeral: true }, MARKER);
		const [question] = ada.sees(photos);
		if (!question) throw new Error("nothing was asked");
		const event = await bot.asked(() => ada.presses(question, "Right"), deferredUpdate);
		if (event.kind !== "choice") throw new Error("that is no choice");
		await port.edit(event, saying("the next one"), event);
		expect(ada.sees(photos).map(textOf)).toEqual(["the next one"]);
	});
});

describe("an answer that was posted before a crash", () => {
	test("is found by its marker, wherever it is, and by no other", async () => {
		await bot.register();
		const voice = guild.addChannel("voice", { type: ChannelType.GuildVoice });
		expected = /50024|10003/;
		const inThread = bot.imagesPosted(await ada.posts(photos, { files: [image()] }));
		const inChannel = bot.imagesPosted(await ada.posts(voice, { files: [image()] }));
		const command = await bot.asked(() => ada.runs("classify", { labels: "cat" }, photos), deferred);
		for (const [index, event] of [inThread, inChannel, command].entries()) {
			expect(await port.findReply(event, `marker-${index}`)).toBeUndefined();
			const posted = await port.reply(event, saying("a cat"), `marker-${index}`);
			for (let i = 0; i < 3; i++) await ada.posts(photos, { text: "later" });
			const found = await bot.newPort().findReply(event, `marker-${index}`);
			expect(found).toBe(posted);
			expect(await port.findReply(event, "another")).toBeUndefined();
		}
	});
});

describe("an edit", () => {
	test("changes a post in place, in a thread that was closed too, which stays closed", async () => {
		expected = /50083/;
		const message = await ada.posts(photos, { files: [image()] });
		const event = bot.imagesPosted(message);
		const posted = await port.reply(event, saying("a cat"), MARKER);
		const thread = threadOf(message);
		bot.discord.archives(thread);
		await port.edit({ ...event, message: posted }, saying("a dog"));
		expect(textOf(last(thread))).toBe("a dog");
		expect(thread.thread?.archived).toBe(true);
	});

	test("is made without the right to read the past by who posted it; anyone else names that permission", async () => {
		expected = /50001|50013/;
		const hidden = await ada.posts(photos, { files: [image("SPOILER_ending.png")] });
		const event = bot.imagesPosted(hidden);
		const posted = await port.reply(event, saying("a cat"), MARKER);
		guild.setOverwrites(photos, { bot: { deny: ["ReadMessageHistory"] } });
		const post = { ...event, message: posted };
		await port.edit(post, saying("a dog"));
		const tags = last(threadOf(hidden));
		expect(textOf(tags)).toBe("a dog");
		expect(tags.components).toMatchObject([{ spoiler: true }]);
		await bot.newPort().edit(post, saying("a bear"));
		expect(textOf(tags)).toBe("a dog");
		expect(bot.lines.join()).toMatch(/Read Message History/);
		expect(bot.lines.join()).not.toContain("View Channel");
	});

	test("of what is gone, or can't be reached, is let be", async () => {
		expected = /10008|10003|50001/;
		const message = await ada.posts(photos, { files: [image()] });
		const event = bot.imagesPosted(message);
		const posted = await port.reply(event, saying("a cat"), MARKER);
		const post = { ...event, message: posted };
		await port.edit(post, saying("a dog"));
		guild.setOverwrites(photos, { bot: { deny: ["ViewChannel"] } });
		await port.edit(post, saying("a dog"));
		expect(bot.lines.join()).toContain("View Channel");
		guild.setOverwrites(photos, {});
		guild.removesChannel(threadOf(message));
		await port.edit(post, saying("a dog"));
		await port.edit({ ...event, channel: `visitor-${ada.id}`, message: "1" }, saying("a dog"));
	});

	test("is made without a server's own emoji where Discord refuses it", async () => {
		const own = "<:cat:123456789012345678>";
		const withOwn: View = {
			blocks: [{ kind: "controls", controls: [{ kind: "button", id: "vote:yes:1:0", label: "Right", emoji: own }] }],
		};
		// Elsewhere's emoji are nothing that the local Discord knows of.
		const rest = new REST({
			api: bot.discord.apiUrl,
			async makeRequest(url, init) {
				const isRefused = typeof init.body === "string" && init.body.includes("123456789012345678");
				const refusal = {
					code: 50035,
					message: "Invalid Form Body",
					errors: { _errors: [{ code: "BUTTON_COMPONENT_INVALID_EMOJI", message: "Invalid emoji" }] },
				};
				return isRefused ? Response.json(refusal, { status: 400 }) : await bot.rest.options.makeRequest(url, init);
			},
		}).setToken(bot.discord.token);
		const withRest = bot.newPort({ rest });
		const event = bot.imagesPosted(await ada.posts(photos, { files: [image()] }));
		const posted = await withRest.reply(event, withOwn, MARKER);
		await withRest.edit({ ...event, message: posted }, withOwn);
		expect(JSON.stringify(last(threadOf(last(photos))).components)).not.toContain("123456789012345678");
	});
});

describe("the bot's reactions", () => {
	test("are put and taken away, and what is so already is let be", async () => {
		const message = await ada.posts(photos, { files: [image()] });
		const event = bot.imagesPosted(message);
		await port.react(event, ":cat:", true);
		await port.react(event, "🐱", true);
		await port.react(event, "<:bear:123456789012345678>", true);
		expect(message.reactionCounts()).toEqual({ "🐱": 1, "bear:123456789012345678": 1 });
		await port.react(event, "🐱", false);
		await port.react(event, "🐱", false);
		expect(message.reactionCounts()).toEqual({ "bear:123456789012345678": 1 });
	});

	test("without the permission are none, and the log says once what is missing", async () => {
		guild.setOverwrites(photos, { bot: { deny: ["AddReactions"] } });
		const event = bot.imagesPosted(await ada.posts(photos, { files: [image()] }));
		await port.react(event, "🐱", true);
		await port.react(event, "🐶", true);
		expect(bot.lines.filter((line) => line.includes("Add Reactions"))).toHaveLength(1);
		expect(bot.discord.calls(/PUT .*reactions/)).toEqual([]);
	});

	test("on a message that is gone are let be", async () => {
		expected = /10008/;
		const message = await ada.posts(photos, { files: [image()] });
		const event = bot.imagesPosted(message);
		ada.deletes(message);
		await port.react(event, "🐱", true);
	});
});

describe("what someone can read", () => {
	test("are channels that they see with their past, but for those with an age limit", async () => {
		const judges = guild.addRole("judges", []);
		const secret = guild.addChannel("secret", {
			overwrites: { everyone: { deny: ["ViewChannel"] }, judges: { allow: ["ViewChannel"] } },
		});
		guild.addChannel("adults", { nsfw: true });
		guild.addChannel("now-only", { overwrites: { everyone: { deny: ["ReadMessageHistory"] } } });
		const bob = guild.addMember("bob", { roles: [judges.name] });
		const readable = (person: Person) => {
			const actor = { id: person.id, name: "x", canModerate: false, isBot: false };
			return port.readable(actor, { platform: "discord", workspace: guild.id });
		};
		guild.setOverwrites(photos, { ada: { allow: ["CreatePrivateThreads"] } });
		ada.opensThread(photos, "private", true);
		expect(await readable(ada)).toEqual([photos.id]);
		expect(await readable(bob)).toEqual([photos.id, secret.id]);
		guild.setOverwrites(secret, { everyone: { deny: ["ViewChannel"] } });
		bot.later(MINUTES_MS);
		expect(await readable(bob)).toEqual([photos.id]);
	});

	test("is no voice channel's chat where they may not connect", async () => {
		const open = guild.addChannel("lounge", { type: ChannelType.GuildVoice });
		const deny = ["Connect"] as const;
		for (const type of [ChannelType.GuildVoice, ChannelType.GuildStageVoice]) {
			guild.addChannel("staff", { type, overwrites: { everyone: { deny } } });
		}
		const actor = { id: ada.id, name: "Ada", canModerate: false, isBot: false };
		expect(await port.readable(actor, { platform: "discord", workspace: guild.id })).toEqual([photos.id, open.id]);
	});

	test("is nothing for who isn't there, and where the bot isn't; and in a conversation, it", async () => {
		expected = /10004|10007/;
		const actor = { id: ada.id, name: "Ada", canModerate: false, isBot: false };
		const stranger = { ...actor, id: bot.discord.addPerson("eve").id };
		const elsewhere = bot.discord.addGuild({ bot: false });
		expect(await port.readable(stranger, { platform: "discord", workspace: guild.id })).toEqual([]);
		expect(await port.readable(actor, { platform: "discord", workspace: elsewhere.id })).toEqual([]);
		expect(await port.readable(actor, { platform: "discord", workspace: "dm-7" })).toEqual(["7"]);
		const visit = `visitor-${ada.id}`;
		expect(await port.readable(actor, { platform: "discord", workspace: visit })).toEqual([visit]);
	});
});

test("messages have links, in threads too", async () => {
	const place = { platform: "discord" as const, workspace: guild.id, channel: photos.id };
	expect(await port.linkTo({ ...place, message: `${photos.id}/${guild.id}` })).toBe(
		`https://discord.com/channels/${guild.id}/${photos.id}/${guild.id}`,
	);
	expect(await port.linkTo({ ...place, workspace: "visitor-1", message: guild.id })).toBe("");
});
