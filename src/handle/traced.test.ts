/** An event is followed through the log by its trace, with what follows from it, and nothing that people wrote is in it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startBot, type TestBot } from "../../test/support/bot.ts";
import { moderator, TestChannel } from "../../test/support/channel.ts";
import { command, imagesPosted, person } from "../../test/support/events.ts";
import { photo } from "../../test/support/models.ts";
import { createLog } from "../http/log.ts";

interface Line {
	msg: string;
	trace?: string;
	job?: string;
	seconds?: number;
	posted?: string;
	code?: string;
}

let bot: TestBot;
let written: string[];
beforeAll(async () => {
	bot = await startBot(undefined, createLog("info", { write: (line: string) => void written.push(line) }));
	bot.platform.files.set("chelsea.png", await photo("chelsea.png"));
});
afterAll(() => bot.close());
beforeEach(() => {
	written = [];
});

/** What was written about an event and what follows from it, told by the trace of this job, which is its first. */
function follow(job: string): Line[] {
	const lines = written.map((line): Line => JSON.parse(line));
	const trace = lines.find((line) => line.job === job)?.trace;
	expect(trace).toMatch(/^[0-9a-f]{16}$/);
	return lines.filter((line) => line.trace === trace);
}

const said = (lines: Line[], job: string) => lines.filter((line) => line.job === job).map(({ msg }) => msg);

describe("the log", () => {
	test("follows a command from its arrival to its answer, with the answer's id and the seconds it took", async () => {
		const channel = new TestChannel(bot, "asked");
		const event = command("asked-1", {
			...channel.ref,
			options: { labels: "zebrafinch, wallaby" },
			actor: person("p1", { name: "Hildegard" }),
			attachments: [{ id: "chelsea.png", url: "fake:secret-place", name: "my-holiday.png" }],
		});
		await channel.happens(event);
		const lines = follow("local-command-asked-1");
		expect(said(lines, "local-command-asked-1")).toEqual(["taken in", "posted", "done"]);
		expect(lines[1]?.posted).toBe(channel.reply("asked-1").id);
		expect(lines[2]?.seconds).toBeGreaterThan(0);
		expect(written.join("")).not.toMatch(/zebrafinch|wallaby|Hildegard|holiday|secret-place/);
	});

	test("follows an image to its tags", async () => {
		const channel = new TestChannel(bot, "tagged");
		await channel.setLabels("zebrafinch, cat");
		await channel.autotag("on");
		const message = await channel.post(["chelsea.png"]);
		const lines = follow(`local-images-posted-${message}`);
		expect(lines.map(({ msg }) => msg)).toEqual(["taken in", "posted", "done"]);
		expect(lines[1]?.posted).toBe(channel.reply(message).id);
		expect(written.join("")).not.toMatch(/zebrafinch/);
	});

	test("follows history step by step, each under the trace of the command that asked for it", async () => {
		const channel = new TestChannel(bot, "history");
		await channel.setLabels("cat, dog");
		const attachments = [{ id: "chelsea.png", url: "fake:chelsea.png", name: "chelsea.png" }];
		const { kind: _, key: __, ...past } = imagesPosted("history-old", { ...channel.ref, attachments });
		bot.platform.past.push(past);
		const { event } = await channel.ask("autotag last", { count: "2" }, moderator);
		const lines = follow(`local-command-${event.key}`);
		expect(said(lines, `local-backfill-${event.key}~0`)).toEqual(["posted", "done"]);
		expect(said(lines, `local-backfill-${event.key}~1`)).toEqual(["done"]);
	});

	test("follows what is shown anew to the person who had themselves forgotten", async () => {
		const channel = new TestChannel(bot, "forgetting");
		await channel.setLabels("🐱 cat, 🐶 dog");
		await channel.autotag("on");
		const message = await channel.post(["chelsea.png"]);
		await channel.press(channel.reply(message), "Right", person("forgotten-person"));
		const { event } = await channel.ask("forget", { who: "me" }, person("forgotten-person"));
		const lines = follow(`local-command-${event.key}`);
		const refreshing = lines.filter(({ job }) => job?.startsWith("local-refresh-"));
		expect(refreshing.map(({ msg }) => msg)).toEqual(["done"]);
	});

	test("says of a refused command which rule it broke, and not by what", async () => {
		const channel = new TestChannel(bot, "refused");
		const { event } = await channel.ask("classify", { labels: "zebrafinch, wallaby", mode: "wallaby-mode" });
		const lines = follow(`local-command-${event.key}`);
		expect(lines.map(({ msg }) => msg)).toEqual(["taken in", "posted", "refused"]);
		expect(lines[2]?.code).toMatch(/^command\./);
		expect(written.join("")).not.toMatch(/zebrafinch|wallaby/);
	});

	test("follows what fails from attempt to attempt", async () => {
		const channel = new TestChannel(bot, "failing");
		let failures = 0;
		bot.platform.beforeReply = () => {
			if (failures++ < 2) throw new Error("the platform is down");
		};
		const attachments = [{ id: "chelsea.png", url: "fake:chelsea.png", name: "chelsea.png" }];
		await channel.happens(command("failing-1", { ...channel.ref, options: { labels: "zebrafinch" }, attachments }));
		expect(follow("local-command-failing-1").map(({ msg }) => msg)).toEqual([
			"taken in",
			"an event could not be handled",
			"an event could not be handled",
			"posted",
			"done",
		]);
		expect(written.join("")).not.toContain("zebrafinch");
	});

	test("follows an answer that is shown at once", async () => {
		const channel = new TestChannel(bot, "shown");
		await channel.happens(command("shown-1", { ...channel.ref, name: "privacy", options: {} }));
		expect(follow("local-command-shown-1").map(({ msg }) => msg)).toEqual(["taken in", "posted", "done"]);
	});
});
