import { describe, expect, test } from "vitest";
import { imagesOf, isSpoiler } from "./attachments.ts";

const [cat, end] = ["https://example.org/cat.png", "https://example.org/end.png"];

describe("the picture of a link", () => {
	const id = "100000000000000001";
	const proxied = (url: string) => url.replace("https://", "https://images-ext-1.discordapp.net/external/x/https/");
	const embed = (url: string) => ({ type: "image", url, thumbnail: { proxy_url: proxied(url) } });
	const hiddenIn = (content: string, ...links: string[]) =>
		imagesOf({ id, content, embeds: links.map(embed) }).map(isSpoiler);

	test("is a spoiler where the link stands between bars, and there alone", () => {
		expect(hiddenIn(`look ${cat}`, cat)).toEqual([false]);
		expect(hiddenIn(`the end: ||${end}||`, end)).toEqual([true]);
		expect(hiddenIn(`||it ends with\n ${end} || and ${cat} ||nobody knows||`, end, cat)).toEqual([true, false]);
		expect(hiddenIn(`||secret|| ${cat}`, cat)).toEqual([false]);
		expect(hiddenIn(`${end} ||${end}||`, end)).toEqual([true]);
	});

	test("is found however the address is written; one that isn't found is hidden where any link is", () => {
		expect(hiddenIn("||HTTPS://Example.org/end.png||", end)).toEqual([true]);
		expect(hiddenIn("||https://short.example/1||", end)).toEqual([true]);
		expect(hiddenIn("https://short.example/1", end)).toEqual([false]);
	});

	test("that was forwarded is hidden as it was where it came from", () => {
		const message = { content: `||${end}||`, embeds: [embed(end)] };
		expect(imagesOf({ id, content: "", message_snapshots: [{ message }] }).map(isSpoiler)).toEqual([true]);
	});
});
