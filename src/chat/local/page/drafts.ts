/** What is being written, one draft for each channel and thread, and sending it. */
import { type Signal, signal } from "@preact/signals";
import { MAX_FILE_MEGABYTES, MAX_FILES, MAX_UPLOAD_MEGABYTES } from "../wire.ts";
import { api, wordsOf } from "./api.ts";
import { name, type Pending, pending } from "./state.ts";
import { posted, settle } from "./sync.ts";

export interface DraftFile {
	key: string;
	file: File;
	/** For the picture in the tray and in the message on its way. */
	url: string;
}

export interface Draft {
	text: Signal<string>;
	files: Signal<DraftFile[]>;
	/** What was wrong with the last attempt. */
	error: Signal<string>;
}

const drafts = new Map<string, Draft>();

export function draftOf(channel: string, thread: string | undefined): Draft {
	const key = `${channel}/${thread ?? ""}`;
	const draft = drafts.get(key) ?? { text: signal(""), files: signal([]), error: signal("") };
	drafts.set(key, draft);
	return draft;
}

/** Adds files as far as the limits allow, and says what was left out. */
export function addFiles(draft: Draft, files: Iterable<File>): void {
	draft.error.value = "";
	const added = [...draft.files.value];
	for (const file of files) {
		const size = added.reduce((sum, each) => sum + each.file.size, file.size);
		if (added.length >= MAX_FILES) draft.error.value = `A message has at most ${MAX_FILES} files.`;
		else if (file.size > MAX_FILE_MEGABYTES * 1e6)
			draft.error.value = `“${file.name}” is larger than ${MAX_FILE_MEGABYTES} MB and was left out.`;
		else if (size > MAX_UPLOAD_MEGABYTES * 1e6)
			draft.error.value = `The files of a message have at most ${MAX_UPLOAD_MEGABYTES} MB together.`;
		else added.push({ key: crypto.randomUUID(), file, url: URL.createObjectURL(file) });
	}
	draft.files.value = added;
}

export function removeFile(draft: Draft, key: string): void {
	const gone = draft.files.value.find((each) => each.key === key);
	if (gone) URL.revokeObjectURL(gone.url);
	draft.files.value = draft.files.value.filter((each) => each.key !== key);
	draft.error.value = "";
}

export function isEmpty(draft: Draft): boolean {
	return draft.text.value.trim() === "" && draft.files.value.length === 0;
}

/**
 * Sends a draft: it shows in the channel at once, and the composer is free for the next. If it can't be posted, it comes
 * back into the composer with the reason, in front of what was written meanwhile.
 */
export async function send(draft: Draft, channel: string, thread: string | undefined): Promise<void> {
	const text = draft.text.value.trim();
	const files = draft.files.value;
	const sending: Pending = {
		nonce: crypto.randomUUID(),
		channel,
		...(thread && { thread }),
		text,
		files: files.map(({ key, file, url }) => ({ key, name: file.name, url })),
		time: new Date().toISOString(),
	};
	pending.value = [...pending.value, sending];
	draft.text.value = "";
	draft.files.value = [];
	draft.error.value = "";
	try {
		posted(await api.post(channel, formOf(sending, files)), sending.nonce);
		for (const { url } of files) URL.revokeObjectURL(url);
	} catch (error) {
		settle(sending.nonce);
		draft.text.value = [text, draft.text.value].filter(Boolean).join("\n");
		draft.files.value = [...files, ...draft.files.value];
		draft.error.value = wordsOf(error);
	}
}

function formOf(sending: Pending, files: DraftFile[]): FormData {
	const form = new FormData();
	form.set("text", sending.text);
	form.set("name", name.value);
	form.set("nonce", sending.nonce);
	if (sending.thread) form.set("thread", sending.thread);
	for (const { file } of files) form.append("files", file, file.name);
	return form;
}
