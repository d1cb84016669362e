import { ChannelType } from "discord.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { attachmentSchema } from "../event.ts";
import {
	isSnowflake,
	markerNumber,
	messageIdIn,
	messageLink,
	placeIn,
	placeOf,
	snowflakeOrder,
	snowflakeTime,
	visitorPlace,
	workspaceOf,
} from "./ids.ts";

const guild = "613425648685547541";
const channel = "175928847299117063";
const thread = "175928847299117064";
const message = "175928847299117065";
const ref = { platform: "discord" as const, workspace: guild, channel, message };

describe("places", () => {
	test("a message of a channel is found in the channel", () => {
		expect(placeOf({ ...ref, message: messageIdIn(undefined, message) })).toEqual({
			channelId: channel,
			messageId: message,
		});
	});

	test("a message of a thread is found in the thread, by its reference alone", () => {
		expect(placeOf({ ...ref, message: messageIdIn(thread, message) })).toEqual({
			channelId: thread,
			messageId: message,
		});
	});

	test("a thread is of the channel that it hangs from, unless it is private: then it is one by itself", () => {
		const { PublicThread, PrivateThread, AnnouncementThread, GuildText, DM } = ChannelType;
		const at = (type: ChannelType) => placeIn(guild, { id: thread, type, parent_id: channel });
		const where = { platform: "discord", workspace: guild };
		for (const type of [PublicThread, AnnouncementThread]) expect(at(type)).toEqual({ ...where, channel, thread });
		// A channel's parent is its category.
		for (const type of [PrivateThread, GuildText]) expect(at(type)).toEqual({ ...where, channel: thread });
		const dm = { platform: "discord", workspace: `dm-${channel}`, channel };
		expect(placeIn(undefined, { id: channel, type: DM })).toEqual(dm);
	});

	test("a direct message's workspace is its conversation", () => {
		expect(workspaceOf(guild, channel)).toBe(guild);
		expect(workspaceOf(undefined, channel)).toBe(`dm-${channel}`);
	});

	test("a visitor's place names the person and no server, and is an id that an event takes", () => {
		const place = visitorPlace("80351110224678912");
		expect(place).toEqual({ workspace: "visitor-80351110224678912", channel: "visitor-80351110224678912" });
		expect(attachmentSchema.shape.id.safeParse(place.channel).success).toBe(true);
	});
});

describe("links", () => {
	test("lead to the message in its channel or thread", () => {
		expect(messageLink(ref)).toBe(`https://discord.com/channels/${guild}/${channel}/${message}`);
		expect(messageLink({ ...ref, message: `${thread}/${message}` })).toBe(
			`https://discord.com/channels/${guild}/${thread}/${message}`,
		);
	});

	test("lead into direct messages", () => {
		expect(messageLink({ ...ref, workspace: `dm-${channel}` })).toBe(
			`https://discord.com/channels/@me/${channel}/${message}`,
		);
	});

	test.each([
		["another platform's message", { ...ref, platform: "local" as const }],
		["a visitor's place", { ...ref, ...visitorPlace("80351110224678912") }],
		["ids that are none", { ...ref, message: "1) [x](https://evil.example" }],
	])("%s has none", (_, place) => {
		expect(messageLink(place)).toBeUndefined();
	});
});

describe("what an id says", () => {
	// The example of https://docs.discord.com/developers/reference#snowflakes
	test("its time", () => {
		expect(snowflakeTime("175928847299117063").toISOString()).toBe("2016-04-30T11:18:25.796Z");
	});

	test("its order in microseconds: the millisecond, then the increment", () => {
		expect(snowflakeOrder("175928847299117063")).toBe(1462015105796_007);
	});

	test("the order never goes against that of the ids of one worker", () => {
		const stamp = fc.record({ ms: fc.nat(2 ** 40), increment: fc.nat(4095) });
		fc.assert(
			fc.property(stamp, stamp, (a, b) => {
				const [first, second] = [a, b]
					.map(({ ms, increment }) => (BigInt(ms) << 22n) | BigInt(increment))
					.sort((x, y) => (x < y ? -1 : 1))
					.map((id) => snowflakeOrder(String(id)));
				expect(first).toBeLessThanOrEqual(second ?? Number.NaN);
				expect(Number.isSafeInteger(first)).toBe(true);
			}),
		);
	});

	test("what is no id is refused", () => {
		expect(() => snowflakeTime("abc")).toThrow(SyntaxError);
		expect(["175928847299117063", "12", "1759288472991170x3", ""].map(isSnowflake)).toEqual([
			true,
			false,
			false,
			false,
		]);
	});
});

describe("markers", () => {
	test("become the same number every time, within what a component's id may be", () => {
		expect(markerNumber("kA3b-9_x")).toBe(markerNumber("kA3b-9_x"));
		fc.assert(
			fc.property(fc.string(), (marker) => {
				const number = markerNumber(marker);
				expect(Number.isInteger(number) && number >= 1 && number <= 2 ** 31 - 1).toBe(true);
			}),
		);
	});

	test("ten thousand of them hardly collide", () => {
		const numbers = new Set(Array.from({ length: 10_000 }, (_, index) => markerNumber(`marker-${index}`)));
		expect(numbers.size).toBeGreaterThan(9_998);
	});
});
