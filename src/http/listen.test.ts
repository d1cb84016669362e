import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { Hono } from "hono";
import { expect, test } from "vitest";
import { type Listening, listen } from "./listen.ts";

const anywhere = { port: 0, host: "127.0.0.1" };

/** A connection that has sent this much and no more. */
async function connected({ url }: Listening, sent: string): Promise<Socket> {
	const socket = connect(Number(new URL(url).port), "127.0.0.1");
	socket.on("error", () => {});
	await once(socket, "connect");
	if (sent) await new Promise((written) => socket.write(sent, written));
	return socket;
}

test.each([
	["nothing", ""],
	["half a request", "POST /events HTTP/1.1\r\nHost: here\r\nContent-Length: 9\r\n\r\n{"],
	["half a header", "GET / HTTP/1.1\r\nHo"],
])("a connection that has sent %s holds up the end no longer than the grace", async (_, sent) => {
	const app = new Hono().post("/events", async (c) => c.text(await c.req.text().catch(() => "half")));
	const server = await listen(app, anywhere, 100);
	// Answered: so the other connection, made before, has been accepted.
	const silent = await connected(server, sent);
	expect((await fetch(server.url)).status).toBe(404);
	const cut = once(silent.resume(), "close");
	await server.close();
	await cut;
});

test("a request under way has its answer first", async () => {
	let begin = () => {};
	let answer = (_: string) => {};
	const begun = new Promise<void>((resolve) => {
		begin = resolve;
	});
	const slow = new Promise<string>((resolve) => {
		answer = resolve;
	});
	const app = new Hono().get("/", async (c) => {
		begin();
		return c.text(await slow);
	});
	const server = await listen(app, anywhere);
	const asked = fetch(server.url);
	await begun;
	const closed = server.close();
	answer("there you are");
	expect(await (await asked).text()).toBe("there you are");
	await closed;
	await expect(fetch(server.url)).rejects.toThrow();
});
