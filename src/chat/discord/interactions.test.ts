import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
	attachment,
	component,
	dialog,
	ids,
	interaction,
	member,
	shortcut,
	slash,
	text,
	visiting,
} from "../../../test/support/raw-interactions.ts";
import { controlId } from "../../handle/controls.ts";
import { formOf } from "../../handle/forms.ts";
import { chatEventSchema } from "../event.ts";
import { type Asked, translate } from "./interactions.ts";
import { readVia } from "./via.ts";

const asked = (payload: unknown) => translate(payload, formOf);

function commandOf(payload: unknown) {
	const one = asked(payload);
	if (one.kind !== "command") throw new Error(`${one.kind}: ${JSON.stringify(one)}`);
	return one;
}

const thread = { channel: { id: ids.thread, type: 11, parent_id: ids.channel } };
const botDm = { guild_id: undefined, member: undefined, user: member.user, context: 1 };
const nameless = { ...member, nick: "A\0da" };
const typing = { name: "copy", type: 1, options: [{ ...text("from", "c\0at"), focused: true }] };
const moderator = (bit: bigint) => ({ member: { ...member, permissions: `${bit}` } });

test("a PING is one", () => {
	expect(asked({ id: "1", type: 1, version: 1 })).toEqual({ kind: "ping" });
});

describe("a slash command", () => {
	test("is an event with what was typed, and says by its token how to answer it", () => {
		const payload = slash("classify", [text("labels", "cat dog"), text("mode", "many")]);
		const { event, first } = commandOf(payload);
		expect(first).toBe("deferred");
		const { via, ...rest } = event;
		expect(rest).toEqual({
			kind: "command",
			platform: "discord",
			workspace: ids.guild,
			channel: ids.channel,
			key: payload.id,
			time: "2024-01-25T08:51:34.921Z",
			actor: { id: ids.ada, name: "Ada", canModerate: false, isBot: false },
			name: "classify",
			options: { labels: "cat dog", mode: "many" },
			attachments: [],
		});
		expect(readVia({ via })).toEqual({
			application: ids.application,
			token: "a-token",
			ephemeral: false,
			maxFileBytes: 10_485_760,
		});
	});

	test("has nothing in it that no Postgres holds", () => {
		const file = attachment("1100000000000000011", "c\0at.png");
		const image = { name: "image", type: 11, value: file.id };
		const payload = slash(
			"classify",
			[text("labels", "c\0at, \ud83ddog"), image],
			{ member: nameless },
			{
				resolved: { attachments: { [`${file.id}`]: file } },
			},
		);
		expect(commandOf(payload).event).toMatchObject({
			actor: { name: "Ada" },
			options: { labels: "cat, dog" },
			attachments: [{ name: "cat.png" }],
		});
		const typed = asked(interaction(4, { data: { name: "labels", type: 1, options: [typing] } }));
		expect(typed).toMatchObject({ kind: "completion", typed: "cat" });
		const written = asked(dialog("choose", { label: "po\0lar" }, { message: { id: ids.message } }));
		expect(written).toMatchObject({ event: { fields: { label: "polar" } } });
	});

	test("of two words has its second as a part", () => {
		const part = { name: "set", type: 1, options: [text("labels", "🐱 cat, 🐶 dog")] };
		const { event, first } = commandOf(slash("labels", [part]));
		expect(event).toMatchObject({ name: "labels set", options: { labels: "🐱 cat, 🐶 dog" } });
		expect(first).toBe("deferred-ephemeral");
		expect(readVia(event)?.ephemeral).toBe(true);
		expect(commandOf(slash("autotag", [{ name: "on", type: 1 }])).event).toMatchObject({
			name: "autotag on",
			options: {},
		});
	});

	test("that shows its answer at once says so", () => {
		expect(commandOf(slash("help", [text("command", "labels set")])).first).toBe("shown-now");
	});

	test("that this version doesn't know is one all the same, so that the person is told", () => {
		expect(commandOf(slash("tag"))).toMatchObject({ event: { name: "tag" }, first: "deferred-ephemeral" });
	});

	test("brings its files along, whatever they are, in the order in which they were given", () => {
		const [a, b, c] = ["1100000000000000011", "1100000000000000012", "1100000000000000013"];
		const files = {
			[a]: attachment(a, "cat.png", { content_type: "image/png" }),
			[b]: attachment(b, "clip.mp4", { content_type: "video/mp4" }),
			[c]: attachment(c, "notes.pdf", { content_type: "application/pdf" }),
		};
		const given = [c, a, b].map((value, index) => ({ name: `image${index}`, type: 11, value }));
		const data = { resolved: { attachments: files } };
		const { event } = commandOf(slash("classify", [...given, text("labels", "cat")], {}, data));
		expect(event.options).toEqual({ labels: "cat" });
		const path = (id: string, name: string) => `attachments/${ids.channel}/${id}/${name}?ex=1&is=2&hm=3`;
		expect(event.attachments).toEqual([
			{ id: c, name: "notes.pdf", size: 1234, url: `https://cdn.discordapp.com/${path(c, "notes.pdf")}` },
			{ id: a, name: "cat.png", size: 1234, url: `https://cdn.discordapp.com/${path(a, "cat.png")}` },
			{ id: b, name: "clip.mp4", url: `https://media.discordapp.net/${path(b, "clip.mp4")}&format=webp` },
		]);
	});
});

