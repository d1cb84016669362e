import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { startBot, starter, type TestBot, textOf } from "../../test/support/bot.ts";
import { command, imagesPosted } from "../../test/support/events.ts";
import { photo } from "../../test/support/models.ts";
import { jobId } from "../chat/event.ts";
import { TELL_AFTER } from "../jobs/jobs.ts";
import { receive } from "./receive.ts";

let bot: TestBot;
let count = 0;
beforeAll(async () => {
	bot = await startBot();
	bot.platform.files.set("chelsea.png", await photo("chelsea.png"));
});
afterAll(() => bot.close());
beforeEach(() => {
	bot.platform.posts.length = 0;
	bot.platform.beforeReply = () => {};
	bot.platform.afterReply = () => {};
});

/** `/classify cat dog` with a photo, in a message of its own. */
function classify() {
	const attachments = [{ id: "chelsea.png", url: "fake:chelsea", name: "chelsea.png" }];
	return command(`handled-${++count}`, { attachments });
}
/** Throws the first `times` times. */
function failing(times: number) {
	let left = times;
	return () => {
		if (left-- > 0) throw new Error("the platform is down");
	};
}
const outcome = (event: Parameters<typeof jobId>[0]) => bot.store.intake.isSettled(jobId(event));

describe("an event is answered once", () => {
	test("delivered five times, it is answered once", async () => {
		const event = classify();
		await Promise.all(Array.from({ length: 5 }, () => receive(event, bot.services)));
		await bot.idle();
		expect(bot.platform.posts).toHaveLength(1);
	});

	test("a post whose answer was lost is adopted, not posted again", async () => {
		bot.platform.afterReply = failing(1);
		const event = classify();
		await receive(event, bot.services);
		await bot.idle();
		expect(bot.platform.posts).toHaveLength(1);
		expect(await outcome(event)).toBe(true);
	});

	test("a post that was refused is posted again", async () => {
		bot.platform.beforeReply = failing(2);
		await receive(classify(), bot.services);
		await bot.idle();
		expect(bot.platform.posts).toHaveLength(1);
		expect(textOf(bot.platform.posts[0]?.view)).toContain("cat");
	});

	test("two commands on one message are two answers", async () => {
		const event = classify();
		await receive(event, bot.services);
		await receive({ ...event, key: `${event.key}-again` }, bot.services);
		await bot.idle();
		expect(new Set(bot.platform.posts.map(({ marker }) => marker)).size).toBe(2);
	});

	test("markers fit where platforms carry them", async () => {
		await receive(classify(), bot.services);
		await bot.idle();
		expect(bot.platform.posts[0]?.marker).toMatch(/^[\w-]{1,25}$/);
	});
});

