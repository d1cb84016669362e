/** Posting in the embedded chat: rows and bytes are written first, then the bot is told. */
import { localChatErrors, UserError } from "../../errors.ts";
import type { LocalChatStore, LocalMessage, NewFile } from "../../store/local-chat.ts";
import { firstIdAt, sortableId } from "../../store/sortable-id.ts";
import type { Actor, ChatEvent } from "../event.ts";
import { plainName, storable } from "../plain-text.ts";
import type { Announcer } from "./announce.ts";
import { eventOf, isCommand, type ParseCommand } from "./events.ts";
import { nameChannels, nameMembers } from "./members.ts";
import { makePreview } from "./preview.ts";
import type { Removing } from "./removing.ts";
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
	announcer: Announcer;
	removing: Removing;
	/** Writes an event down and sees to it. */
	accept: (event: ChatEvent) => Promise<unknown>;
	parse: ParseCommand;
	now: () => Date;
	/** How long other processes may take from writing a file to writing its row. Default: there are none. */
	workersMs?: number;
}

export type Posting = ReturnType<typeof createPosting>;

export function createPosting({ store, folder, announcer, removing, accept, parse, now, workersMs = 0 }: PostingParts) {
	/** Files with ids from here on may be about to get their rows. */
	const recent = workersMs > 0 ? firstIdAt(new Date(now().getTime() - workersMs)) : sortableId(now());

	/** @throws UserError `local.message-gone` */
	async function rootOf(thread: string | undefined, channel: string): Promise<LocalMessage | undefined> {
		if (!thread) return undefined;
		const root = await store.message(thread);
		if (!root || root.thread || root.channel !== channel) throw localChatErrors.messageGone();
		return root;
	}

	async function keepFile(file: File): Promise<NewFile> {
		const id = sortableId(now());
		const bytes = new Uint8Array(await file.arrayBuffer());
		const made = await makePreview(bytes);
		await folder.keep(id, bytes, made?.preview);
		const name = plainName(file.name, 200) || "image";
		return { id, name, size: file.size, type: null, width: made?.width ?? null, height: made?.height ?? null };
	}

	/** `parse`, with the members and channels known that this text names. */
	async function parserOf(text: string): Promise<ParseCommand> {
		if (!isCommand(text) || !/[@#]/.test(text)) return parse;
		const [people, channels] = await Promise.all([store.people(), store.channels(now())]);
		return (typed) => parse(nameChannels(nameMembers(typed, people), channels));
	}

	/** A command that this version no longer understands is owed nothing. */
	async function readAgain(message: LocalMessage): Promise<ChatEvent | undefined> {
		const root = message.thread ? await store.message(message.thread) : undefined;
		try {
			return eventOf(message, root, await parserOf(message.text));
		} catch (error) {
			if (error instanceof UserError) return undefined;
			throw error;
		}
	}

	return {
		/** @throws UserError in words for the person; then nothing was posted */
		async post(draft: Draft, actor: Actor): Promise<LocalMessage> {
			const text = storable(draft.text).trim();
			check(text, draft.files);
			const channel = (await store.channel(draft.channel)).id;
			const root = await rootOf(draft.thread, channel);
			const parser = await parserOf(text);
			if (isCommand(text)) parser(text);

			const files: NewFile[] = [];
			for (const file of draft.files) files.push(await keepFile(file));
			const message = await store.post(
				{
					id: sortableId(now()),
					channel,
					thread: root?.id ?? null,
					author: actor.id,
					authorName: actor.name,
					canModerate: actor.canModerate,
					text,
					working: isCommand(text),
				},
				files,
				now(),
			);
			// Shown before the bot is told, so that no page sees an answer before its question.
			await announcer.message(message.id, draft.nonce);
			const event = eventOf(message, root, parser);
			try {
				if (event) await accept(event);
			} catch (error) {
				await removing.drop(
					message,
					files.map((file) => file.id),
				);
				throw error instanceof UserError ? error : localChatErrors.notAccepted("The message", error);
			}
			return message;
		},

		/**
		 * After a crash: finishes removals, raises the events of messages that were never settled again, and drops files
		 * that belong to no message.
		 */
		async recover(): Promise<void> {
			await removing.finish();
			const kept = (await folder.ids()).filter((id) => id < recent);
			const known = await store.knownFiles(kept);
			await folder.drop(kept.filter((id) => !known.has(id)));
			for (const message of await store.unsettled(await folder.originals())) {
				const event = await readAgain(message);
				if (event) await accept(event);
				else await store.setWorking(message.id, false);
			}
		},
	};
}

function check(text: string, files: File[]): void {
	if (!text && files.length === 0) throw localChatErrors.empty();
	if (text.length > MAX_TEXT) throw localChatErrors.tooLong(MAX_TEXT);
	if (files.length > MAX_FILES) throw localChatErrors.tooManyFiles(MAX_FILES);
	const large = files.find((file) => file.size > MAX_FILE_MEGABYTES * 1e6);
	if (large) throw localChatErrors.fileTooLarge(large.name, MAX_FILE_MEGABYTES);
}
