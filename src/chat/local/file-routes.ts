/** Pictures, previews and downloads of the embedded chat: for whoever may see their message. */
import { Hono } from "hono";
import { localChatErrors } from "../../errors.ts";
import type { LocalChatStore, LocalFile } from "../../store/local-chat.ts";
import { personOf } from "./person.ts";
import type { UploadFolder } from "./upload-folder.ts";

interface Parts {
	store: LocalChatStore;
	folder: UploadFolder;
	now: () => Date;
}

/** What the bot draws; nothing else of its files is shown in the page. */
const PICTURE = "image/png";
/** A file never changes; it belongs to this browser's user alone. */
const forever = { "Cache-Control": "private, max-age=31536000, immutable" };

export function createFileRoutes({ store, folder, now }: Parts): Hono {
	const app = new Hono();

	/** `GET /api/files/:id`: a preview of what a person posted, or a picture that the bot drew. */
	app.get("/files/:id", async (c) => {
		const file = await store.file(c.req.param("id"), personOf(c, now()).id);
		if (file?.type === PICTURE) {
			const drawn = await folder.answer(file.id);
			if (drawn) return new Response(drawn.content, { headers: { "Content-Type": PICTURE, ...forever } });
		}
		const preview = file?.type === null ? await folder.preview(file.id) : undefined;
		if (!preview) throw localChatErrors.fileGone(file?.name ?? "That file");
		return c.body(preview, 200, { "Content-Type": "image/webp", ...forever });
	});

	/** `GET /api/downloads/:id`: what the bot posted, never shown in the page's own origin whatever its type. */
	app.get("/downloads/:id", async (c) => {
		const file = await store.file(c.req.param("id"), personOf(c, now()).id);
		const answer = file?.type != null ? await folder.answer(file.id) : undefined;
		if (!file || !answer) throw localChatErrors.fileGone(file?.name ?? "That file");
		return new Response(answer.content, {
			headers: {
				"Content-Type": typeOf(file),
				"Content-Length": String(answer.size),
				"Content-Disposition": attachment(file.name),
				...forever,
			},
		});
	});
	return app;
}

function typeOf({ type }: LocalFile): string {
	return type && /^[\w.+-]+\/[\w.+-]+(; ?charset=[\w-]+)?$/.test(type) ? type : "application/octet-stream";
}

/** RFC 6266: the name in UTF-8 percent-encoding, and in plain ASCII for those who don't read that. */
function attachment(name: string): string {
	const safe = name.replace(/[\p{C}/\\]/gu, "_");
	const plain = safe.replace(/[^ -~]|["%]/g, "_");
	const encoded = encodeURIComponent(safe).replace(
		/['()*]/g,
		(letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
	);
	return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
