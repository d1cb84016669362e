/** Posting and deleting in the embedded chat: rows and bytes are written first, then the bot is told. */
import { localChatErrors, UserError } from "../../errors.ts";
import { type LocalChatStore, type LocalFile, type LocalMessage, sortableId } from "../../store/local-chat.ts";
import type { Actor, ChatEvent } from "../event.ts";
import { deletionOf, eventOf, isCommand, type ParseCommand } from "./events.ts";
import type { Live } from "./live.ts";
import { makePreview } from "./preview.ts";
import { renderMessage } from "./render.ts";
import type { UploadFolder } from "./upload-folder.ts";
import { MAX_FILE_MEGABYTES, MAX_FILES, MAX_TEXT } from "./wire.ts";

/** What a person sends. */
export interface Draft {
	channel: string;
	thread: string | undefined;
	text: string;
	files: File[];
	/** The page's own name for this message, told back over the live stream. */
	nonce: string | undefined;
}

export interface PostingParts {
	store: LocalChatStore;
	folder: UploadFolder;
	live: Live;
	/** Writes an event down and sees to it. */
	accept: (event: ChatEvent) => Promise<unknown>;
	parse: ParseCommand;
	now: () => Date;
}

export function createPosting({ store, folder, live, accept, parse, now }: PostingParts) {
	/** @throws UserError `local.message-gone` */
	async function rootOf(thread: string | undefined, channel: string): Promise<LocalMessage | undefined> {
		if (!thread) return undefined;
		const root = await store.message(thread);
		if (!root || root.thread || root.channel !== channel) throw localChatErrors.messageGone();
		return root;
	}

	async function keepFile(file: File): Promise<Omit<LocalFile, "message" | "number">> {
		const id = sortableId(now());
		const bytes = new Uint8Array(await file.arrayBuffer());
		const made = await makePreview(bytes);
		await folder.keep(id, bytes, made?.preview);
		const name = file.name.slice(0, 200) || "image";
		return { id, name, size: file.size, width: made?.width ?? null, height: made?.height ?? null };
	}

	async function drop(message: LocalMessage, files: string[]): Promise<void> {
		await store.delete(message.id);
		await folder.drop(files);
		live.publish({ type: "deleted", channel: message.channel, message: message.id });
	}

	return {
		/** @throws UserError in words for the person; then nothing was posted */
		async post(draft: Draft, actor: Actor): Promise<LocalMessage> {
			const text = draft.text.trim();
			check(text, draft.files);
			const channel = (await store.channel(draft.channel)).id;
			const root = await rootOf(draft.thread, channel);
			if (isCommand(text)) parse(text);

			const files = [];
			for (const file of draft.files) files.push(await keepFile(file));
			const message = await store.post(
				{
					id: sortableId(now()),
					channel,
					thread: root?.id ?? null,
					author: actor.id,
					authorName: actor.name,
					text,
					working: isCommand(text),
				},
				files,
				now(),
			);
			// Shown before the bot is told, so that no page sees an answer before its question.
			const nonce = draft.nonce && { nonce: draft.nonce };
			live.publish({ type: "message", message: renderMessage(message), ...nonce });
			const event = eventOf(message, root, parse);
			try {
				if (event) await accept(event);
			} catch (error) {
				await drop(
					message,
					message.files.map((file) => file.id),
				);
				throw error instanceof UserError ? error : localChatErrors.notAccepted(error);
			}
			return message;
		},

		/**
		 * Deletes a message with its thread and files. The bot is told first: what it knows of a message must not outlive it.
		 * @throws UserError `local.not-yours`, `local.message-gone`
		 */
		async remove(id: string, actor: Actor): Promise<void> {
			const message = await store.message(id);
			if (!message) throw localChatErrors.messageGone();
			if (message.author !== actor.id && !actor.canModerate) throw localChatErrors.notYours();
			const { messages, files } = await store.deletion(id);
			for (const each of messages) await accept(deletionOf(message, each, actor, now()));
			await drop(message, files);
		},

		/** After a crash: raises the events of messages that were never settled again, and drops files without a row. */
		async recover(): Promise<void> {
			const kept = await folder.ids();
			const known = await store.knownFiles(kept);
			await folder.drop(kept.filter((id) => !known.has(id)));
			for (const message of await store.unsettled(await folder.originals())) {
				const root = message.thread ? await store.message(message.thread) : undefined;
				const event = readAgain(message, root);
				if (event) await accept(event);
				else await store.setWorking(message.id, false);
			}
		},
	};

	/** A command that this version no longer understands is owed nothing. */
	function readAgain(message: LocalMessage, root: LocalMessage | undefined): ChatEvent | undefined {
		try {
			return eventOf(message, root, parse);
		} catch (error) {
			if (error instanceof UserError) return undefined;
			throw error;
		}
	}
}

function check(text: string, files: File[]): void {
	if (!text && files.length === 0) throw localChatErrors.empty();
	if (text.length > MAX_TEXT) throw localChatErrors.tooLong(MAX_TEXT);
	if (files.length > MAX_FILES) throw localChatErrors.tooManyFiles(MAX_FILES);
	const large = files.find((file) => file.size > MAX_FILE_MEGABYTES * 1e6);
	if (large) throw localChatErrors.fileTooLarge(large.name, MAX_FILE_MEGABYTES);
}
