import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { controlsOf, startBot, type TestBot, textOf } from "../../test/support/bot.ts";
import { moderator, TestChannel } from "../../test/support/channel.ts";
import { messageDeleted, person } from "../../test/support/events.ts";

let bot: TestBot;
beforeAll(async () => {
	bot = await startBot();
});
afterAll(() => bot.close());

/** A channel with labels and three photos that nobody has decided. */
async function threePhotos(name: string) {
	const channel = new TestChannel(bot, name);
	await channel.setLabels("🐱 cat, 🚀 rocket, ☕ coffee");
	for (const photo of ["chelsea.png", "rocket.jpg", "coffee.png"]) await channel.post([photo]);
	const decided = async () => {
		const examples = await bot.store.examples.ofChannel(channel.ref, bot.services.classifier.model.id, 10);
		return examples.flatMap(({ labels }) => labels).sort();
	};
	return { channel, decided };
}

/** The name of the photo that is asked about. */
function askedAbout(view: Parameters<typeof textOf>[0]): string | undefined {
	const gallery = view?.blocks.find((block) => block.kind === "gallery");
	return gallery?.kind === "gallery" ? gallery.items[0]?.attachment.name : undefined;
}

const right: Record<string, string> = { "chelsea.png": "cat", "rocket.jpg": "rocket", "coffee.png": "coffee" };

describe("/review", () => {
	test("asks about one photo after the other, in place, until none is left", async () => {
		const { channel, decided } = await threePhotos("all");
		const post = await channel.ask("review", {}, moderator);
		const asked: string[] = [];
		for (let turn = 0; turn < 3; turn++) {
			const name = askedAbout(post.view) ?? "";
			asked.push(name);
			await channel.press(post, right[name] ?? "", moderator);
		}
		expect(asked.sort()).toEqual(Object.keys(right).sort());
		expect(textOf(post.view)).toBe(
			"Nothing is left to ask you about. You answered 3: from the next image on, I go by that.",
		);
		expect(await decided()).toEqual(["cat", "coffee", "rocket"]);
	});

	test("a photo that was skipped isn't asked about again, of this person", async () => {
		const { channel, decided } = await threePhotos("skip");
		const post = await channel.ask("review", {}, moderator);
		const skipped = askedAbout(post.view);
		await channel.press(post, "Skip", moderator);
		expect(askedAbout(post.view)).not.toBe(skipped);
		const again = await channel.ask("review", {}, moderator);
		expect(askedAbout(again.view)).not.toBe(skipped);
		expect(await decided()).toEqual([]);
		const other = await channel.ask("review", {}, person("ada"));
		expect(askedAbout(other.view)).toBe(skipped);
	});

	test("a photo that was deleted meanwhile makes room for the next one, and isn't counted", async () => {
		const { channel } = await threePhotos("deleted");
		const post = await channel.ask("review", {}, moderator);
		const name = askedAbout(post.view) ?? "";
		const number = ["chelsea.png", "rocket.jpg", "coffee.png"].indexOf(name) + 1;
		await channel.happens(messageDeleted(`deleted-${number}`, channel.ref));
		await channel.press(post, "None of these", moderator);
		expect(askedAbout(post.view)).toMatch(/png|jpg/);
		expect(askedAbout(post.view)).not.toBe(name);
		expect(textOf(post.view)).toContain("0 answered · 2 to ask about");
	});

	test("stops when told to, and says what was answered", async () => {
		const { channel } = await threePhotos("stop");
		const post = await channel.ask("review", {}, moderator);
		await channel.press(post, "None of these", moderator);
		await channel.press(post, "Stop", moderator);
		expect(textOf(post.view)).toBe("Stopped. You answered 1: from the next image on, I go by that.");
		expect(controlsOf(post.view)).toEqual([]);
	});

	test("takes a label that isn't in the set", async () => {
		const { channel, decided } = await threePhotos("another");
		const post = await channel.ask("review", {}, moderator);
		await channel.press(post, "Another label…", moderator, { label: "still life" });
		expect(await decided()).toEqual(["still life"]);
	});

	test("is only seen by the one who asked, and says how to name labels where there are none", async () => {
		const { channel } = await threePhotos("unseen");
		expect((await channel.ask("review")).view.ephemeral).toBe(true);
		const bare = new TestChannel(bot, "bare");
		expect(textOf((await bare.ask("review")).view)).toContain("/labels set");
	});
});
