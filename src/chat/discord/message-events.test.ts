import { expect, test } from "vitest";
import { chatEventSchema } from "../event.ts";
import type { Place } from "./ids.ts";
import { awaitsPicture, eventOf, type ReadMessage } from "./message-events.ts";

const [guild, channel, thread, bot, role, ada] = [
	"613425648685547541",
	"175928847299117063",
	"175928847299117064",
	"175928847299117001",
	"175928847299117002",
	"175928847299117003",
];
const place: Place = { platform: "discord", workspace: guild, channel };
const inThread: Place = { ...place, thread };
const dm: Place = { platform: "discord", workspace: `dm-${channel}`, channel };
const author = { id: ada, username: "ada", global_name: "Ada", discriminator: "0", avatar: null };

function file(name: string, more = {}) {
	const url = `https://cdn.discordapp.com/attachments/1/2/${name}`;
	return { id: "175928847299117090", filename: name, url, proxy_url: url, size: 9, ...more };
}
function message(content: string, more: Partial<ReadMessage> = {}): ReadMessage {
	const timestamp = "2026-11-24T10:00:00.123000+00:00";
	const empty = { attachments: [], embeds: [] };
	return { id: "175928847299117065", channel_id: channel, author, content, timestamp, ...empty, ...more };
}
const withCat = (content: string, more = {}) => message(content, { attachments: [file("cat.png")], ...more });
const reply = (content: string, images = [file("dog.png")]) => {
	const referenced_message = { ...message("", { attachments: images }), id: "175928847299117066" };
	// What a reply carries of the other message is a message too.
	return message(content, { referenced_message: referenced_message as never });
};

function read(given: ReadMessage, at = place, canModerate = false) {
	const event = eventOf(given, { place: at, ourIds: [bot, role], canModerate });
	return event && chatEventSchema.parse(event);
}
/** A command in short: its name, its options, its images, those of its target. */
function command(given: ReadMessage, at = place) {
	const event = read(given, at);
	if (event?.kind !== "command") return event?.kind;
	return [event.name, event.options, event.attachments.length, event.target?.attachments.length ?? 0];
}

test("images are posted where they are, by whom, when", () => {
	expect(read(withCat("look", { member: { nick: "Lady Ada" } }))).toEqual({
		...place,
		kind: "images-posted",
		key: "175928847299117065",
		message: "175928847299117065",
		actor: { id: ada, name: "Lady Ada", canModerate: false, isBot: false },
		time: "2026-11-24T10:00:00.123Z",
		attachments: [{ id: "175928847299117090", name: "cat.png", size: 9, url: expect.stringContaining("cat.png") }],
	});
	expect(read(withCat(""), inThread)).toMatchObject({ thread, message: `${thread}/175928847299117065` });
});

test("a message without images says nothing to the bot, nor does another file", () => {
	expect(read(message("hello"))).toBeUndefined();
	expect(read(message("", { attachments: [file("notes.txt", { content_type: "text/plain" })] }))).toBeUndefined();
});

test("the bot is asked by its name or its role's, anywhere in a message with images", () => {
	const labels = { labels: "cat, dog" };
	for (const mention of [`<@${bot}>`, `<@!${bot}>`, `<@&${role}>`]) {
		expect(command(withCat(`${mention} cat, dog`))).toEqual(["classify", labels, 1, 0]);
	}
	expect(command(withCat(`which is it, <@${bot}> cat, dog`))).toEqual(["classify", labels, 1, 0]);
	expect(command(withCat(`<@${bot}>`))).toEqual(["classify", {}, 1, 0]);
	expect(command(withCat(`<@${ada}> cat, dog`))).toBe("images-posted");
});

test("in a reply it is asked about the images of the other message", () => {
	expect(command(reply(`<@${bot}> cat, dog mode:many`))).toEqual([
		"classify",
		{ labels: "cat, dog", mode: "many" },
		0,
		1,
	]);
	expect(read(reply(`<@${bot}> cat`), inThread)).toMatchObject({ target: { message: `${thread}/175928847299117066` } });
	// A reply to the bot notifies it, and doesn't speak to it.
	expect(command(reply("thanks"))).toBeUndefined();
	expect(command(reply(`<@${bot}> thanks`, []))).toBeUndefined();
});

test("in a thread it is asked about the thread's image, and in a conversation with it about the latest", () => {
	expect(command(message(`<@${bot}> cat, dog`))).toBeUndefined();
	expect(command(message(`<@${bot}> cat, dog`), inThread)).toEqual(["classify", { labels: "cat, dog" }, 0, 0]);
	expect(command(message("cat, dog"), dm)).toEqual(["classify", { labels: "cat, dog" }, 0, 0]);
	expect(command(withCat("cat, dog"), dm)).toEqual(["classify", { labels: "cat, dog" }, 1, 0]);
	expect(command(withCat(""), dm)).toEqual(["classify", {}, 1, 0]);
});

