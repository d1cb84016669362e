import { afterAll, beforeAll, expect, test } from "vitest";
import { startBot, type TestBot, textOf } from "../../test/support/bot.ts";
import { TestChannel } from "../../test/support/channel.ts";
import { command, person } from "../../test/support/events.ts";

let bot: TestBot;
let channel: TestChannel;
beforeAll(async () => {
	bot = await startBot();
	channel = new TestChannel(bot, "meant");
});
afterAll(() => bot.close());

/** `/classify cat rocket` by Ada, called on Bob's photo. @returns what is answered */
async function classifyIn(message: string): Promise<string> {
	const attachments = [{ id: "chelsea.png", url: "fake:chelsea.png", name: "chelsea.png" }];
	const target = { message, attachments };
	const key = `in-${message}`;
	const options = { labels: "cat rocket" };
	await channel.happens(command(key, { ...channel.ref, thread: message, target, options, actor: person("ada") }));
	return textOf(channel.reply(key).view);
}
const rows = (message: string) => bot.store.images.ofMessage(channel.ref, message);

test("a photo whose person was forgotten is looked at once more when it is meant, and not noted again", async () => {
	const message = await channel.post(["chelsea.png"], person("bob"));
	expect(await rows(message)).toHaveLength(1);
	await channel.ask("forget", { who: "me" }, person("bob"));
	expect(await classifyIn(message)).toMatch(/^cat\n/);
	expect(await rows(message)).toEqual([]);
});

test("a photo that is known is kept as whose it is", async () => {
	const message = await channel.post(["chelsea.png"], person("bob"));
	await classifyIn(message);
	expect(await rows(message)).toMatchObject([{ author: "bob" }]);
});

test("a photo that came with no message is looked at, and nobody finds it later", async () => {
	const attachments = [{ id: "chelsea.png", url: "fake:chelsea.png", name: "chelsea.png" }];
	const asked = { ...channel.ref, options: { labels: "cat rocket" }, attachments, actor: person("ada") };
	const typed = command("typed", asked);
	const { message: _, ...slash } = command("slash", asked);
	for (const event of [typed, slash]) {
		await channel.happens(event);
		const answers = bot.platform.posts.filter((post) => post.event.key === event.key);
		expect(answers.map(({ view }) => textOf(view))).toEqual([expect.stringMatching(/^cat\n/)]);
	}
	expect(await rows(typed.key)).toHaveLength(1);
	expect(await rows(slash.key)).toEqual([]);
});