describe("what fails is told", () => {
	test("a fault of ours is tried for some minutes, then the person is told and the platform learns that it is over", async () => {
		const classifier = { ...(await starter()), labelSet: () => Promise.reject(new Error("out of memory")) };
		const broken = await startBot(classifier);
		broken.platform.files.set("chelsea.png", await photo("chelsea.png"));
		const event = classify();
		await receive(event, broken.services);
		await broken.idle();
		expect(broken.platform.posts.map(({ view }) => textOf(view))).toEqual([
			"Something went wrong on my side, and trying again didn't help. The operator's log says what.",
		]);
		expect(broken.platform.settledKeys).toEqual([event.key]);
		expect(await broken.store.intake.isSettled(jobId(event))).toBe(true);
		await broken.close();
	});

	test("who can't be told while the platform is away is told once it is back, though nothing else is tried for so long", async () => {
		const [mistaken, asked] = [
			command(`handled-${++count}`, { options: { labels: " , " } }),
			command(`handled-${++count}`, { name: "dance" }),
		];
		bot.platform.beforeReply = failing(2 * TELL_AFTER + 6);
		for (const event of [mistaken, asked]) await receive(event, bot.services);
		await bot.idle();
		expect(bot.platform.posts.map(({ event }) => event.key).sort()).toEqual([mistaken.key, asked.key].sort());
		expect(bot.platform.posts.every(({ view }) => view.ephemeral)).toBe(true);
	});

	test("images are tagged when the platform is back, though it was away for more attempts than a person waits", async () => {
		const event = imagesPosted(`handled-${++count}`, { channel: "patient" });
		await bot.store.settings.change(event, () => ({ autotag: "on" }));
		const labels = [{ text: "cat" }, { text: "dog" }];
		const set = () => ({ labels, templates: null, mode: "one" as const, threshold: 0.5 });
		await bot.store.labelSets.change(event, set, "mod", new Date());
		bot.platform.files.set(event.attachments[0]?.id ?? "", await photo("chelsea.png"));
		bot.platform.beforeReply = failing(TELL_AFTER + 2);
		await receive(event, bot.services);
		await bot.idle();
		expect(bot.platform.posts.map((post) => post.event.key)).toEqual([event.key]);
	});

	test("a person's mistake is told at once, and not tried again", async () => {
		const event = command(`handled-${++count}`, { options: { labels: " , " } });
		await receive(event, bot.services);
		await bot.idle();
		expect(bot.platform.posts).toHaveLength(1);
		expect(bot.platform.posts[0]?.view.ephemeral).toBe(true);
	});

	test("a command nobody knows", async () => {
		await receive(command(`handled-${++count}`, { name: "dance" }), bot.services);
		await bot.idle();
		expect(textOf(bot.platform.posts[0]?.view)).toBe("There is no command /dance. /help lists the commands.");
	});

	test("images posted without a command are answered by nobody, and nobody waits", async () => {
		const event = imagesPosted(`handled-${++count}`);
		await receive(event, bot.services);
		await bot.idle();
		expect(bot.platform.posts).toEqual([]);
		expect(bot.platform.settledKeys).toContain(event.key);
	});
});

describe("a command shown now", () => {
	test("is answered before receive resolves, without the queue", async () => {
		await receive(command(`handled-${++count}`, { name: "help", options: {} }), bot.services);
		expect(textOf(bot.platform.posts[0]?.view)).toContain("/classify");
	});

	test("that was asked wrongly is settled too", async () => {
		const event = command(`handled-${++count}`, { name: "help", options: { command: "dance" } });
		await receive(event, bot.services);
		expect(textOf(bot.platform.posts[0]?.view)).toContain("There is no command /dance.");
		expect(await outcome(event)).toBe(true);
	});

	test("stays owed while the platform is down", async () => {
		bot.platform.beforeReply = failing(1);
		const event = command(`handled-${++count}`, { name: "help", options: {} });
		await receive(event, bot.services);
		expect(await outcome(event)).toBe(false);
	});
});

test("a message deleted while its image is looked at leaves nothing behind", async () => {
	const event = classify();
	bot.platform.beforeReply = () => bot.store.forget.message(event, event.key);
	await receive(event, bot.services);
	await bot.idle();
	expect(await bot.store.images.ofMessage(event, event.key)).toEqual([]);
	const claim = await bot.store.replies.claim({ ...event, message: event.key, purpose: event.key }, new Date());
	expect(claim.fresh).toBe(true);
});

test("a command in no message, whose channel is left just before it is answered, leaves nothing behind", async () => {
	const { message: _, ...event } = classify();
	const { claim } = bot.store.replies;
	const claiming = vi.spyOn(bot.store.replies, "claim").mockImplementationOnce(async (...given) => {
		await bot.store.forget.channel(event);
		return await claim(...given);
	});
	await receive(event, bot.services);
	await bot.idle();
	expect(claiming).toHaveBeenCalledOnce();
	claiming.mockRestore();
	expect(await bot.store.images.ofMessage(event, event.key)).toEqual([]);
	expect((await claim({ ...event, message: event.key, purpose: event.key }, new Date())).fresh).toBe(true);
});
