/** Deleting messages and removing channels. The bot is told first: what it knows must not outlive what it is about. */
import { localChatErrors, UserError } from "../../errors.ts";
import { DEFAULT_CHANNEL } from "../../store/local-channels.ts";
import type { LocalChatStore, LocalMessage } from "../../store/local-chat.ts";
import type { Actor, ChatEvent } from "../event.ts";
import { BOT, channelLeft, deletionOf } from "./events.ts";
import type { Live } from "./live.ts";
import type { UploadFolder } from "./upload-folder.ts";

interface Parts {
	store: LocalChatStore;
	folder: UploadFolder;
	live: Live;
	/** Writes an event down and sees to it. */
	accept: (event: ChatEvent) => Promise<unknown>;
	now: () => Date;
}

export type Removing = ReturnType<typeof createRemoving>;

export function createRemoving({ store, folder, live, accept, now }: Parts) {
	async function finishChannel(channel: string, actor: Actor): Promise<void> {
		await accept(channelLeft(channel, actor, now()));
		await folder.drop(await store.deleteChannel(channel));
		live.publish({ type: "channel-gone", channel });
	}

	return {
		/** Takes a message back, with its thread and these files. */
		async drop(message: LocalMessage, files: string[]): Promise<void> {
			await store.delete(message.id);
			await folder.drop(files);
			live.publish({ type: "deleted", channel: message.channel, message: message.id });
		},

		/**
		 * Deletes a message with its thread and files.
		 * @throws UserError `local.not-yours`, `local.message-gone`
		 */
		async message(id: string, actor: Actor): Promise<void> {
			const message = await store.message(id, actor.id);
			if (!message) throw localChatErrors.messageGone();
			const isTheirs = message.author === actor.id || message.visibleTo === actor.id;
			if (!isTheirs && !actor.canModerate) throw localChatErrors.notYours();
			const { messages, files } = await store.deletion(id);
			for (const each of messages) await accept(deletionOf(message, each, actor, now()));
			await this.drop(message, files);
		},

		/**
		 * Removes a channel with everything in it. It takes no messages from the moment that this is begun; a crash after
		 * that leaves it to `finish`.
		 * @throws UserError `local.moderators-only`, `local.default-channel`, `local.channel-gone`
		 */
		async channel(id: string, actor: Actor): Promise<void> {
			const channel = await store.channel(id);
			if (!actor.canModerate) throw localChatErrors.moderatorsOnly();
			if (channel.id === DEFAULT_CHANNEL) throw localChatErrors.defaultChannel(channel.name);
			await store.setRemoved(id, now());
			try {
				await finishChannel(id, actor);
			} catch (error) {
				await store.setRemoved(id, null);
				throw error instanceof UserError ? error : localChatErrors.notAccepted("The removal", error);
			}
		},

		/** Finishes the removals that a crash cut short. */
		async finish(): Promise<void> {
			for (const { id } of await store.halfRemoved()) {
				await finishChannel(id, { ...BOT, canModerate: true, isBot: true });
			}
		},
	};
}
