import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { View } from "../src/chat/view.ts";
import { startBot, type TestBot, textOf } from "../test/support/bot.ts";
import { moderator, TestChannel } from "../test/support/channel.ts";
import { imagesPosted, person } from "../test/support/events.ts";
import { type } from "../test/support/typing.ts";

let bot: TestBot;
let count = 0;
let channel: TestChannel;
beforeAll(async () => {
	bot = await startBot();
});
afterAll(() => bot.close());
beforeEach(() => {
	channel = new TestChannel(bot, `search-${++count}`);
	bot.platform.canRead = () => [channel.ref.channel];
});

function names(view: View): string[] {
	return view.blocks.flatMap((block) =>
		block.kind === "gallery" ? block.items.map((item) => item.attachment.name) : [],
	);
}

const day = (number: number) => new Date(Date.UTC(2026, 1, number));

describe("/find", () => {
	test("finds by words, the nearest first, with who posted it, when, and a link", async () => {
		for (const [index, name] of ["rocket.jpg", "chelsea.png", "coffee.png"].entries()) {
			await channel.post([name], person("bob"), day(index + 1));
		}
		const view = await type(channel, "/find a cat");
		expect(view.ephemeral).toBe(true);
		expect(names(view)).toHaveLength(3);
		const [first] = view.blocks.flatMap((block) => (block.kind === "gallery" ? block.items : []));
		expect(first?.attachment.name).toBe("chelsea.png");
		const message = { ...channel.ref, message: `${channel.ref.channel}-2` };
		expect(first?.message).toEqual(message);
		expect(first?.caption).toEqual([{ strong: "1" }, " · ", { person: "bob" }, " · 2 February 2026"]);
		expect(textOf(view)).toContain("Ordered by similarity, the nearest first.");
		expect(textOf(view)).not.toContain("None comes close");
	});

	test("says so where even the nearest is nothing like it", async () => {
		await channel.post(["coffee.png"]);
		expect(textOf(await type(channel, "/find a submarine"))).toContain(
			"None comes close: these are merely the nearest",
		);
	});

	test("shows as many as are asked for", async () => {
		await channel.post(["rocket.jpg", "chelsea.png", "coffee.png"]);
		expect(names(await type(channel, "/find rocket top:1"))).toEqual(["rocket.jpg"]);
	});

	test("looks here, and everywhere only where the asker can read", async () => {
		const other = new TestChannel(bot, `search-other-${count}`);
		const secret = new TestChannel(bot, `search-secret-${count}`);
		await other.post(["chelsea.png"]);
		await secret.post(["rocket.jpg"]);
		await channel.post(["coffee.png"]);
		bot.platform.canRead = ({ id }) => [
			channel.ref.channel,
			other.ref.channel,
			...(id === "mo" ? [secret.ref.channel] : []),
		];
		expect(names(await type(channel, "/find rocket"))).toEqual(["coffee.png"]);
		expect(names(await type(channel, "/find rocket in:everywhere")).sort()).toEqual(["chelsea.png", "coffee.png"]);
		expect(names(await type(channel, "/find rocket in:everywhere", { actor: moderator }))[0]).toBe("rocket.jpg");
	});

	test("everywhere is also here, where what is posted is shown nowhere else", async () => {
		await channel.post(["coffee.png"]);
		bot.platform.canRead = () => [];
		expect(names(await type(channel, "/find rocket in:everywhere"))).toEqual(["coffee.png"]);
	});

	test("says that it knows none, and of images that were never read", async () => {
		expect(textOf(await type(channel, "/find cat"))).toBe("Looking for cat. I know no such image in this channel.");
		await bot.store.images.record(imagesPosted("unread", channel.ref));
		expect(textOf(await type(channel, "/find cat"))).toContain("1 image here could not be compared");
	});

	test.each([
		["/find", "/find needs text. For example: /find a red car at night"],
		["/find cat top:11", "it must be a number from 1 to 10"],
		["/find cat in:secret", "/find can't use in:secret"],
		[`/find ${"x".repeat(201)}`, "it has more than 200 characters"],
	])("%.30s is refused in words", async (text, sentence) => {
		expect(textOf(await type(channel, text))).toContain(sentence);
	});
});

describe("/similar", () => {
	test("finds what is like the latest image, without itself", async () => {
		await channel.post(["chelsea.png"], person("bob"), day(1));
		await channel.post(["coffee.png", "rocket.jpg"], person("bob"), day(2));
		await channel.post(["chelsea.png"], person("eve"), day(3));
		const view = await type(channel, "/similar top:2");
		expect(names(view)[0]).toBe("chelsea.png");
		expect(names(view)).toHaveLength(2);
		expect(textOf(view)).toContain("@bob · 1 February 2026");
		expect(textOf(view)).not.toContain("@eve");
		expect(textOf(view)).not.toContain("None comes close");
	});

	test("takes the first of several, says so, and owns up that nothing is like it", async () => {
		await channel.post(["rocket.jpg"]);
		const attachments = ["chelsea.png", "coffee.png"].map((id) => ({ id, url: `fake:${id}`, name: id }));
		bot.platform.files.set("coffee.png", bot.platform.files.get("rocket.jpg") ?? new Uint8Array());
		const view = await type(channel, "/similar top:1", { target: { message: "elsewhere", attachments } });
		expect(textOf(view)).toContain("Like chelsea.png, the first of the 2 images.");
		expect(textOf(view)).toContain("None comes close");
	});

	test("says how to give an image where there is none", async () => {
		expect(textOf(await type(channel, "/similar"))).toContain("There is no image to look at here.");
	});

	test("says that it knows no other", async () => {
		await channel.post(["chelsea.png"]);
		expect(textOf(await type(channel, "/similar"))).toBe("Like chelsea.png. I know no such image in this channel.");
	});
});
