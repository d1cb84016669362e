/** What is sent to the chat's routes can't exhaust the server, nor change what objects are. */
import { serve } from "@hono/node-server";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { chatEventSchema } from "../../src/chat/event.ts";
import type { View } from "../../src/chat/view.ts";
import { channel, command } from "../support/events.ts";
import { inEachTest, type TestChat, words } from "../support/local-chat.ts";

let chat: TestChat;
inEachTest((opened) => {
	chat = opened;
});

/** Every route that takes a body, and its limit in bytes. */
const routes: [name: string, path: (message: string) => string, limit: number][] = [
	["a role", () => "/api/me", 10_000],
	["a channel", () => "/api/channels", 10_000],
	["a message", () => "/api/channels/general/messages", 101e6],
	["a reaction", (message) => `/api/messages/${message}/reactions`, 10_000],
	["a choice", (message) => `/api/messages/${message}/choices`, 100_000],
];

/** Bytes that come in pieces, and how many were taken of them. */
function stream(size: number) {
	const piece = new Uint8Array(64 * 1024).fill(0x20);
	const taken = { bytes: 0 };
	const body = new ReadableStream<Uint8Array>({
		pull(controller) {
			if (taken.bytes >= size) return controller.close();
			taken.bytes += piece.length;
			controller.enqueue(piece);
		},
	});
	return { body, taken };
}