describe("who asks", () => {
	test.each([
		["Administrator", 1n << 3n, true],
		["Manage Channels", 1n << 4n, true],
		["Manage Server", 1n << 5n, true],
		["Manage Messages", 1n << 13n, true],
		["all of them, as a server's owner has", (1n << 53n) - 1n, true],
		["Send Messages", 1n << 11n, false],
		["none", 0n, false],
	])("with the permission %s (%s) moderates: %s", (_, permissions, canModerate) => {
		expect(commandOf(slash("help", [], moderator(permissions))).event.actor.canModerate).toBe(canModerate);
	});

	test.each([
		[{ nick: "The Countess" }, "The Countess"],
		[{ nick: null }, "Ada"],
		[{ nick: null, user: { ...member.user, global_name: null } }, "ada"],
	])("goes by the name that the server shows: %j", (more, name) => {
		expect(commandOf(slash("help", [], { member: { ...member, ...more } })).event.actor.name).toBe(name);
	});
});

describe("where", () => {
	test("a thread and a forum post hang from their channel", () => {
		for (const type of [10, 11]) {
			const { event } = commandOf(slash("help", [], { channel: { id: ids.thread, type, parent_id: ids.channel } }));
			expect(event).toMatchObject({ channel: ids.channel, thread: ids.thread });
		}
		// A channel's parent is its category.
		const inCategory = { channel: { id: ids.channel, type: 0, parent_id: "1100000000000000099" } };
		const { event } = commandOf(slash("help", [], inCategory));
		expect(event.channel).toBe(ids.channel);
		expect(event).not.toHaveProperty("thread");
	});

	test("a private thread is a channel of its own", () => {
		const secret = { channel: { id: ids.thread, type: 12, parent_id: ids.channel } };
		const events = [
			commandOf(slash("help", [], secret)).event,
			...[component(controlId("yes", ids.message, 0), [], secret), shortcut({ attachments: [] }, secret)].flatMap(
				(payload) => {
					const one = asked(payload);
					return "event" in one ? [one.event] : [];
				},
			),
		];
		expect(events).toMatchObject([
			{ channel: ids.thread },
			{ channel: ids.thread, kind: "choice", message: ids.message },
			{ channel: ids.thread, target: { message: ids.message } },
		]);
		for (const event of events) expect(event).not.toHaveProperty("thread");
	});

	test("a conversation with the bot is a place of its own, and the person's to moderate", () => {
		for (const owners of [{ 0: "0" }, { 1: ids.ada }]) {
			const dm = { ...botDm, authorizing_integration_owners: owners, channel: { id: ids.channel, type: 1 } };
			const { event, first } = commandOf(slash("classify", [], dm));
			expect(event).toMatchObject({
				workspace: `dm-${ids.channel}`,
				channel: ids.channel,
				actor: { canModerate: true },
			});
			expect(event).not.toHaveProperty("visiting");
			expect(first).toBe("deferred");
		}
	});

	test.each([
		["a server without the bot", visiting],
		["a thread of one", { ...visiting, ...thread }],
		["a conversation of others", { ...botDm, ...visiting, context: 2, channel: { id: ids.channel, type: 3 } }],
	])("in %s, the person is answered alone, and the event names nothing of it", (_, place) => {
		const { event, first } = commandOf(slash("classify", [text("labels", "cat")], { ...place, ...moderator(0n) }));
		expect(event).toMatchObject({ visiting: true, workspace: `visitor-${ids.ada}`, channel: `visitor-${ids.ada}` });
		expect(first).toBe("deferred-ephemeral");
		expect(readVia(event)?.ephemeral).toBe(true);
		for (const id of [ids.guild, ids.channel, ids.thread]) expect(JSON.stringify(event)).not.toContain(id);
	});

	test("where both the server and the person have the app, it is the server's", () => {
		const both = { authorizing_integration_owners: { 0: ids.guild, 1: ids.ada } };
		expect(commandOf(slash("classify", [], both)).event).toMatchObject({ workspace: ids.guild });
	});
});

