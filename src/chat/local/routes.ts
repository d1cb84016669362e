/** The embedded chat's HTTP interface: the page, its data, and the live stream. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { getCookie, setCookie } from "hono/cookie";
import { etag } from "hono/etag";
import type { Logger } from "pino";
import { z } from "zod";
import { localChatErrors, UserError } from "../../errors.ts";
import { type LocalChatStore, sortableId } from "../../store/local-chat.ts";
import { actorOf } from "./events.ts";
import { guard, pageHeaders, refusal } from "./guard.ts";
import type { Live } from "./live.ts";
import type { createPosting } from "./posting.ts";
import { renderChannel, renderMessage } from "./render.ts";
import type { UploadFolder } from "./upload-folder.ts";
import { MAX_UPLOAD_MEGABYTES, PAGE_SIZE, type WireCommand, type WirePage, type WireState } from "./wire.ts";

interface Parts {
	store: LocalChatStore;
	folder: UploadFolder;
	live: Live;
	posting: ReturnType<typeof createPosting>;
	progress: ReadonlyMap<string, string>;
	commands: readonly WireCommand[];
	/** The configured HOST. */
	host: string;
	/** Where the built page lies. */
	pageDir: string;
	now: () => Date;
	log: Logger;
}

const pageFiles: Record<string, string> = {
	"index.html": "text/html; charset=utf-8",
	"main.js": "text/javascript; charset=utf-8",
	"main.css": "text/css; charset=utf-8",
	"icon.svg": "image/svg+xml",
};

export function createRoutes(parts: Parts): Hono {
	const { store, folder, live, posting, progress, now, log } = parts;
	const app = new Hono();

	for (const path of ["/", "/assets/*", "/api/*"]) app.use(path, pageHeaders, guard(parts.host));

	const uploadLimit = bodyLimit({
		// Room for the text and the multipart boundaries beside the files.
		maxSize: (MAX_UPLOAD_MEGABYTES + 1) * 1e6,
		onError: (c) => c.json(refusal(localChatErrors.uploadTooLarge(MAX_UPLOAD_MEGABYTES)), 413),
	});
	const smallLimit = bodyLimit({ maxSize: 10_000, onError: (c) => c.json(refusal(localChatErrors.malformed()), 413) });

	async function pageFile(c: Context, name: string): Promise<Response> {
		const type = pageFiles[name];
		if (!type) return c.notFound();
		const bytes = await readFile(join(parts.pageDir, name));
		return c.body(new Uint8Array(bytes), 200, { "Content-Type": type, "Cache-Control": "no-cache" });
	}
	app.get("/", etag(), (c) => pageFile(c, "index.html"));
	app.get("/assets/:name", etag(), (c) => pageFile(c, c.req.param("name")));

	app.get("/api/state", async (c) => {
		const channels = (await store.channels(now())).map(renderChannel);
		const { id, canModerate } = person(c, now());
		return c.json({ me: { id, canModerate }, channels, commands: parts.commands } satisfies WireState);
	});

	app.get("/api/live", (c) => live.stream(c, person(c, now()).id));

	app.post("/api/channels", smallLimit, async (c) => {
		const { name } = await read(z.object({ name: z.string() }), c.req.json());
		const channel = renderChannel(await store.createChannel(name, now()));
		live.publish({ type: "channel", channel });
		return c.json(channel, 201);
	});

	app.get("/api/channels/:id/messages", async (c) => {
		const channel = await store.channel(c.req.param("id"));
		const before = c.req.query("before");
		const found = await store.page(channel.id, person(c, now()).id, PAGE_SIZE + 1, before);
		const roots = found.filter((message) => message.thread === null);
		const more = roots.length > PAGE_SIZE;
		// One more than a page was asked for, to know whether there is more; it goes with its replies.
		const left = more ? roots[0]?.id : undefined;
		const messages = found
			.filter((message) => message.id !== left && message.thread !== left)
			.map((message) => renderMessage(message, progress.get(message.id)));
		return c.json({ messages, more } satisfies WirePage);
	});

	app.post("/api/channels/:id/messages", uploadLimit, async (c) => {
		const form = await read(z.instanceof(FormData), c.req.formData());
		const field = (name: string) => {
			const value = form.get(name);
			return typeof value === "string" ? value : undefined;
		};
		const draft = {
			channel: c.req.param("id"),
			thread: field("thread"),
			text: field("text") ?? "",
			nonce: field("nonce"),
			files: form.getAll("files").filter((value) => value instanceof File),
		};
		const message = await posting.post(draft, person(c, now(), field("name")));
		return c.json(renderMessage(message, progress.get(message.id)), 201);
	});

	app.delete("/api/messages/:id", async (c) => {
		await posting.remove(c.req.param("id"), person(c, now()));
		return c.body(null, 204);
	});

	app.get("/api/files/:id", async (c) => {
		const file = await store.file(c.req.param("id"));
		const bytes = file && (await folder.preview(file.id));
		if (!bytes) throw localChatErrors.fileGone(file?.name ?? "That file");
		// A preview never changes; it belongs to this browser's user alone.
		return c.body(bytes, 200, {
			"Content-Type": "image/webp",
			"Cache-Control": "private, max-age=31536000, immutable",
		});
	});

	app.onError((error, c) => {
		if (error instanceof UserError) {
			const gone = error.code.endsWith("-gone") || error.code === "image.gone";
			const status = gone ? 404 : error.code === "local.not-accepted" ? 503 : 422;
			if (error.cause) log.error({ err: error.cause }, "local chat: a message was not accepted");
			return c.json(refusal(error), status);
		}
		log.error({ err: error }, "local chat: a request failed");
		const words = { code: "internal", message: "Something went wrong in the server.", hint: "Its log says what." };
		return c.json(refusal(words), 500);
	});
	return app;
}

const COOKIE = "tagalong_user";
const COOKIE_SECONDS = 400 * 24 * 3600;

/** Who this browser is: an id kept in a cookie, made at the first visit, and the name the person chose. */
function person(c: Context, now: Date, name = "") {
	const kept = getCookie(c, COOKIE);
	const isKept = kept !== undefined && /^[0-9a-z]{20}$/.test(kept);
	const id = isKept ? kept : sortableId(now);
	if (!isKept) setCookie(c, COOKIE, id, { httpOnly: true, sameSite: "Strict", path: "/", maxAge: COOKIE_SECONDS });
	const readable = name
		.normalize("NFC")
		.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "")
		.trim()
		.slice(0, 40);
	return actorOf(id, readable || "Guest");
}

/** @throws UserError `local.malformed` */
async function read<T>(schema: z.ZodType<T>, body: Promise<unknown>): Promise<T> {
	const parsed = schema.safeParse(await body.catch(() => undefined));
	if (!parsed.success) throw localChatErrors.malformed();
	return parsed.data;
}