describe.each(routes)("a body that is too large for %s", (_, path, limit) => {
	test("is refused by the length that it names, unread", async () => {
		const { body, taken } = stream(2 * limit);
		const headers = { "content-length": String(limit + 1), "content-type": "application/json" };
		const init = { method: "POST", body, headers, duplex: "half" } as RequestInit;
		const response = await chat.request(path("x"), init);
		expect(response.status).toBe(413);
		expect(await words(response)).toMatch(/couldn't read that request|100 MB together/);
		expect(taken.bytes).toBeLessThan(200_000);
	});

	test("is refused where it names no length, once it has passed the limit", async () => {
		const { body, taken } = stream(2 * limit);
		const init = {
			method: "POST",
			body,
			headers: { "content-type": "application/json" },
			duplex: "half",
		} as RequestInit;
		const response = await chat.request(path("x"), init);
		expect(response.status).toBe(413);
		expect(taken.bytes).toBeGreaterThan(limit);
		expect(taken.bytes).toBeLessThan(limit + 500_000);
	});
});

describe("over a real connection", () => {
	let url: string;
	let server: ReturnType<typeof serve>;
	beforeEach(async () => {
		await new Promise<void>((listening) => {
			server = serve({ fetch: chat.routes.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => {
				url = `http://127.0.0.1:${port}`;
				listening();
			});
		});
	});
	afterEach(() => new Promise((closed) => server.close(closed)));

	test.each(routes.filter(([name]) => name !== "a message"))(
		"the same holds for %s, in chunks",
		async (_, path, limit) => {
			const { body } = stream(2 * limit);
			const headers = { origin: url, "content-type": "application/json" };
			const init = { method: "POST", body, headers, duplex: "half" } as RequestInit;
			expect((await fetch(`${url}${path("x")}`, init)).status).toBe(413);
			expect((await fetch(`${url}/api/state`)).status).toBe(200);
		},
	);

	test("headers that are too long are refused", async () => {
		const response = await fetch(`${url}/api/state`, { headers: { cookie: "x".repeat(20_000) } });
		expect(response.status).toBe(431);
	});
});

describe("a message", () => {
	test("with a huge name, thread or nonce of its own costs nobody anything", async () => {
		const huge = "x".repeat(1_000_000);
		expect((await chat.post("hello", [], { name: huge })).author.name).toHaveLength(40);
		expect((await chat.send("hello", [], { thread: huge })).status).toBe(404);
		const nonced = await chat.send("hello", [], { nonce: huge });
		expect([nonced.status, await words(nonced)]).toEqual([422, expect.stringContaining("couldn't read")]);
		expect((await chat.messages()).messages).toHaveLength(1);
	});

	test("of characters that no store can hold is posted without them, and so is what a form says", async () => {
		const posted = await chat.post("a\u0000b", [new File(["x"], "a\u0000b.png")], { name: "A\u0000nn" });
		expect(posted).toMatchObject({ text: "ab", author: { name: "Ann" }, files: [{ name: "ab.png" }] });
		const { message } = await chat.answer({
			blocks: [{ kind: "controls", controls: [{ kind: "button", id: "ask", label: "x" }] }],
		});
		const fields = { label: "a\u0000b\ud800" };
		expect((await chat.put(`/api/messages/${message}/choices`, { control: "ask", values: [], fields })).status).toBe(
			200,
		);
		expect(chat.events.at(-1)).toMatchObject({ kind: "choice", fields: { label: "ab" } });
	});
});

/** JSON as no `JSON.stringify` writes it: with keys that mean something to JavaScript. */
const polluting = (rest: string) => [
	`{${rest},"__proto__":{"polluted":"yes","canModerate":true}}`,
	`{${rest},"constructor":{"prototype":{"polluted":"yes"}}}`,
	`{"__proto__":{${rest},"polluted":"yes"}}`,
	`{"__proto__":null,${rest}}`,
	`[{${rest},"__proto__":{"polluted":"yes"}}]`,
	`{${rest},"prototype":{"polluted":"yes"},"__defineGetter__":"x","toString":"x","hasOwnProperty":"x"}`,
];

function expectCleanObjects(): void {
	expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain("polluted");
	expect(({} as Record<string, unknown>).polluted).toBeUndefined();
	expect(([] as unknown as Record<string, unknown>).polluted).toBeUndefined();
	expect(`${{}}`).toBe("[object Object]");
}

/** Every key of what was written down. */
function keysOf(value: unknown): string[] {
	if (typeof value !== "object" || value === null) return [];
	return Reflect.ownKeys(value).flatMap((key) => [String(key), ...keysOf(Reflect.get(value, key))]);
}

describe("JSON with keys that mean something to JavaScript", () => {
	const given: [name: string, path: (message: string) => string, rest: string][] = [
		["a role", () => "/api/me", '"canModerate":false'],
		["a channel", () => "/api/channels", '"name":"wild"'],
		["a reaction", (message) => `/api/messages/${message}/reactions`, '"emoji":"👍","added":true'],
		["a choice", (message) => `/api/messages/${message}/choices`, '"control":"b","values":[],"fields":{}'],
		[
			"a choice's fields",
			(message) => `/api/messages/${message}/choices`,
			'"control":"ask","values":[],"fields":{"label":"x","__proto__":{"polluted":"yes"},"constructor":"x"}',
		],
	];

	test.each(given)("changes no object, and its keys reach no event: %s", async (_, path, rest) => {
		const controls = ["b", "ask"].map((id) => ({ kind: "button" as const, id, label: id }));
		const { message } = await chat.answer({ blocks: [{ kind: "controls", controls }] });
		chat.events.length = 0;
		for (const body of polluting(rest)) {
			const headers = { "content-type": "application/json" };
			const response = await chat.request(path(message), { method: "POST", body, headers });
			expect(response.status, body).toBeLessThan(500);
			const answer = await response.text();
			expect(answer).not.toContain("polluted");
			expectCleanObjects();
		}
		for (const event of chat.events) {
			const keys = keysOf(event);
			for (const key of ["__proto__", "constructor", "prototype", "polluted", "toString"])
				expect(keys).not.toContain(key);
		}
	});

	test("nested as deep as fits is refused in words", async () => {
		const body = "[".repeat(4000) + "]".repeat(4000);
		for (const [, path] of routes.filter(([name]) => name !== "a message")) {
			const headers = { "content-type": "application/json" };
			const response = await chat.request(path("x"), { method: "POST", body, headers });
			expect([response.status, await words(response)]).toEqual([422, expect.stringContaining("couldn't read")]);
		}
	});

	test("in an event that was written down comes back without them", () => {
		const event = command("key", { options: { labels: "cat" } });
		for (const at of ["", "actor", "options"]) {
			const spiked = JSON.stringify(event).replace(
				at === "" ? "{" : `"${at}":{`,
				(begin) => `${begin}"__proto__":{"polluted":"yes","canModerate":true},`,
			);
			expect(Object.hasOwn(at === "" ? JSON.parse(spiked) : JSON.parse(spiked)[at], "__proto__")).toBe(true);
			const parsed = chatEventSchema.parse(JSON.parse(spiked));
			expect(parsed).toEqual(event);
			expect(keysOf(parsed)).not.toContain("__proto__");
			expect(keysOf(parsed)).not.toContain("polluted");
			expectCleanObjects();
		}
	});

	test("in a view that was written down stays what it is: data", async () => {
		const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "prototype"];
		const rows = names.map((label) => ({ label, emoji: `:${label}:`, probability: 0.1 }));
		const spiked: View["blocks"][number] = JSON.parse('{"kind":"text","text":["x"],"__proto__":{"polluted":"yes"}}');
		await chat.answer({ blocks: [spiked, { kind: "scores", rows, none: 0.5, more: 0 }] });
		const [reply] = await chat.replies();
		expect(reply?.view?.blocks[1]).toMatchObject({ rows: names.map((label) => ({ label, emoji: `:${label}:` })) });
		expect(Object.getPrototypeOf(reply?.view?.blocks[0])).toBe(Object.prototype);
		expectCleanObjects();
	});
});

test("names that every object has are no files, commands, options or messages", async () => {
	for (const name of ["__proto__", "constructor", "toString", "valueOf", "hasOwnProperty"]) {
		for (const path of [`/assets/${name}`, `/api/files/${name}`, `/api/downloads/${name}`]) {
			expect([path, (await chat.request(path)).status]).toEqual([path, 404]);
		}
		expect((await chat.request(`/api/channels/${name}/messages`)).status).toBe(404);
		expect((await chat.put(`/api/messages/${name}/reactions`, { emoji: "👍", added: true })).status).toBe(404);
		expect(await words(await chat.send(`/${name} x`))).toContain("There is no command");
		const { options } = await chat.post(`/classify cat ${name}:dog`).then(() => {
			const event = chat.events.at(-1);
			return event?.kind === "command" ? event : { options: {} };
		});
		expect(options).toEqual({ labels: `cat ${name}:dog` });
	}
	expect(channel.channel).toBe("general");
	expectCleanObjects();
});
