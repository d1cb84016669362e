/** From what the bot shows to what is kept of it: plain JSON, whose pictures and files lie in the data folder. */
import { canonicalEmoji } from "../../classify/emoji.ts";
import type { LocalChatStore, NewFile } from "../../store/local-chat.ts";
import { sortableId } from "../../store/sortable-id.ts";
import type { Block, Control, KeptBlock, KeptView, RichText, View } from "../view.ts";
import type { UploadFolder } from "./upload-folder.ts";

interface Parts {
	store: LocalChatStore;
	folder: UploadFolder;
	now: () => Date;
}

/**
 * Writes a view's pictures and files to the folder and then has its row written, so that no row names bytes that aren't
 * there. People become the names they go by, emoji given by name (`:dog:`) characters; a name that no one knows stays.
 * @param write undefined: no row was written, and the bytes go again, as they do if it throws
 */
export async function keepView<T>(
	view: View,
	write: (view: KeptView, files: NewFile[]) => Promise<T | undefined>,
	{ store, folder, now }: Parts,
): Promise<T | undefined> {
	const files: NewFile[] = [];
	let written: T | undefined;

	async function keepBytes(name: string, type: string, content: Parameters<UploadFolder["keepAnswer"]>[1]) {
		const file = { id: sortableId(now()), name, type, size: 0, width: null, height: null };
		files.push(file);
		file.size = await folder.keepAnswer(file.id, content);
		return file;
	}

	async function block(shown: Block): Promise<KeptBlock> {
		switch (shown.kind) {
			case "text":
			case "note":
				return { ...shown, text: await rich(shown.text) };
			case "error":
				return { ...shown, ...(shown.title && { title: await rich(shown.title) }), text: await rich(shown.text) };
			case "scores":
				return {
					...shown,
					...(shown.title && { title: await rich(shown.title) }),
					...(shown.headline && { headline: await rich(shown.headline) }),
					...(shown.votes && { votes: await rich(shown.votes) }),
					...(shown.note && { note: await rich(shown.note) }),
					...(shown.controls && { controls: shown.controls.map(control) }),
					rows: shown.rows.map(withEmoji),
				};
			case "details":
				return { ...shown, blocks: await inTurn(shown.blocks, block) };
			case "controls":
				return { ...shown, controls: shown.controls.map(control) };
			case "gallery":
				return {
					...shown,
					items: await inTurn(shown.items, async (item) => ({ ...item, caption: await rich(item.caption) })),
				};
			case "picture": {
				const { id } = await keepBytes(shown.name, "image/png", [shown.png]);
				return { kind: "picture", name: shown.name, alt: shown.alt, file: id };
			}
			case "file": {
				const { id, size } = await keepBytes(shown.name, shown.type, shown.content);
				return { kind: "file", name: shown.name, size, file: id };
			}
			case "table":
				return shown;
		}
	}

	function rich(text: RichText): Promise<RichText> {
		return inTurn(text, async (span) => {
			if (typeof span === "string") return span;
			if ("emoji" in span) return { emoji: canonicalEmoji(span.emoji) };
			if ("person" in span) return `@${(await store.nameOf(span.person)) ?? "someone"}`;
			return span;
		});
	}

	try {
		const blocks = await inTurn(view.blocks, block);
		written = await write({ ...view, blocks }, files);
		return written;
	} finally {
		if (written === undefined) await folder.drop(files.map((file) => file.id));
	}
}

function control(shown: Control): Control {
	return shown.kind === "button" ? withEmoji(shown) : { ...shown, options: shown.options.map(withEmoji) };
}

function withEmoji<T extends { emoji?: string }>(shown: T): T {
	return shown.emoji === undefined ? shown : { ...shown, emoji: canonicalEmoji(shown.emoji) };
}

/** One after the other, so that of several files only one is being read. */
async function inTurn<From, To>(items: readonly From[], to: (item: From) => Promise<To>): Promise<To[]> {
	const made: To[] = [];
	for (const item of items) made.push(await to(item));
	return made;
}