const link = "https://i.imgur.com/a.png";
const proxy_url = "https://images-ext-1.discordapp.net/external/x/https/i.imgur.com/a.png";
const shown = { embeds: [{ type: "image", url: link, thumbnail: { url: link, proxy_url } }] } as never;

test("pictures that Discord shows large, and of links to images, are images; thumbnails of pages, videos, GIFs and cards aren't", () => {
	const picture = (name: string) => ({ url: link, proxy_url: `${proxy_url}/${name}` });
	const picturesIn = (...embeds: object[]) => {
		const event = read(message("look", { embeds } as never));
		return event?.kind === "images-posted" ? event.attachments.map(({ name, url }) => [name, url]) : event?.kind;
	};
	const thumbnail = picture("small.png");
	expect(picturesIn({ type: "image", thumbnail })).toEqual([["small.png", thumbnail.proxy_url]]);
	for (const type of ["rich", "gifv", "video", "article", "link"])
		expect(picturesIn({ type, thumbnail })).toBeUndefined();
	const image = picture("large.png");
	for (const type of ["rich", "article"]) {
		expect(picturesIn({ type, thumbnail, image })).toEqual([["large.png", image.proxy_url]]);
	}
	// Without Discord's copy there is nothing to fetch it from.
	expect(picturesIn({ type: "image", thumbnail: { url: link } })).toBeUndefined();
});

test("an address is no label", () => {
	const labels = { labels: "cat, dog" };
	for (const text of [`cat, dog ${link}`, `${link} cat, dog`, `cat, dog <${link}>`, `cat, dog ||${link}||`]) {
		expect(command(message(`<@${bot}> ${text}`, shown))).toEqual(["classify", labels, 1, 0]);
		expect(command(message(text, shown), dm)).toEqual(["classify", labels, 1, 0]);
	}
	const between = { labels: "cat, , dog" };
	expect(command(message(`<@${bot}> cat, ${link}, dog`, shown))).toEqual(["classify", between, 1, 0]);
	expect(command(message(`<@${bot}> ${link}`, shown))).toEqual(["classify", {}, 1, 0]);
	expect(command(message(`<@${bot}> wording bird ${link}`, shown))).toEqual(["wording", { label: "bird" }, 1, 0]);
});

test("words to the bot with a link wait for its picture, unless there are other images or Discord shows none", () => {
	const waits = (given: ReadMessage, at = place) => awaitsPicture(given, { place: at, ourIds: [bot, role] });
	const asked = `<@${bot}> cat, dog ${link}`;
	expect([waits(message(asked)), waits(message(asked), inThread), waits(message(link), dm)]).toEqual([
		true,
		true,
		true,
	]);
	expect(waits(message(`${link} <@${bot}> which is it`))).toBe(true);
	expect(waits(message(`<@${bot}> cat, dog`))).toBe(false);
	expect(waits(message(`cat, dog ${link}`))).toBe(false);
	expect(waits(message(asked, shown))).toBe(false);
	expect(waits(withCat(asked))).toBe(false);
	expect(waits(reply(asked))).toBe(false);
	expect(waits(message(`<@${bot}> cat, dog <${link}>`))).toBe(false);
	expect(waits(message(asked, { author: { ...author, bot: true } }))).toBe(false);
});

test("commands are called by name after the mention", () => {
	expect(command(message(`<@${bot}> labels show`))).toEqual(["labels show", {}, 0, 0]);
	expect(command(message(`<@${bot}> /labels set 🐱 cat, dog`))).toEqual([
		"labels set",
		{ labels: "🐱 cat, dog" },
		0,
		0,
	]);
	expect(command(withCat(`<@${bot}> wording bird`))).toEqual(["wording", { label: "bird" }, 1, 0]);
	expect(command(message(`<@${bot}>`))).toEqual(["help", {}, 0, 0]);
	expect(command(message(`look <@${bot}> stats`))).toBeUndefined();
});

test("a command that can't be read stays one, so that whoever wrote it is told", () => {
	expect(command(message(`<@${bot}> labels wipe everything`))).toEqual(["labels wipe", {}, 0, 0]);
	expect(command(message(`<@${bot}> privacy please ${"x".repeat(300)}`))).toEqual(["privacy please", {}, 0, 0]);
});

test("bots and webhooks post images and command nothing", () => {
	const robot = { ...author, bot: true };
	expect(read(withCat(`<@${bot}> cat`, { author: robot }))).toMatchObject({
		kind: "images-posted",
		actor: { isBot: true },
	});
	const hooked = read(withCat(`<@${bot}> cat`, { webhook_id: "175928847299117099" }));
	expect(hooked).toMatchObject({ kind: "images-posted", actor: { isBot: true } });
});
