/** The embedded chat's HTTP interface: the page, its data, and the live stream. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { etag } from "hono/etag";
import type { Logger } from "pino";
import { z } from "zod";
import type { AskedFrom } from "../../../commands/command.ts";
import { localChatErrors, UserError } from "../../errors.ts";
import type { LocalChatStore } from "../../store/local-chat.ts";
import type { Actor } from "../event.ts";
import { storable } from "../plain-text.ts";
import { channelRef } from "./events.ts";
import { createFileRoutes } from "./file-routes.ts";
import { downloadHeaders, guard, pageHeaders, refusal } from "./guard.ts";
import type { Live } from "./live.ts";
import { personOf, takeRole } from "./person.ts";
import type { Posting } from "./posting.ts";
import type { Reacting } from "./reacting.ts";
import type { Removing } from "./removing.ts";
import { renderChannel, renderMessage } from "./render.ts";
import type { UploadFolder } from "./upload-folder.ts";
import {
	MAX_UPLOAD_MEGABYTES,
	PAGE_SIZE,
	type WireChosen,
	type WireCommand,
	type WireCompletions,
	type WirePage,
	type WireState,
} from "./wire.ts";

/** What could be meant by what is typed so far for an option of a command. */
export type CompleteOption = (command: string, option: string, typed: string, from: AskedFrom) => Promise<string[]>;

interface Parts {
	store: LocalChatStore;
	folder: UploadFolder;
	live: Live;
	posting: Posting;
	removing: Removing;
	reacting: Reacting;
	complete: CompleteOption;
	progress: ReadonlyMap<string, string>;
	commands: readonly WireCommand[];
	/** The configured HOST. */
	host: string;
	/** Where the built page lies. */
	pageDir: string;
	now: () => Date;
	log: Logger;
}

const named = { name: z.string().optional() };
const role = z.object({ canModerate: z.boolean() });
const reaction = z.object({ ...named, emoji: z.string(), added: z.boolean() });
const choice = z.object({
	...named,
	control: z.string().min(1).max(100),
	values: z.array(z.string().max(100)).max(25),
	fields: z.record(z.string().max(100), z.string().transform(storable)),
});
const completion = z.object({ command: z.string(), option: z.string(), typed: z.string() });

const pageFiles: Record<string, string> = {
	"index.html": "text/html; charset=utf-8",
	"main.js": "text/javascript; charset=utf-8",
	"main.css": "text/css; charset=utf-8",
	"icon.svg": "image/svg+xml",
};

export function createRoutes(parts: Parts): Hono {
	const { store, live, posting, removing, reacting, progress, now, log } = parts;
	const app = new Hono();

	// Outside of the page's headers, so that it has the last word.
	app.use("/api/downloads/*", downloadHeaders);
	for (const path of ["/", "/assets/*", "/api/*"]) app.use(path, pageHeaders, guard(parts.host));

	const uploadLimit = bodyLimit({
		// Room for the text and the multipart boundaries beside the files.
		maxSize: (MAX_UPLOAD_MEGABYTES + 1) * 1e6,
		onError: (c) => c.json(refusal(localChatErrors.uploadTooLarge(MAX_UPLOAD_MEGABYTES)), 413),
	});
	const limit = (maxSize: number) =>
		bodyLimit({ maxSize, onError: (c) => c.json(refusal(localChatErrors.malformed()), 413) });
	const smallLimit = limit(10_000);
	const formLimit = limit(100_000);

	async function pageFile(c: Context, name: string): Promise<Response> {
		const type = Object.hasOwn(pageFiles, name) ? pageFiles[name] : undefined;
		if (!type) return c.notFound();
		const bytes = await readFile(join(parts.pageDir, name));
		return c.body(new Uint8Array(bytes), 200, { "Content-Type": type, "Cache-Control": "no-cache" });
	}
	app.get("/", etag(), (c) => pageFile(c, "index.html"));
	app.get("/assets/:name", etag(), (c) => pageFile(c, c.req.param("name")));

	app.get("/api/state", async (c) => {
		const channels = (await store.channels(now())).map(renderChannel);
		const { id, canModerate } = personOf(c, now());
		return c.json({ me: { id, canModerate }, channels, commands: parts.commands } satisfies WireState);
	});

	app.post("/api/me", smallLimit, async (c) => {
		const { canModerate } = await read(role, c.req.json());
		takeRole(c, canModerate);
		return c.json({ id: personOf(c, now()).id, canModerate } satisfies WireState["me"]);
	});

	app.get("/api/live", (c) => live.stream(c, personOf(c, now()).id));

	app.post("/api/channels", smallLimit, async (c) => {
		const { name } = await read(z.object({ name: z.string() }), c.req.json());
		const channel = renderChannel(await store.createChannel(name, now()));
		live.publish({ type: "channel", channel });
		return c.json(channel, 201);
	});

	app.delete("/api/channels/:id", async (c) => {
		await removing.channel(c.req.param("id"), personOf(c, now()));
		return c.body(null, 204);
	});

	app.get("/api/channels/:id/completions", async (c) => {
		const { command, option, typed } = await read(completion, Promise.resolve(c.req.query()));
		const { id } = await store.channel(c.req.param("id"));
		const from = { ...channelRef(id), actor: personOf(c, now()) };
		return c.json({ items: await parts.complete(command, option, typed, from) } satisfies WireCompletions);
	});

	app.get("/api/channels/:id/messages", async (c) => {
		const channel = await store.channel(c.req.param("id"));
		const before = c.req.query("before");
		const found = await store.page(channel.id, personOf(c, now()).id, PAGE_SIZE + 1, before);
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
			nonce: await read(z.string().max(100).optional(), Promise.resolve(field("nonce"))),
			files: form.getAll("files").filter((value) => value instanceof File),
		};
		const message = await posting.post(draft, personOf(c, now(), field("name")));
		return c.json(renderMessage(message, progress.get(message.id)), 201);
	});

	app.delete("/api/messages/:id", async (c) => {
		await removing.message(c.req.param("id"), personOf(c, now()));
		return c.body(null, 204);
	});

	app.post("/api/messages/:id/reactions", smallLimit, async (c) => {
		const { name, ...given } = await read(reaction, c.req.json());
		await reacting.react(c.req.param("id"), await known(c, name), given);
		return c.body(null, 204);
	});

	app.post("/api/messages/:id/choices", formLimit, async (c) => {
		const { name, ...given } = await read(choice, c.req.json());
		const chosen = await reacting.choose(c.req.param("id"), await known(c, name), given);
		return c.json(chosen satisfies WireChosen);
	});

	/** Someone who sends no name goes by the last they used. */
	async function known(c: Context, name?: string): Promise<Actor> {
		const person = personOf(c, now(), name);
		return name ? person : { ...person, name: (await store.nameOf(person.id)) ?? person.name };
	}

	app.route("/api", createFileRoutes(parts));

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

/** @throws UserError `local.malformed` */
async function read<T>(schema: z.ZodType<T>, body: Promise<unknown>): Promise<T> {
	const parsed = schema.safeParse(await body.catch(() => undefined));
	if (!parsed.success) throw localChatErrors.malformed();
	return parsed.data;
}
