/** The embedded chat as a platform the bot can answer on. */
import { canonicalEmoji } from "../../classify/emoji.ts";
import { localChatErrors } from "../../errors.ts";
import type { LocalChatStore } from "../../store/local-chat.ts";
import type { ChatEvent } from "../event.ts";
import type { ChatPort } from "../port.ts";
import type { Announcer } from "./announce.ts";
import { BOT, postedBy } from "./events.ts";
import { keepView } from "./keep-view.ts";
import type { UploadFolder } from "./upload-folder.ts";

interface Parts {
	store: LocalChatStore;
	folder: UploadFolder;
	announcer: Announcer;
	/** Where the server answers, once it is known. */
	address: () => string | undefined;
	now: () => Date;
}

/** Here, all of the history can be read. */
export type LocalPort = ChatPort & Required<Pick<ChatPort, "history">>;

export function createLocalPort(parts: Parts): LocalPort {
	const { store, folder, announcer, address, now } = parts;
	/** A channel's name never changes. */
	const channelNames = new Map<string, string>();

	/** The message whose thread the answers to an event hang in. @throws UserError `local.message-gone` */
	async function threadOf(event: ChatEvent): Promise<string> {
		const about = event.thread ?? (event.kind === "backfill" ? event.request.message : messageOf(event));
		const message = about && (await store.message(about));
		if (!message) throw localChatErrors.messageGone();
		return message.thread ?? message.id;
	}

	return {
		platform: "local",

		/** @throws UserError `local.message-gone` if the message was deleted meanwhile */
		async reply(event, view, marker) {
			const { channel } = event;
			const thread = await threadOf(event);
			const visibleTo = view.ephemeral ? event.actor.id : null;
			const place = { channel, thread, author: BOT.id, authorName: BOT.name, marker, visibleTo };
			const made = await keepView(
				view,
				(kept, files) => store.postReply({ ...place, view: kept }, files, now()),
				parts,
			);
			if (made) await announcer.message(made);
			const posted = made ?? (await store.findReply(channel, marker));
			if (!posted) throw new Error(`the reply ${marker} was neither inserted nor found`);
			return posted;
		},

		async findReply(event, marker) {
			return await store.findReply(event.channel, marker);
		},

		async edit({ channel, message }, view) {
			const gone = await keepView(view, (kept, files) => store.editReply(channel, message, kept, files), parts);
			if (!gone) return;
			await folder.drop(gone);
			await announcer.message(message);
		},

		async react({ channel, message }, emoji, added) {
			if ((await store.message(message))?.channel !== channel) return;
			const reaction = { message, emoji: canonicalEmoji(emoji), person: BOT.id, personName: BOT.name };
			if (await store.react(reaction, added, now())) await announcer.message(message);
		},

		/** Everyone reads every channel. */
		async readable() {
			return (await store.channels(now())).map((channel) => channel.id);
		},

		async linkTo({ channel, message }) {
			const name = channelNames.get(channel) ?? (await store.channelName(channel)) ?? channel;
			channelNames.set(channel, name);
			return `${address() ?? ""}/#${encodeURIComponent(name)}/${message}`;
		},

		async history({ channel }, before, limit) {
			return (await store.history(channel, before, limit)).map(postedBy);
		},

		async progress(event, text) {
			const message = jobMessage(event);
			if (message) await announcer.working(event.channel, message, text);
		},

		async readAttachment(attachment) {
			// The row is asked first: no path is made of an id that isn't ours.
			const file = await store.file(attachment.id);
			const bytes = file && (await folder.read(file.id));
			if (!bytes) throw localChatErrors.fileGone(attachment.name);
			return bytes;
		},

		async settled(event) {
			const id = jobMessage(event);
			if (!id) return;
			const message = await store.message(id);
			if (message) {
				await folder.dropOriginals(message.files.map((file) => file.id));
				await store.setWorking(id, false);
			}
			await announcer.working(event.channel, id);
		},
	};
}

/** The message whose own job this event is. What people do to a message is no job of its. */
function jobMessage(event: ChatEvent): string | undefined {
	return event.kind === "command" || event.kind === "images-posted" ? event.message : undefined;
}

function messageOf(event: ChatEvent): string | undefined {
	return "message" in event ? event.message : undefined;
}