describe("the shortcut on a message", () => {
	const photo = attachment("1100000000000000021", "cat.png", { content_type: "image/png" });

	test("is classify called on it, with its images alone", () => {
		const files = [photo, attachment("1100000000000000022", "notes.txt", { content_type: "text/plain" })];
		const one = asked(shortcut({ attachments: files }));
		expect(one).toMatchObject({
			kind: "shortcut",
			event: { name: "classify", options: {}, target: { message: ids.message, attachments: [{ name: "cat.png" }] } },
		});
		expect(asked(shortcut({ attachments: files }, thread))).toMatchObject({
			event: { channel: ids.channel, thread: ids.thread, target: { message: `${ids.thread}/${ids.message}` } },
		});
	});

	test("takes the target's images for what Discord shows: forwarded ones, and pictures of links", () => {
		const forwarded = { message_snapshots: [{ message: { content: "", attachments: [photo], embeds: [] } }] };
		expect(asked(shortcut(forwarded))).toMatchObject({ event: { target: { attachments: [{ name: "cat.png" }] } } });
		const proxy_url = "https://images-ext-1.discordapp.net/external/abc/https/example.org/bear.jpg";
		const embeds = [{ type: "image", url: "https://example.org/bear.jpg", thumbnail: { url: "x", proxy_url } }];
		expect(asked(shortcut({ embeds }))).toMatchObject({
			event: { target: { attachments: [{ id: "embed-0", name: "bear.jpg", url: proxy_url }] } },
		});
	});

	test("has its labels written in a dialog, which brings back the shortcut's id", () => {
		const one = asked(dialog("shortcut 1200000000000000007", { labels: "cat dog" }));
		expect(one).toMatchObject({
			kind: "labels",
			pending: "1200000000000000007",
			event: { name: "classify", options: { labels: "cat dog" } },
		});
	});
});

describe("a choice", () => {
	const vote = controlId("vote", "yes", ids.message, 0);
	const choose = controlId("choose", `${ids.thread}/${ids.message}`, 2);

	test("by a button or a select names the control, the message it stands in, and its order", () => {
		expect(asked(component(vote))).toMatchObject({
			kind: "choice",
			event: { control: vote, values: [], fields: {}, message: ids.message, order: expect.any(Number) },
		});
		const picked = asked(component(choose, ["none"], thread));
		expect(picked).toMatchObject({
			kind: "choice",
			event: { control: choose, values: ["none"], message: `${ids.thread}/${ids.message}`, thread: ids.thread },
		});
	});

	test("of two, the later has the higher order", () => {
		const orderOf = (one: Asked) => (one.kind === "choice" ? one.event.order : Number.NaN);
		expect(orderOf(asked(component(vote)))).toBeLessThan(orderOf(asked(component(vote))));
	});

	test("that needs words has them asked for first, and comes back with all that it was", () => {
		const one = asked(component(choose, ["other"], thread));
		if (one.kind !== "form") throw new Error(one.kind);
		expect(one.form.fields).toHaveLength(1);
		expect(one.id.length).toBeLessThanOrEqual(100);
		const message = { id: ids.message, flags: 64 };
		const back = asked(dialog(one.id, { label: "polar bear" }, { ...thread, message }));
		expect(back).toMatchObject({
			kind: "choice",
			event: {
				control: choose,
				values: ["other"],
				fields: { label: "polar bear" },
				message: `${ids.thread}/${ids.message}`,
			},
		});
		expect(back.kind === "choice" && readVia(back.event)?.ephemeral).toBe(true);
	});

	test("is read in the older layout of dialogs too", () => {
		const components = [{ type: 1, components: [{ type: 4, custom_id: "label", value: "bear" }] }];
		const sent = interaction(5, { data: { custom_id: choose, components }, message: { id: ids.message } });
		expect(asked(sent)).toMatchObject({ event: { fields: { label: "bear" } } });
	});
});

