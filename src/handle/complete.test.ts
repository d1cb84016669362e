import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { catalogue } from "../../commands/catalogue.ts";
import { startBot, type TestBot } from "../../test/support/bot.ts";
import { TestChannel } from "../../test/support/channel.ts";
import { person } from "../../test/support/events.ts";
import { complete } from "./complete.ts";

let bot: TestBot;
let channel: TestChannel;
beforeAll(async () => {
	bot = await startBot();
	channel = new TestChannel(bot, "completing");
	await channel.setLabels('🐱 cat, tomcat, dog, polar bear, "red, white"');
});
afterAll(() => bot.close());

const completions = (command: string, option: string, typed: string) =>
	complete(command, option, typed, { ...channel.ref, actor: person("ada") }, bot.services);

describe("completion", () => {
	test.each([
		["labels remove", "labels", "", ["cat", "tomcat", "dog", "polar bear", '"red, white"']],
		["labels remove", "labels", "cat", ["cat", "tomcat"]],
		["labels remove", "labels", "CAT", ["cat", "tomcat"]],
		["labels remove", "labels", "dog, po", ["dog, polar bear"]],
		["labels remove", "labels", "zebra", []],
		["labels mode", "mode", "", ["one", "many"]],
		["classify", "mode", "m", ["many"]],
		["labels threshold", "probability", "6", ["60 %"]],
		["help", "command", "labels t", ["labels template", "labels threshold"]],
		["help", "command", "autotag", expect.arrayContaining(["autotag", "autotag on"])],
		["forget", "who", "m", ["me"]],
		["labels set", "labels", "c", []],
		["labels set", "nothing", "c", []],
		["dance", "step", "", []],
		["constructor", "constructor", "", []],
		["labels remove", "constructor", "", []],
	])("/%s %s:%s", async (command, option, typed, items) => {
		expect(await completions(command, option, typed)).toEqual(items);
	});

	test("what starts with it comes before what contains it", async () => {
		await channel.setLabels("wildcat, cat, bobcat, caterpillar");
		expect(await completions("labels remove", "labels", "cat")).toEqual(["cat", "caterpillar", "wildcat", "bobcat"]);
	});

	test("never more than 25, nor longer than 100 characters", async () => {
		const long = "ö".repeat(95);
		await channel.setLabels([...Array.from({ length: 60 }, (_, index) => `label ${index}`), long].join(", "));
		expect(await completions("labels remove", "labels", "")).toHaveLength(25);
		expect(await completions("labels remove", "labels", "ö")).toEqual([long]);
		expect(await completions("labels remove", "labels", "label 1, ö")).toEqual([]);
	});

	test("another channel's or workspace's labels are not offered", async () => {
		const other = { ...channel.ref, workspace: "away", actor: person("ada") };
		expect(await complete("labels remove", "labels", "", other, bot.services)).toEqual([]);
	});

	test("every option that says it completes does, within the limits", async () => {
		const completing = catalogue.flatMap(({ name, options }) =>
			options.filter((option) => option.completes).map((option) => [name, option.name] as const),
		);
		expect(completing.length).toBeGreaterThan(4);
		for (const [name, option] of completing) {
			const items = await completions(name, option, "");
			expect(items.length, `/${name} ${option}`).toBeGreaterThan(0);
			for (const item of items) expect(item.length).toBeLessThanOrEqual(100);
		}
	});
});
