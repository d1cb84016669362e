import { describe, expect, test } from "vitest";
import { bodyProblems, checkBody } from "./check-body.ts";

const V2 = 1 << 15;
const create = "POST /channels/175928847299117063/messages";
const edit = "PATCH /channels/175928847299117063/messages/175928847299117064";
const followUp = "POST /webhooks/175928847299117065/token";
const original = "PATCH /webhooks/175928847299117065/token/messages/@original";
const callback = "POST /interactions/175928847299117066/token/callback";
const commands = "PUT /applications/175928847299117065/commands";
const threads = "POST /channels/175928847299117063/messages/175928847299117064/threads";

const text = (content: string) => ({ type: 10, content });
const button = (id: string, more = {}) => ({ type: 2, style: 2, label: "Right", custom_id: id, ...more });
const row = (...components: unknown[]) => ({ type: 1, components });
const options = (count: number) => Array.from({ length: count }, (_, at) => ({ label: `label ${at}`, value: `${at}` }));
const select = (more = {}) => ({ type: 3, custom_id: "choose", placeholder: "Choose", options: options(25), ...more });
const box = (...components: unknown[]) => ({ type: 17, id: 5, components });
const message = (...components: unknown[]) => ({ flags: V2, components, allowed_mentions: { parse: [] } });
const many = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, index) => make(index));
const command = (more = {}) => ({ name: "classify", description: "Say which fits", ...more });
const option = (name: string, more = {}) => ({ type: 3, name, description: "What it is", ...more });
const input = (more = {}) => ({
	type: 18,
	label: "Label",
	component: { type: 4, custom_id: "label", style: 1, max_length: 100, ...more },
});
const modal = (more = {}) => ({
	type: 9,
	data: { custom_id: "m", title: "What is it?", components: [input()], ...more },
});

describe("what Discord accepts", () => {
	test.each<[string, string, unknown]>([
		["a plain message", create, { content: "hello" }],
		[
			"a reply with a nonce",
			create,
			{
				content: "x",
				nonce: "a".repeat(25),
				enforce_nonce: true,
				message_reference: { message_id: "175928847299117064", fail_if_not_exists: false },
			},
		],
		[
			"a full message of components",
			create,
			message(box(text("cat"), row(button("a"), button("b")), row(select())), text("end")),
		],
		[
			"a picture and a file",
			create,
			{
				...message(
					{ type: 12, items: [{ media: { url: "attachment://a.png" }, description: "A" }] },
					{ type: 13, file: { url: "attachment://b.csv" } },
				),
				attachments: [
					{ id: 0, filename: "a.png" },
					{ id: 1, filename: "b.csv" },
				],
			},
		],
		["an edit that clears", edit, { content: null, embeds: null, attachments: [] }],
		["a hidden answer", followUp, { ...message(text("x")), flags: V2 | 64 }],
		["an edit of the first answer", original, message(text("x"))],
		["a pong", callback, { type: 1 }],
		["a deferred answer", callback, { type: 5, data: { flags: 64 } }],
		["a deferred update", callback, { type: 6 }],
		["completions", callback, { type: 8, data: { choices: [{ name: "cat", value: "cat" }] } }],
		["a modal", callback, modal()],
		[
			"commands",
			commands,
			[
				command({ options: [option("labels", { required: true }), option("template")] }),
				{ type: 3, name: "Classify this image" },
			],
		],
		[
			"subcommands",
			commands,
			[command({ options: [{ type: 1, name: "set", description: "Set", options: [option("labels")] }] })],
		],
		["a thread", threads, { name: "cat.jpg", auto_archive_duration: 1440 }],
		["no body", "PUT /channels/1/messages/2/reactions/x/@me", undefined],
	])("%s", (_, route, body) => {
		expect(bodyProblems(route, body)).toEqual([]);
	});

	test("any version of the API, and a query", () => {
		expect(bodyProblems("POST /api/v10/webhooks/1/token?wait=true", { content: "x" })).toEqual([]);
	});
});