test("completion is asked for an option that is being typed, in a part of a command too", () => {
	const typing = { name: "templates", type: 3, value: "a dra", focused: true };
	const data = { id: "1", name: "labels", type: 1, options: [{ name: "template", type: 1, options: [typing] }] };
	expect(asked(interaction(4, { data }))).toEqual({
		kind: "completion",
		command: "labels template",
		option: "templates",
		typed: "a dra",
		from: {
			platform: "discord",
			workspace: ids.guild,
			channel: ids.channel,
			actor: { id: ids.ada, name: "Ada", canModerate: false, isBot: false },
		},
	});
});

describe("what Discord doesn't send", () => {
	test.each([
		["nothing", undefined, "it: "],
		["another type", interaction(9), "type: "],
		["no id", slash("help", [], { id: undefined }), "id: "],
		["no person", slash("help", [], { member: undefined }), "user: "],
		[
			"a target that isn't there",
			shortcut({}, { data: { type: 3, target_id: ids.ada, resolved: { messages: {} } } }),
			"data.resolved",
		],
		["a control that is too long", component("x".repeat(101)), "control: "],
		["a form of no message", dialog("vote|yes|1|0", { label: "x" }), "message: "],
		[
			"nothing that is typed",
			interaction(4, { data: { name: "help", type: 1, options: [] } }),
			"nothing is being typed",
		],
	])("%s is refused by name", (_, payload, why) => {
		const one = asked(payload);
		expect(one.kind === "refused" && one.why).toContain(why);
	});

	/** Any part of an interaction, replaced by anything. */
	const valid = [
		slash("classify", [text("labels", "cat"), { name: "image", type: 11, value: "1100000000000000011" }], thread, {
			resolved: { attachments: { "1100000000000000011": attachment("1100000000000000011", "a.png") } },
		}),
		slash("labels", [{ name: "set", type: 1, options: [text("labels", "cat")] }], visiting),
		shortcut({ attachments: [attachment("1100000000000000011", "clip.mp4")], embeds: [{ image: { proxy_url: "x" } }] }),
		component("choose|1|0", ["other"]),
		dialog("choose|1|0 other", { label: "x" }, { message: { id: ids.message } }),
		interaction(4, {
			data: { name: "help", type: 1, options: [{ name: "command", type: 3, value: "", focused: true }] },
		}),
	];
	const keys = ["__proto__", "constructor", "toString", "0", ids.message];
	const anything = fc.anything({ key: fc.oneof(fc.string(), fc.constantFrom(...keys)), withNullPrototype: true });
	const damaged = fc.tuple(fc.constantFrom(...valid), fc.array(fc.nat(20), { maxLength: 6 }), anything).map(replacedAt);

	function replacedAt([payload, path, by]: [unknown, number[], unknown]): unknown {
		const [step, ...rest] = path;
		if (step === undefined || typeof payload !== "object" || payload === null) return by;
		const names = Object.keys(payload);
		const name = names[step % Math.max(names.length, 1)];
		const copy = Array.isArray(payload) ? [...payload] : { ...payload };
		if (name !== undefined) Object.assign(copy, { [name]: replacedAt([Reflect.get(payload, name), rest, by]) });
		return copy;
	}

	test("never throws, and raises no event that couldn't be written down", () => {
		let refused = 0;
		let taken = 0;
		fc.assert(
			fc.property(fc.oneof(anything, damaged, damaged, damaged), (payload) => {
				const one = asked(payload);
				if (one.kind === "refused") refused++;
				else taken++;
				if (one.kind === "refused") expect(one.why).not.toBe("");
				if ("event" in one) expect(chatEventSchema.safeParse(one.event).error).toBeUndefined();
			}),
			{ numRuns: 2000 },
		);
		// Both kinds were met.
		expect(Math.min(refused, taken)).toBeGreaterThan(50);
	});
});
