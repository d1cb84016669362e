/** The embedded chat as a platform the bot can answer on. */
import { localChatErrors } from "../../errors.ts";
import type { LocalChatStore } from "../../store/local-chat.ts";
import type { ChatPort } from "../port.ts";
import type { Live } from "./live.ts";
import { renderMessage, renderView } from "./render.ts";
import type { UploadFolder } from "./upload-folder.ts";

export const BOT = { id: "tagalong", name: "Tagalong" };

interface Parts {
	store: LocalChatStore;
	folder: UploadFolder;
	live: Live;
	/** What the bot says it is doing, by message; forgotten at a restart, when the work starts anew. */
	progress: Map<string, string>;
	now: () => Date;
}

export function createLocalPort({ store, folder, live, progress, now }: Parts): ChatPort {
	return {
		platform: "local",

		/** @throws UserError `local.message-gone` if the message was deleted meanwhile */
		async reply(event, view, marker) {
			const thread = event.thread ?? event.message;
			if (!thread || !(await store.message(thread))) throw localChatErrors.messageGone();
			const visibleTo = view.ephemeral ? event.actor.id : null;
			const { message, isNew } = await store.postReply(
				{
					channel: event.channel,
					thread,
					author: BOT.id,
					authorName: BOT.name,
					view: renderView(view),
					marker,
					visibleTo,
				},
				now(),
			);
			if (isNew) live.publish({ type: "message", message: renderMessage(message) }, visibleTo);
			return message.id;
		},

		async findReply(event, marker) {
			return (await store.findReply(event.channel, marker))?.id;
		},

		async progress(event, text) {
			const { message } = event;
			if (!message) return;
			progress.set(message, text);
			live.publish({ type: "working", channel: event.channel, message, working: true, progress: text });
		},

		async readAttachment(attachment) {
			// The row is asked first: no path is made of an id that isn't ours.
			const file = await store.file(attachment.id);
			const bytes = file && (await folder.read(file.id));
			if (!bytes) throw localChatErrors.fileGone(attachment.name);
			return bytes;
		},

		async settled(event) {
			const id = event.message;
			if (!id || event.kind === "message-deleted") return;
			progress.delete(id);
			const message = await store.message(id);
			if (!message) return;
			await folder.dropOriginals(message.files.map((file) => file.id));
			await store.setWorking(id, false);
			live.publish({ type: "working", channel: event.channel, message: id, working: false });
		},
	};
}