describe("what Discord refuses", () => {
	test.each<[string, string, unknown, string]>([
		["an unknown field", create, { content: "x", colour: 1 }, "colour"],
		["nothing", create, {}, "empty message"],
		["a flag that a message can't be given", create, { ...message(text("x")), flags: V2 | 64 }, "flag"],
		["a flag that doesn't exist", followUp, { ...message(text("x")), flags: V2 | (1 << 20) }, "flag"],
		["an ephemeral edit", edit, { ...message(text("x")), flags: V2 | 64 }, "flag"],
		["content beside components", create, { ...message(text("x")), content: "x" }, "IS_COMPONENTS_V2"],
		["components without their flag", create, { components: [text("x")] }, "need IS_COMPONENTS_V2"],
		["the flag without components", create, { content: "", flags: V2 }, "without components"],
		["a nonce too long", create, { content: "x", nonce: "a".repeat(26) }, "nonce"],
		["content too long", create, { content: "x".repeat(2001) }, "content"],
		["text too long in all", create, message(text("x".repeat(3000)), box(text("x".repeat(1001)))), "4001 characters"],
		["blank text", create, message(text(" \n")), "blank"],
		["41 components", create, message(box(...many(40, () => text("x")))), "41 components"],
		[
			"41 components with buttons",
			create,
			message(...many(7, (at) => row(...many(5, (nr) => button(`${at} ${nr}`))))),
			"42 components",
		],
		["a container in a container", create, message(box(box(text("x")))), "components"],
		["an empty container", create, message(box()), "components"],
		["a button outside a row", create, message(button("a")), "type"],
		["six buttons in a row", create, message(row(...many(6, (at) => button(`${at}`)))), "components"],
		["a select beside a button", create, message(row(select(), button("a"))), "components"],
		["two components of one id", create, message(row(button("a")), row(button("a"))), "cannot be duplicated"],
		["two containers of one number", create, message(box(text("x")), box(text("y"))), "id cannot be duplicated"],
		["a number beyond 31 bits", create, message({ type: 17, id: 2 ** 31, components: [text("x")] }), "id"],
		["a button's label too long", create, message(row(button("a", { label: "x".repeat(81) }))), "label"],
		["a button without label and emoji", create, message(row({ type: 2, style: 2, custom_id: "a" })), "label or emoji"],
		["a button's emoji that is none", create, message(row(button("a", { emoji: { name: "✓" } }))), "Invalid emoji"],
		["a custom id too long", create, message(row(button("x".repeat(101)))), "custom_id"],
		["26 options", create, message(row(select({ options: options(26) }))), "options"],
		["no options", create, message(row(select({ options: [] }))), "options"],
		["options of one value", create, message(row(select({ options: [...options(1), ...options(1)] }))), "already used"],
		[
			"an option's label too long",
			create,
			message(row(select({ options: [{ label: "x".repeat(101), value: "1" }] }))),
			"label",
		],
		["a placeholder too long", create, message(row(select({ placeholder: "x".repeat(151) }))), "placeholder"],
		[
			"11 pictures",
			create,
			message({ type: 12, items: many(11, () => ({ media: { url: "https://a.example/x.png" } })) }),
			"items",
		],
		[
			"a picture of no web address",
			create,
			message({ type: 12, items: [{ media: { url: "javascript:alert(1)" } }] }),
			"Scheme",
		],
		[
			"alt text too long",
			create,
			message({ type: 12, items: [{ media: { url: "https://a.example" }, description: "x".repeat(1025) }] }),
			"description",
		],
		["a file of a web address", create, message({ type: 13, file: { url: "https://a.example/x.csv" } }), "file"],
		["an attachment that isn't there", create, message({ type: 13, file: { url: "attachment://x.csv" } }), "not found"],
		[
			"mentions said twice",
			create,
			{ content: "x", allowed_mentions: { parse: ["users"], users: ["175928847299117064"] } },
			"exclude",
		],
		["a modal's title too long", callback, modal({ title: "x".repeat(46) }), "title"],
		[
			"a modal of six fields",
			callback,
			modal({ components: many(6, (at) => input({ custom_id: `${at}` })) }),
			"components",
		],
		["a modal's field without a label around it", callback, modal({ components: [input().component] }), "type"],
		[
			"a modal's placeholder too long",
			callback,
			modal({ components: [input({ placeholder: "x".repeat(101) })] }),
			"placeholder",
		],
		[
			"26 completions",
			callback,
			{ type: 8, data: { choices: many(26, (at) => ({ name: `${at}`, value: `${at}` })) } },
			"choices",
		],
		[
			"a completion too long",
			callback,
			{ type: 8, data: { choices: [{ name: "x", value: "x".repeat(101) }] } },
			"value",
		],
		["an answer of no known type", callback, { type: 3 }, "type"],
		["a deferred answer with text", callback, { type: 5, data: { content: "x" } }, "content"],
		["a command's capital letters", commands, [command({ name: "Classify" })], "lower case"],
		["a command's description too long", commands, [command({ description: "x".repeat(101) })], "description"],
		["26 options of a command", commands, [command({ options: many(26, (at) => option(`o${at}`)) })], "options"],
		[
			"a needed option after others",
			commands,
			[command({ options: [option("a"), option("b", { required: true })] })],
			"Required options",
		],
		[
			"choices and completion at once",
			commands,
			[command({ options: [option("a", { autocomplete: true, choices: [{ name: "x", value: "x" }] })] })],
			"exclude",
		],
		[
			"parts beside options",
			commands,
			[command({ options: [{ type: 1, name: "set", description: "Set" }, option("a")] })],
			"options",
		],
		["two commands of one name", commands, [command(), command()], "unique"],
		["a shortcut with a description", commands, [{ type: 3, name: "Classify", description: "x" }], "description"],
		[
			"a guild's command with contexts",
			"POST /applications/1/guilds/2/commands",
			command({ contexts: [0] }),
			"contexts",
		],
		["a thread without a name", threads, { name: "" }, "name"],
		["a thread kept for two days", threads, { name: "x", auto_archive_duration: 2880 }, "auto_archive_duration"],
		["a body where none is known", "PUT /channels/1/pins/2", { content: "x" }, "no body is known"],
	])("%s", (_, route, body, why) => {
		const problems = bodyProblems(route, body);
		expect(problems.join("\n")).toContain(why);
		expect(() => checkBody(route, body)).toThrow("Discord would refuse");
	});

	test("attachments that the request doesn't bring", () => {
		const body = {
			...message({ type: 13, file: { url: "attachment://a.csv" } }),
			attachments: [{ id: 1, filename: "a.csv" }],
		};
		expect(bodyProblems(create, body, ["a.csv"])).toEqual(["attachments: 1 is no file of this request"]);
		expect(bodyProblems(create, { ...body, attachments: [{ id: 0, filename: "a.csv" }] }, ["a.csv"])).toEqual([]);
	});

	test("more files than a message holds", () => {
		expect(
			bodyProblems(
				create,
				{ content: "x" },
				many(11, (at) => `${at}.png`),
			),
		).toEqual(["11 files, at most 10 in a message"]);
	});
});
