/**
 * A chat platform as a server of its own on loopback, in place of Slack and Discord: it keeps what the bot posts, and
 * answers badly on request.
 */
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import { serve } from "@hono/node-server";
import { type Context, Hono } from "hono";
import type { ChatEvent, MessageRef } from "../../src/chat/event.ts";
import type { View } from "../../src/chat/view.ts";

/**
 * How the first call about each thing (a file, a reply, a search for one, a post that is edited) goes wrong: refused
 * with `Retry-After`, failed before or after it was done, or never answered, by turns before and after it was done.
 */
export type ApiFault = "429" | "500 before" | "500 after" | "never";

export interface ServedPost {
	id: string;
	event: ChatEvent;
	marker: string;
	/** As it looks now. */
	view: View;
	edits: number;
}

/** What the bot's port sends. */
export interface Calls {
	reply: { event: ChatEvent; view: View; marker: string };
	find: { event: ChatEvent; marker: string };
	edit: { post: MessageRef; view: View };
}

export interface PlatformServer {
	readonly url: string;
	/** More routes. */
	readonly app: Hono;
	/** In the order they were taken. */
	readonly posts: readonly ServedPost[];
	/** By the attachment's id. */
	readonly files: Map<string, Uint8Array>;
	/** Absent: every call is answered well. */
	fault: ApiFault | undefined;
	/** How many calls went wrong so far. */
	readonly wrong: number;
	/** Called with each post once it was taken. */
	onPost: (post: ServedPost) => void;
	close(): Promise<void>;
}

const RETRY_AFTER_S = 1;

export async function startPlatform(): Promise<PlatformServer> {
	const app = new Hono();
	const posts: ServedPost[] = [];
	const files = new Map<string, Uint8Array>();
	/** Things that a call was about while a fault was on. */
	let spoilt = new Set<string>();
	let fault: ApiFault | undefined;
	let wrong = 0;

	/** @param about what must be called again after it went wrong once */
	async function answer(c: Context, about: string, act: () => Response | Promise<Response>): Promise<Response> {
		if (fault === undefined || spoilt.has(about)) return await act();
		spoilt.add(about);
		wrong++;
		switch (fault) {
			case "429":
				return c.text("too many", 429, { "retry-after": `${RETRY_AFTER_S}` });
			case "500 before":
				return c.text("failed", 500);
			case "500 after":
				await act();
				return c.text("failed", 500);
			case "never":
				if (wrong % 2 === 0) await act();
				return await new Promise<never>(() => {});
		}
	}

	app.post("/api/reply", async (c) => {
		const { event, view, marker } = await c.req.json<Calls["reply"]>();
		return await answer(c, `reply ${marker}`, () => {
			const post = { id: `post-${posts.length + 1}`, event, marker, view, edits: 0 };
			posts.push(post);
			server.onPost(post);
			return c.json({ id: post.id });
		});
	});
	app.post("/api/find", async (c) => {
		const { marker } = await c.req.json<Calls["find"]>();
		return await answer(c, `find ${marker}`, () => c.json({ id: posts.find((post) => post.marker === marker)?.id }));
	});
	app.post("/api/edit", async (c) => {
		const { post, view } = await c.req.json<Calls["edit"]>();
		return await answer(c, `edit ${post.message}`, () => {
			const posted = posts.find(({ id }) => id === post.message);
			if (!posted) return c.notFound();
			posted.view = view;
			posted.edits++;
			return c.json({});
		});
	});
	app.get("/files/:id", async (c) => {
		const id = c.req.param("id");
		return await answer(c, `file ${id}`, () => {
			const bytes = files.get(id);
			return bytes ? c.body(Uint8Array.from(bytes)) : c.notFound();
		});
	});

	// Given no TLS options it makes a plain HTTP server.
	const http = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }) as Server;
	await once(http, "listening");
	// A server that listens on a TCP port has an AddressInfo; only pipes have a string.
	const { port } = http.address() as AddressInfo;
	const server: PlatformServer = {
		url: `http://127.0.0.1:${port}`,
		app,
		posts,
		files,
		get fault() {
			return fault;
		},
		set fault(next) {
			fault = next;
			spoilt = new Set();
		},
		get wrong() {
			return wrong;
		},
		onPost: () => {},
		async close() {
			http.close();
			http.closeAllConnections();
			await Promise.race([once(http, "close"), setTimeout(1000)]);
		},
	};
	return server;
}
